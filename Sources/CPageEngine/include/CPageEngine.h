// The bytes of the engines that pages carry.
#ifndef STEPGLASS_CPAGEENGINE_H
#define STEPGLASS_CPAGEENGINE_H

#include <stddef.h>

// One zlib stream of a WebAssembly module and its length; constant, lives as long as the program.
const unsigned char *sg_page_engine(size_t *count);

// The smaller engine, which asks records and knows no models, as one LZMA stream (.lzma).
const unsigned char *sg_record_engine(size_t *count);

#endif

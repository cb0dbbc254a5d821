// The bytes of the engine that pages carry.
#ifndef STEPGLASS_CPAGEENGINE_H
#define STEPGLASS_CPAGEENGINE_H

#include <stddef.h>

// One zlib stream of a WebAssembly module and its length; constant, lives as long as the program.
const unsigned char *sg_page_engine(size_t *count);

#endif

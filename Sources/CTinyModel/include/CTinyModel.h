// The bytes of the models that ship with the command: one that writes, and an encoder that fills masks.
#ifndef STEPGLASS_CTINYMODEL_H
#define STEPGLASS_CTINYMODEL_H

#include <stddef.h>

// A file of the model's folder; the bytes are constant and live as long as the program.
struct sg_tiny_file {
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

// The files of the one that writes, one after another; a null name past the last.
const struct sg_tiny_file *sg_tiny_file_at(int index);
// The same of the encoder.
const struct sg_tiny_file *sg_tiny_bert_file_at(int index);

#endif

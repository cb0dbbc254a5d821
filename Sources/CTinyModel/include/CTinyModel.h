// The bytes of the model that ships with the command.
#ifndef STEPGLASS_CTINYMODEL_H
#define STEPGLASS_CTINYMODEL_H

#include <stddef.h>

// A file of the model's folder; the bytes are constant and live as long as the program.
struct sg_tiny_file {
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

// The files one after another; a null name past the last.
const struct sg_tiny_file *sg_tiny_file_at(int index);

#endif

// Programs that the build itself runs are linked with libFuzzer too, and call none of it.
#include <stddef.h>
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t count);
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t count) { return bytes != 0 && count == 0; }

// The memory functions that compilers call by themselves. Compiled so that none of them becomes a call of itself.
#include "string.h"

void *memcpy(void *to, const void *from, size_t count) {
    __builtin_memcpy(to, from, count);  // one instruction
    return to;
}

void *memmove(void *to, const void *from, size_t count) {
    __builtin_memmove(to, from, count);
    return to;
}

void *memset(void *to, int byte, size_t count) {
    __builtin_memset(to, byte, count);
    return to;
}

int memcmp(const void *a, const void *b, size_t count) {
    const unsigned char *p = a, *q = b;
    for (size_t i = 0; i < count; i++)
        if (p[i] != q[i]) return p[i] - q[i];
    return 0;
}

size_t strlen(const char *text) {
    size_t count = 0;
    while (text[count]) count++;
    return count;
}

// The checksum of zlib streams (RFC 1950).
#ifndef STEPGLASS_ADLER_H
#define STEPGLASS_ADLER_H
#include <stddef.h>
#include <stdint.h>

static inline uint32_t adler32(const uint8_t *bytes, size_t count) {
    uint32_t a = 1, b = 0;
    while (count > 0) {
        // So many sums of bytes fit 32 bits.
        size_t part = count < 5552 ? count : 5552;
        count -= part;
        while (part-- > 0) b += a += *bytes++;
        a %= 65521;
        b %= 65521;
    }
    return b << 16 | a;
}
#endif

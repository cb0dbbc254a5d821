// Reading zlib streams (RFC 1950, 1951), all kinds of them.
#include "zlib.h"

#include <stdbool.h>
#include <stdint.h>

#include "adler.h"
#include "string.h"

struct input {
    const uint8_t *next, *end;
    uint32_t bits;
    int count;
    bool short_of;  // more was read than there is
};

static uint32_t take(struct input *in, int count) {
    while (in->count < count) {
        if (in->next < in->end) in->bits |= (uint32_t)*in->next++ << in->count;
        else in->short_of = true;
        in->count += 8;
    }
    const uint32_t value = in->bits & ((1u << count) - 1);
    in->bits >>= count;
    in->count -= count;
    return value;
}

// A prefix code: how many symbols have each length, and the symbols in the order of their codes.
struct code {
    uint16_t counts[16];
    uint16_t symbols[288];
};

// False where the lengths are those of no prefix code. One that leaves codes unused is one if it has a symbol at most.
static bool build(struct code *code, const uint8_t *lengths, int count) {
    uint16_t place[16];
    memset(code->counts, 0, sizeof code->counts);
    for (int i = 0; i < count; i++) code->counts[lengths[i]]++;
    int left = 1;
    for (int length = 1; length < 16; length++) {
        left = 2 * left - code->counts[length];
        if (left < 0) return false;
    }
    place[1] = 0;
    for (int length = 1; length < 15; length++) place[length + 1] = place[length] + code->counts[length];
    for (int i = 0; i < count; i++)
        if (lengths[i]) code->symbols[place[lengths[i]]++] = (uint16_t)i;
    return left == 0 || count - code->counts[0] <= 1;
}

// The next symbol, -1 where no code fits.
static int symbol(struct input *in, const struct code *code) {
    int value = 0, first = 0, place = 0;
    for (int length = 1; length < 16; length++) {
        value |= (int)take(in, 1);
        const int count = code->counts[length];
        if (value - first < count) return code->symbols[place + value - first];
        place += count;
        first = (first + count) << 1;
        value <<= 1;
    }
    return -1;
}

static bool read_codes(struct input *in, struct code *literals, struct code *distances) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    uint8_t lengths[320] = {0};
    const int literal_count = (int)take(in, 5) + 257, distance_count = (int)take(in, 5) + 1, count = (int)take(in, 4) + 4;
    if (literal_count > 286 || distance_count > 30) return false;
    for (int i = 0; i < count; i++) lengths[order[i]] = (uint8_t)take(in, 3);
    struct code code;
    if (!build(&code, lengths, 19)) return false;
    memset(lengths, 0, sizeof lengths);
    for (int i = 0; i < literal_count + distance_count;) {
        const int next = symbol(in, &code);
        if (next < 0 || in->short_of) return false;
        if (next < 16) {
            lengths[i++] = (uint8_t)next;
            continue;
        }
        if (next == 16 && i == 0) return false;
        const uint8_t repeated = next == 16 ? lengths[i - 1] : 0;
        int times = next == 16 ? 3 + (int)take(in, 2) : next == 17 ? 3 + (int)take(in, 3) : 11 + (int)take(in, 7);
        if (i + times > literal_count + distance_count) return false;
        while (times-- > 0) lengths[i++] = repeated;
    }
    return lengths[256] && build(literals, lengths, literal_count) &&
           build(distances, lengths + literal_count, distance_count);
}

static void fixed_codes(struct code *literals, struct code *distances) {
    uint8_t lengths[288];
    for (int i = 0; i < 288; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    build(literals, lengths, 288);
    memset(lengths, 5, 30);
    build(distances, lengths, 30);
}

static int expand(struct input *in, const struct code *literals, const struct code *distances, uint8_t **to,
                  uint8_t *start, uint8_t *end) {
    static const uint16_t bases[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                       31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static const uint8_t extras[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    for (;;) {
        const int next = symbol(in, literals);
        if (next < 0 || in->short_of) return Z_DATA_ERROR;
        if (next == 256) return Z_OK;
        if (next < 256) {
            if (*to == end) return Z_BUF_ERROR;
            *(*to)++ = (uint8_t)next;
            continue;
        }
        if (next > 285) return Z_DATA_ERROR;
        uint32_t length = bases[next - 257] + take(in, extras[next - 257]);
        const int code = symbol(in, distances);
        if (code < 0 || code > 29) return Z_DATA_ERROR;
        const int extra = code < 2 ? 0 : code / 2 - 1;
        const uint32_t base = code < 2 ? (uint32_t)code + 1 : ((2u + (code & 1)) << extra) + 1;
        const uint32_t distance = base + take(in, extra);
        if (in->short_of || distance > (uint32_t)(*to - start)) return Z_DATA_ERROR;
        if (length > (uint32_t)(end - *to)) return Z_BUF_ERROR;
        for (const uint8_t *from = *to - distance; length > 0; length--) *(*to)++ = *from++;
    }
}

static int stored(struct input *in, uint8_t **to, uint8_t *end) {
    // Whole bytes follow; those read ahead go back.
    in->next -= in->count / 8;
    in->bits = 0;
    in->count = 0;
    if (in->end - in->next < 4) return Z_DATA_ERROR;
    const uint32_t count = in->next[0] | in->next[1] << 8, check = in->next[2] | in->next[3] << 8;
    in->next += 4;
    if ((count ^ check) != 0xFFFF || (uint32_t)(in->end - in->next) < count) return Z_DATA_ERROR;
    if ((uint32_t)(end - *to) < count) return Z_BUF_ERROR;
    if (count) memcpy(*to, in->next, count);
    *to += count;
    in->next += count;
    return Z_OK;
}

int uncompress(Bytef *output, uLongf *output_count, const Bytef *bytes, uLong count) {
    struct input in = {bytes + 2, bytes + count, 0, 0, false};
    if (count < 6 || (bytes[0] & 15) != 8 || bytes[0] >> 4 > 7 || (bytes[0] << 8 | bytes[1]) % 31 || (bytes[1] & 32))
        return Z_DATA_ERROR;
    uint8_t *to = output, *const end = output + *output_count;
    bool last = false;
    while (!last) {
        struct code literals, distances;
        last = take(&in, 1);
        int status = Z_DATA_ERROR;
        switch (take(&in, 2)) {
        case 0: status = stored(&in, &to, end); break;
        case 1:
            fixed_codes(&literals, &distances);
            status = expand(&in, &literals, &distances, &to, output, end);
            break;
        case 2:
            if (read_codes(&in, &literals, &distances))
                status = expand(&in, &literals, &distances, &to, output, end);
            break;
        }
        if (status != Z_OK) return status;
        if (in.short_of) return Z_DATA_ERROR;
    }
    in.next -= in.count / 8;
    if (in.end - in.next < 4) return Z_DATA_ERROR;
    const uint32_t check = (uint32_t)in.next[0] << 24 | in.next[1] << 16 | in.next[2] << 8 | in.next[3];
    if (check != adler32(output, (uLong)(to - output))) return Z_DATA_ERROR;
    *output_count = (uLongf)(to - output);
    return Z_OK;
}

// Packs rows of a file's tensor into groups of 16 interleaved rows (see formats.inc.h for what is read back).
// The file's layouts are those of GGUF; every row is read once, every packed byte written once.
#include <string.h>

#include "pack.h"

// Columns of a block in a file; 0 for the formats that are not packed in blocks.
static int block_columns(int32_t format) {
    const struct sg_facts facts = sg_facts_of(sg_kernel_of(format));
    return format == SG_NVFP4 ? 64 : facts.bits == 0 ? 0 : SG_UNIT * facts.units;
}

// Bytes of what a block of the file becomes, 16 rows.
static int64_t block_bytes(int32_t format) {
    const struct sg_facts facts = sg_facts_of(sg_kernel_of(format));
    return facts.header + (int64_t)(block_columns(format) / SG_UNIT) * (facts.before + 64 * facts.bits);
}

int64_t sg_group_bytes(int32_t format, int64_t columns) {
    if (columns <= 0 || columns > INT64_MAX / 4096) return 0;
    switch (sg_kernel_of(format)) {
    case SG_F32: return columns * 64;
    case SG_F16: case SG_BF16: return columns * 32;
    default:
        if (block_columns(format) == 0 || columns % block_columns(format) != 0) return 0;
        return columns / block_columns(format) * block_bytes(format);
    }
}

static void put16(uint8_t *to, int row, const uint8_t *from) { memcpy(to + 2 * row, from, 2); }
static void put32(uint8_t *to, int row, const void *from) { memcpy(to + 4 * row, from, 4); }

// The words of 32 integers, without the nibbles of four bits and more (see formats.inc.h for the places).
static void pack_high_bits(const uint8_t *q, int bits, int row, uint8_t *to) {
    if (bits % 4 >= 2)  // two bits of 2, 3 and 6
        for (int word = 0; word < 2; word++, to += 64) {
            uint8_t four[4];
            for (int b = 0; b < 4; b++) {
                const uint8_t *from = q + 16 * word + b;
                const int shift = bits == 6 ? 4 : 0;
                four[b] = (uint8_t)((from[0] >> shift & 3) | (from[4] >> shift & 3) << 2 | (from[8] >> shift & 3) << 4 |
                                    (from[12] >> shift & 3) << 6);
            }
            put32(to, row, four);
        }
    if (bits == 3 || bits == 5) {
        uint8_t four[4] = {0};
        for (int j = 0; j < 32; j++) four[j % 4] |= (uint8_t)((q[j] >> (bits - 1) & 1) << j / 4);
        put32(to, row, four);
    }
}

static void pack_integers(const uint8_t *q, int bits, int row, uint8_t *to) {
    if (bits >= 4)
        for (int word = 0; word < 4; word++, to += 64) {
            uint8_t four[4];
            for (int b = 0; b < 4; b++) four[b] = (uint8_t)((q[4 * word + b] & 15) | (q[4 * word + b + 16] & 15) << 4);
            put32(to, row, four);
        }
    pack_high_bits(q, bits, row, to);
}

// The plain formats of 4 and 5 bits keep the file's nibbles; Q8_0 stores w + 128.
static void pack_plain(int32_t format, int row, const uint8_t *b, uint8_t *to) {
    const bool minimum = format == SG_Q4_1 || format == SG_Q5_1;
    if (format == SG_MXFP4) to[row] = *b++, to += 16;
    else put16(to, row, b), b += 2, to += 32;
    if (minimum) put16(to, row, b), b += 2, to += 32;
    if (format == SG_Q8_0) {
        for (int word = 0; word < 8; word++) {
            uint32_t four;
            memcpy(&four, b + 4 * word, 4);
            four ^= 0x80808080u;
            put32(to + 64 * word, row, &four);
        }
        return;
    }
    const bool five = format == SG_Q5_0 || format == SG_Q5_1;
    const uint8_t *nibbles = five ? b + 4 : b;
    for (int word = 0; word < 4; word++) put32(to + 64 * word, row, nibbles + 4 * word);
    if (five) {
        uint8_t high[32];
        for (int j = 0; j < 32; j++) high[j] = (uint8_t)((b[j / 8] >> j % 8 & 1) << 4);
        pack_high_bits(high, 5, row, to + 256);
    }
}

static void six_bit_scales(const uint8_t *s, struct sg_super_block *out) {
    for (int j = 0; j < 8; j++) {
        out->scale[j] = (int8_t)(j < 4 ? s[j] & 63 : (s[j + 4] & 15) | (s[j - 4] >> 6) << 4);
        out->minimum[j] = j < 4 ? s[j + 4] & 63 : s[j + 4] >> 4 | (s[j] >> 6) << 4;
    }
}

static void read_k_block(int32_t format, const uint8_t *b, struct sg_super_block *out) {
    switch (format) {
    case SG_Q2_K:
        for (int i = 0; i < 16; i++) out->scale[i] = (int8_t)b[i];
        for (int e = 0; e < 256; e++) out->q[e] = b[16 + e / 128 * 32 + e % 32] >> (e % 128 / 32 * 2) & 3;
        out->d = b + 80, out->dmin = b + 82;
        break;
    case SG_Q3_K: {
        const uint8_t *s = b + 96;
        for (int i = 0; i < 16; i++)
            out->scale[i] = (int8_t)(((i < 8 ? s[i] & 15 : s[i - 8] >> 4) | (s[8 + i % 4] >> (2 * (i / 4)) & 3) << 4) - 32);
        for (int e = 0; e < 256; e++)
            out->q[e] = (b[32 + e / 128 * 32 + e % 32] >> (e % 128 / 32 * 2) & 3) | (b[e % 32] >> (e / 32) & 1) << 2;
        out->d = b + 108;
        break;
    }
    case SG_Q4_K:
        six_bit_scales(b + 4, out);
        for (int e = 0; e < 256; e++) out->q[e] = b[16 + e / 64 * 32 + e % 32] >> (e / 32 % 2 * 4) & 15;
        out->d = b, out->dmin = b + 2;
        break;
    case SG_Q5_K:
        six_bit_scales(b + 4, out);
        for (int e = 0; e < 256; e++)
            out->q[e] = (b[48 + e / 64 * 32 + e % 32] >> (e / 32 % 2 * 4) & 15) | (b[16 + e % 32] >> (e / 32) & 1) << 4;
        out->d = b, out->dmin = b + 2;
        break;
    case SG_Q6_K:
        for (int i = 0; i < 16; i++) out->scale[i] = (int8_t)b[192 + i];
        for (int e = 0; e < 256; e++) {
            int n = e / 128, part = e % 128 / 32, l = e % 32;
            int low = b[64 * n + l + part % 2 * 32] >> (part / 2 * 4) & 15;
            out->q[e] = (uint8_t)(low | (b[128 + 32 * n + l] >> (2 * part) & 3) << 4);
        }
        out->d = b + 208;
        break;
    }
}

static void pack_super_block(int32_t format, int row, const uint8_t *b, uint8_t *to) {
    const struct sg_facts facts = sg_facts_of(sg_kernel_of(format));
    struct sg_super_block s;
    if (format >= SG_Q2_K && format <= SG_Q6_K) read_k_block(format, b, &s);
    else sg_read_block(format, b, &s);
    put16(to, row, s.d);
    if (facts.header == 64) put16(to + 32, row, s.dmin);
    to += facts.header;
    for (int unit = 0; unit < 8; unit++, to += 64 * facts.bits) {
        if (facts.before == 16) {
            to[row] = (uint8_t)s.scale[unit];
        } else if (facts.before == 32) {
            to[row] = (uint8_t)s.scale[facts.halves ? 2 * unit : unit];
            to[16 + row] = facts.halves ? (uint8_t)s.scale[2 * unit + 1] : s.minimum[unit];
        }
        to += facts.before;
        pack_integers(s.q + SG_UNIT * unit, facts.bits, row, to);
    }
}

// Two units of 32 columns, of which each half has a scale and 8 bytes of its own.
static void pack_nvfp4(int row, const uint8_t *b, uint8_t *to) {
    for (int unit = 0; unit < 2; unit++, to += 64 + 256) {
        uint8_t q[SG_UNIT];
        for (int j = 0; j < SG_UNIT; j++) q[j] = b[4 + 16 * unit + j / 16 * 8 + j % 8] >> (j / 8 % 2 * 4) & 15;
        for (int half = 0; half < 2; half++) {
            const uint16_t scale = sg_half_of_scale(b[2 * unit + half]);
            memcpy(to + 32 * half + 2 * row, &scale, 2);
        }
        pack_integers(q, 4, row, to + 64);
    }
}

// Numbers of `stored` bytes in the file and of `size` for their kernel; both are constants.
static inline __attribute__((always_inline)) void pack_numbers(
    int32_t format, int64_t size, int64_t stored, int64_t rows, int64_t columns, const uint8_t *source, int64_t row_bytes,
    bool transposed, int64_t first, uint8_t *packed) {
    const int count = rows - first < SG_LANES ? (int)(rows - first) : SG_LANES;
    for (int64_t column = 0; column < columns; column++, packed += SG_LANES * size)
        for (int row = 0; row < count; row++) {
            const uint8_t *from = transposed ? source + (column * rows + first + row) * stored
                                             : source + (first + row) * row_bytes + column * stored;
            if (stored == size) {
                memcpy(packed + row * size, from, (size_t)size);
            } else {
                const uint16_t half = format == SG_F8_E4M3 ? sg_half_of_e4m3(*from) : (uint16_t)(*from << 8);
                memcpy(packed + row * size, &half, 2);
            }
        }
}

void sg_pack_group(int32_t format, int64_t rows, int64_t columns, const uint8_t *source, int64_t row_bytes,
                   bool transposed, int64_t group, uint8_t *packed) {
    const int64_t first = group * SG_LANES;
    const int count = rows - first < SG_LANES ? (int)(rows - first) : SG_LANES;
    if (count < SG_LANES) memset(packed, 0, (size_t)sg_group_bytes(format, columns));
    switch (format) {
#define NUMBERS(size, stored) \
    pack_numbers(format, size, stored, rows, columns, source, row_bytes, transposed, first, packed); return
    case SG_F32: NUMBERS(4, 4);
    case SG_F16: case SG_BF16: NUMBERS(2, 2);
    case SG_F8_E4M3: case SG_F8_E5M2: NUMBERS(2, 1);
#undef NUMBERS
    default: break;
    }
    const int64_t blocks = columns / block_columns(format), stored = row_bytes / blocks;
    for (int64_t block = 0; block < blocks; block++)
        for (int row = 0; row < count; row++) {
            const uint8_t *from = source + (first + row) * row_bytes + block * stored;
            uint8_t *to = packed + block * block_bytes(format);
            switch (block_columns(format)) {
            case 256: pack_super_block(format, row, from, to); break;
            case 64: pack_nvfp4(row, from, to); break;
            default: pack_plain(format, row, from, to); break;
            }
        }
}

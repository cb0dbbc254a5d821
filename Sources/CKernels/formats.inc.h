// How the packed formats are read: for each unit of 32 columns the integers q of 16 rows, and the scales of its one or two
// halves. weight = scale · q + minimum. `format` is a constant wherever these are called.

// Units that share one header (the K formats' super-blocks), and the bytes of header and unit.
INLINE int units_per_block(int format) { return format >= SG_Q2_K && format <= SG_Q6_K ? 8 : 1; }

INLINE int header_bytes(int format) {
    switch (format) {
    case SG_Q2_K: case SG_Q4_K: case SG_Q5_K: return 64;  // d, dmin: half × 16 each
    case SG_Q3_K: case SG_Q6_K: return 32;                // d
    default: return 0;
    }
}

// The plain formats start a unit with d (and m); the K formats with their small scales; then the words of q.
INLINE int scale_bytes(int format) {
    switch (format) {
    case SG_Q4_0: case SG_Q5_0: case SG_Q8_0: return 32;
    case SG_Q4_1: case SG_Q5_1: return 64;
    case SG_Q2_K: case SG_Q3_K: case SG_Q4_K: case SG_Q5_K: case SG_Q6_K: return 32;
    default: return 0;
    }
}

INLINE int unit_bytes(int format) {
    switch (format) {
    case SG_F32: return 64 * SG_UNIT;
    case SG_F16: case SG_BF16: return 32 * SG_UNIT;
    case SG_Q8_0: return 32 + 16 * SG_UNIT;
    case SG_Q4_0: return 32 + 256;
    case SG_Q4_1: return 64 + 256;
    case SG_Q5_0: return 32 + 256 + 64;
    case SG_Q5_1: return 64 + 256 + 64;
    case SG_Q2_K: return 32 + 128;
    case SG_Q3_K: return 32 + 128 + 64;
    case SG_Q4_K: return 32 + 256;
    case SG_Q5_K: return 32 + 256 + 64;
    case SG_Q6_K: return 32 + 256 + 128;
    default: return 0;
    }
}

// Whether the two halves of a unit (16 columns each) have scales of their own, and whether there is a minimum.
INLINE bool has_halves(int format) { return format == SG_Q2_K || format == SG_Q3_K || format == SG_Q6_K; }
INLINE bool has_minimum(int format) {
    return format == SG_Q4_1 || format == SG_Q5_1 || format == SG_Q2_K || format == SG_Q4_K || format == SG_Q5_K;
}
INLINE bool is_float_format(int format) { return format == SG_F32 || format == SG_F16 || format == SG_BF16; }

// The bits of one integer as it is stored, unsigned; 0 for floats. A unit's 32 integers stand in quads: quad c is one vector
// whose word of each row holds columns 4c … 4c + 3, one in each byte, and eight quads lie in as many words as the integers
// have bits. With 4 to 6 bits, word i holds the low four bits of quad i and, above them, of quad i + 4 (so the plain 4-bit
// formats keep the file's bytes). The bits above four, and all of 2 and 3 bits, stand in words of their own: two bits of
// quads 4i … 4i + 3 side by side in word i, then one bit of quads 0 … 7.
INLINE int field_bits(int format) {
    switch (format) {
    case SG_Q2_K: return 2;
    case SG_Q3_K: return 3;
    case SG_Q4_0: case SG_Q4_1: case SG_Q4_K: return 4;
    case SG_Q5_0: case SG_Q5_1: case SG_Q5_K: return 5;
    case SG_Q6_K: return 6;
    case SG_Q8_0: return 8;
    default: return 0;
    }
}

// What is taken off each stored integer is 2 to the power of this; −1 for nothing.
INLINE int offset_shift(int format) {
    switch (format) {
    case SG_Q3_K: return 2;
    case SG_Q4_0: return 3;
    case SG_Q5_0: return 4;
    case SG_Q6_K: return 5;
    case SG_Q8_0: return 7;
    default: return -1;
    }
}

// `count` bits from `from` on of every byte, moved to bit `to`.
INLINE vuint move_bits(vuint words, int from, int count, int to) {
    return (from < to ? words << (to - from) : words >> (from - to)) & (((1u << count) - 1) << to) * 0x01010101u;
}

// Quad c of a unit; the bytes of each lane are unsigned.
INLINE vuint quad(int format, const uint8_t *unit, int c) {
    const uint8_t *words = unit + scale_bytes(format);
    switch (field_bits(format)) {
    case 8: return load_words(words + 64 * c);
    case 2: return move_bits(load_words(words + 64 * (c / 4)), c % 4 * 2, 2, 0);
    case 3: return move_bits(load_words(words + 64 * (c / 4)), c % 4 * 2, 2, 0) | move_bits(load_words(words + 128), c, 1, 2);
    default: break;
    }
    vuint low = move_bits(load_words(words + 64 * (c % 4)), c / 4 * 4, 4, 0);
    if (field_bits(format) == 5) return low | move_bits(load_words(words + 256), c, 1, 4);
    if (field_bits(format) == 6) return low | move_bits(load_words(words + 256 + 64 * (c / 4)), c % 4 * 2, 2, 4);
    return low;
}

// The weights of column j of a unit before they are scaled.
INLINE vfloat quants(int format, const uint8_t *unit, int j) {
    switch (format) {
    case SG_F32: return *(const vfloat *)(unit + 64 * j);
    case SG_F16: return halves_to_float(unit + 32 * j);
    case SG_BF16: return bfloats_to_float(unit + 32 * j);
    default: break;
    }
    const int shift = offset_shift(format);
    vint integers = (vint)(quad(format, unit, j / 4) >> (j % 4 * 8) & 255);
    return to_float(shift < 0 ? integers : integers - (1 << shift));
}

struct scales { vfloat scale[2], minimum[2]; };

// The scales of a unit. `header` is that of its block; formats without halves use index 0 only.
INLINE struct scales scales_of(int format, const uint8_t *header, const uint8_t *unit) {
    struct scales s = {0};
    switch (format) {
    case SG_Q4_0: case SG_Q5_0: case SG_Q8_0: s.scale[0] = halves_to_float(unit); break;
    case SG_Q4_1: case SG_Q5_1:
        s.scale[0] = halves_to_float(unit);
        s.minimum[0] = halves_to_float(unit + 32);
        break;
    case SG_Q4_K: case SG_Q5_K:
        s.scale[0] = halves_to_float(header) * bytes_to_float(unit);
        s.minimum[0] = -(halves_to_float(header + 32) * bytes_to_float(unit + 16));
        break;
    case SG_Q3_K: case SG_Q6_K:
        for (int i = 0; i < 2; i++) s.scale[i] = halves_to_float(header) * signed_bytes_to_float(unit + 16 * i);
        break;
    case SG_Q2_K:
        for (int i = 0; i < 2; i++) {
            vint both = __builtin_convertvector(*(const vbyte *)(unit + 16 * i), vint);
            s.scale[i] = halves_to_float(header) * to_float(both & 15);
            s.minimum[i] = -(halves_to_float(header + 32) * to_float(both >> 4));
        }
        break;
    default: break;
    }
    return s;
}

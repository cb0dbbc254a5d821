// How the packed formats become floats: for each unit of 32 columns the integers q of 16 rows, and the scales of its
// one or two halves. weight = scale · q + minimum. `format` is a constant wherever these are called.

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

// The bits of one integer, 0 for floats and whole bytes. A unit's 32 integers lie in as many words as they have bits: from
// the low end of each word as many as fit; with 3, 5 and 6 bits that is 30 of them, and the last two are spread over the
// two bits that are left at the top of each word, lowest first.
INLINE int field_bits(int format) {
    switch (format) {
    case SG_Q2_K: return 2;
    case SG_Q3_K: return 3;
    case SG_Q4_0: case SG_Q4_1: case SG_Q4_K: return 4;
    case SG_Q5_0: case SG_Q5_1: case SG_Q5_K: return 5;
    case SG_Q6_K: return 6;
    default: return 0;
    }
}

// What is added to each integer.
INLINE float field_offset(int format) {
    switch (format) {
    case SG_Q3_K: return -4;
    case SG_Q4_0: return -8;
    case SG_Q5_0: return -16;
    case SG_Q6_K: return -32;
    default: return 0;
    }
}

// The column (0…31) of the j-th q of a unit. The plain 4-bit formats keep the file's bytes, in which a byte holds columns
// i and i + 16.
INLINE int column_of(int format, int j) {
    return format == SG_Q4_0 || format == SG_Q4_1 ? j / 8 * 4 + j % 8 / 2 + 16 * (j % 2) : j;
}

// The j-th integers of a unit whose words are given.
INLINE vfloat field_to_float(const uint8_t *words, int bits, float offset, int j) {
    const int each = 32 / bits;
    if (j < each * bits) return bits_to_float(load_words(words + j / each * 64), j % each * bits, bits, offset);
    vuint rest = load_words(words) >> 30;
#pragma clang loop unroll(full)
    for (int word = 1; word < bits; word++)
        rest |= (load_words(words + word * 64) >> (30 - 2 * word)) & (3u << (2 * word));
    return bits_to_float(rest, (j - each * bits) * bits, bits, offset);
}

// The j-th integers of a unit, as floats.
INLINE vfloat quants(int format, const uint8_t *unit, int j) {
    switch (format) {
    case SG_F32: return *(const vfloat *)(unit + 64 * j);
    case SG_F16: return halves_to_float(unit + 32 * j);
    case SG_BF16: return bfloats_to_float(unit + 32 * j);
    case SG_Q8_0: return signed_bytes_to_float(unit + scale_bytes(format) + 16 * j);
    default: return field_to_float(unit + scale_bytes(format), field_bits(format), field_offset(format), j);
    }
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

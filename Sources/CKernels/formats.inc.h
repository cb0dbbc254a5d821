// How the packed formats are read: for each unit of 32 columns the integers q of 16 rows, and the scales of its one or two
// halves. weight = scale · q + minimum. `format` is a constant wherever these are called.

// See facts.inc.h.
INLINE int units_per_block(int format) { return sg_facts_of(format).units; }
INLINE int header_bytes(int format) { return sg_facts_of(format).header; }
INLINE int scale_bytes(int format) { return sg_facts_of(format).before; }
INLINE int field_bits(int format) { return sg_facts_of(format).bits; }
INLINE int offset_shift(int format) { return sg_facts_of(format).offset_shift; }
INLINE bool has_halves(int format) { return sg_facts_of(format).halves; }
INLINE bool has_minimum(int format) { return sg_facts_of(format).minimum; }
INLINE bool has_codes(int format) { return sg_facts_of(format).codes; }
INLINE bool is_float_format(int format) { return field_bits(format) == 0; }

INLINE int unit_bytes(int format) {
    switch (format) {
    case SG_F32: return 64 * SG_UNIT;
    case SG_F16: case SG_BF16: return 32 * SG_UNIT;
    default: return scale_bytes(format) + 64 * field_bits(format);
    }
}

// The bits of an integer as it is multiplied: codes stand for whole bytes.
INLINE int factor_bits(int format) { return has_codes(format) ? 8 : field_bits(format); }

// A unit's 32 integers stand in quads: quad c is one vector whose word of each row holds columns 4c … 4c + 3, one in each byte,
// and eight quads lie in as many words as the integers have bits. With 4 to 6 bits, word i holds the low four bits of quad i and,
// above them, of quad i + 4 (so the plain 4-bit formats keep the file's bytes). The bits above four, and all of 2 and 3 bits,
// stand in words of their own: two bits of quads 4i … 4i + 3 side by side in word i, then one bit of quads 0 … 7.

// `count` bits from `from` on of every byte, moved to bit `to`.
INLINE vuint move_bits(vuint words, int from, int count, int to) {
    return (from < to ? words << (to - from) : words >> (from - to)) & (((1u << count) - 1) << to) * 0x01010101u;
}

// Quad c of a unit as it is stored; the bytes of each lane are unsigned.
INLINE vuint stored_quad(int format, const uint8_t *unit, int c) {
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

// What the codes of a matrix stand for, with 128 added: bytes without a sign, as those of 8 bits are stored.
struct codes { vbyte bytes; float factor; };

INLINE struct codes codes_of(int format, const struct sg_codes *given) {
    struct codes codes = {0};
    if (!has_codes(format)) return codes;
    codes.bytes = *(const vbyte *)given->values ^ 0x80;
    codes.factor = given->factor;
    return codes;
}

// Quad c of a unit as it is multiplied.
INLINE vuint quad(int format, const uint8_t *unit, int c, const struct codes *codes) {
    const vuint stored = stored_quad(format, unit, c);
    return has_codes(format) ? look_up(codes->bytes, stored) : stored;
}

// The weights of column j of a unit before they are scaled.
INLINE vfloat quants(int format, const uint8_t *unit, int j, const struct codes *codes) {
    switch (format) {
    case SG_F32: return *(const vfloat *)(unit + 64 * j);
    case SG_F16: return halves_to_float(unit + 32 * j);
    case SG_BF16: return bfloats_to_float(unit + 32 * j);
    default: break;
    }
    const int shift = offset_shift(format);
    vint integers = (vint)(quad(format, unit, j / 4, codes) >> (j % 4 * 8) & 255);
    return to_float(shift < 0 ? integers : integers - (1 << shift));
}

struct scales { vfloat scale[2], minimum[2]; };

// 2^(e − 128), e from 0: the two least are no normal floats.
INLINE vfloat exponents_to_float(const uint8_t *p) {
    const vint e = __builtin_convertvector(*(const vbyte *)p, vint), small = e < 2;
    return (vfloat)((((e - 1) << 23) & ~small) | ((fill_int(0x00200000) << (e & 1)) & small));
}

// The scales of a unit. `header` is that of its block; formats without halves use index 0 only.
INLINE struct scales scales_of(int format, const uint8_t *header, const uint8_t *unit, const struct codes *codes) {
    struct scales s = {0};
    const int parts = has_halves(format) ? 2 : 1;
    switch (sg_facts_of(format).scales) {
    case SG_HALVES:
        for (int i = 0; i < parts; i++) s.scale[i] = halves_to_float(unit + 32 * i);
        if (has_minimum(format)) s.minimum[0] = halves_to_float(unit + 32);
        break;
    case SG_ALONE: s.scale[0] = halves_to_float(header); break;
    case SG_EXPONENT: s.scale[0] = exponents_to_float(unit); break;
    case SG_SMALL: {
        vfloat d = halves_to_float(header);
        if (has_codes(format)) d = d * fill(codes->factor);
        if (!has_minimum(format)) {
            for (int i = 0; i < parts; i++) s.scale[i] = d * signed_bytes_to_float(unit + 16 * i);
        } else if (!has_halves(format)) {
            s.scale[0] = d * bytes_to_float(unit);
            s.minimum[0] = -(halves_to_float(header + 32) * bytes_to_float(unit + 16));
        } else {
            for (int i = 0; i < 2; i++) {
                const vint both = __builtin_convertvector(*(const vbyte *)(unit + 16 * i), vint);
                s.scale[i] = d * to_float(both & 15);
                s.minimum[i] = -(halves_to_float(header + 32) * to_float(both >> 4));
            }
        }
        break;
    }
    }
    return s;
}

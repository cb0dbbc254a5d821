// Matrix × vectors over quantised weights as in integers.inc.h, to the same bits, by WebAssembly's products of 16 bits: of
// the three sums only low and 256 · high + middle are rounded, so the upper two digits are one here.

INLINE vint first_sum(int format, const struct sg_block *in, int part, int digit) {
    const int shift = offset_shift(format);
    if (shift < 0) return fill_int(0);
    return fill_int(part < 2 ? in->less[part][digit] : in->less[0][digit] + in->less[1][digit]) << shift;
}

// sums[token][digit] of quads from ..< to, all of one unit: even and odd bytes as numbers of 16 bits, whose products are
// added in pairs to 32.
INLINE void unit_sums(int format, int width, int part, int from, int to, const uint8_t *unit, const struct codes *codes,
                      const struct sg_block *in, vint (*sums)[2]) {
    quarters total[SG_BLOCK_TOKENS][2];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int digit = 0; digit < 2; digit++) total[t][digit].ints = first_sum(format, in + t, part, digit);
#pragma clang loop unroll(full)
    for (int c = from; c < to; c++) {
        const quarters weights = {.words = quad(format, unit, c, codes)};
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) {
            const v128_t even = wasm_v128_and(weights.fours[i], wasm_i16x8_const_splat(255));
            const v128_t odd = wasm_u16x8_shr(weights.fours[i], 8);
#pragma clang loop unroll(full)
            for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
                for (int digit = 0; digit < 2; digit++) {
                    const int16_t *digits = in[t].digits[digit] + 4 * c;
                    v128_t *sum = &total[t][digit].fours[i];
                    *sum = wasm_i32x4_add(*sum, wasm_i32x4_dot_i16x8(even, wasm_v128_load32_splat(digits)));
                    *sum = wasm_i32x4_add(*sum, wasm_i32x4_dot_i16x8(odd, wasm_v128_load32_splat(digits + 2)));
                }
        }
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int digit = 0; digit < 2; digit++) sums[t][digit] = total[t][digit].ints;
}

// total + what a unit adds to it. Scales are halves, or halves times whole numbers: multiples of 2^−27, and so are their
// products with whole numbers; the scale of x is no less than 2^−126. Those that are powers of two may be far smaller.
INLINE vfloat with_unit(int format, vfloat total, const struct scales *s, const vfloat *values, const struct sg_block *in,
                        struct doubt *doubt) {
    const int parts = has_halves(format) ? 2 : 1;
    const bool fine = sg_facts_of(format).scales == SG_EXPONENT;
    vfloat unit;
#pragma clang loop unroll(full)
    for (int part = 0; part < parts; part++) {
        if (has_minimum(format)) {
            const vfloat all = fill(in->sums[parts == 2 ? part : 2]);
            unit = part == 0 ? s->minimum[0] * all : fma16_short(fine, s->minimum[1], all, unit, doubt);
        }
        const bool first = part == 0 && !has_minimum(format);
        unit = first ? s->scale[0] * values[0] : fma16_short(fine, s->scale[part], values[part], unit, doubt);
    }
    return fma16_short(fine, unit, fill(in->scale), total, doubt);
}

static __attribute__((noinline)) void with_unit_again(bool minimum, int parts, vfloat *total, const struct scales *s,
                                                      const vfloat *values, const struct sg_block *in) {
    vfloat unit = fill(0);
    for (int part = 0; part < parts; part++) {
        if (minimum) {
            const vfloat all = fill(in->sums[parts == 2 ? part : 2]);
            unit = part == 0 ? s->minimum[0] * all : fma16_by_odd(s->minimum[1], all, unit);
        }
        const bool first = part == 0 && !minimum;
        unit = first ? s->scale[0] * values[0] : fma16_by_odd(s->scale[part], values[part], unit);
    }
    *total = fma16_by_odd(unit, fill(in->scale), *total);
}

// One group of 16 rows × `width` tokens; width is a constant.
INLINE void block_tile(int format, int width, const struct tile *given) {
    vfloat total[SG_BLOCK_TOKENS];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) total[t] = fill(0);
    const int units = units_per_block(format), parts = has_halves(format) ? 2 : 1;
    const struct codes codes = codes_of(format, given->codes);
    const uint8_t *place = given->group;
    const struct sg_block *in = given->input;
    for (int64_t begin = 0; begin < given->columns; begin += units * SG_UNIT) {
        const uint8_t *header = place;
        place += header_bytes(format);
        for (int u = 0; u < units; u++, place += unit_bytes(format), in += width) {
            vfloat values[SG_BLOCK_TOKENS][2];
#pragma clang loop unroll(full)
            for (int part = 0; part < parts; part++) {
                vint sums[SG_BLOCK_TOKENS][2];
                unit_sums(format, width, parts == 2 ? part : 2, part * 4, parts == 2 ? part * 4 + 4 : 8, place, &codes, in, sums);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) values[t][part] = byte_above(to_float(sums[t][1]), to_float(sums[t][0]));
            }
            const struct scales s = scales_of(format, header, place, &codes);
#pragma clang loop unroll(full)
            for (int t = 0; t < width; t++) {
                struct doubt doubt = no_doubt();
                const vfloat before = total[t];
                total[t] = with_unit(format, before, &s, values[t], in + t, &doubt);
                if (is_doubtful(doubt)) {
                    struct scales same = s;
                    vfloat again = before, kept[2] = {values[t][0], parts == 2 ? values[t][1] : values[t][0]};
                    with_unit_again(has_minimum(format), parts, &again, &same, kept, in + t);
                    total[t] = again;
                }
            }
        }
    }
    store_tile(given, width, total);
}

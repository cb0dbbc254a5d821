// Matrix × vectors over quantised weights, in integers. For each unit of 32 columns (or each half, where halves have
// scales): exact sums of the weights' integers times the three digits of x, then
//   part = (256 · high + middle) · 256 + low,   unit = Σ over its halves of minimum · ΣX + scale · part,
// and total = unit · scale of x + total, each multiply-add rounded once. What cancels within a unit does so before it meets
// the total. The sums being exact, no order of additions within a part can change a bit.

// What the sums of one part of a unit start from: minus the offset of the weights times the digits.
INLINE vint first_sum(int format, const struct sg_block *in, int part, int digit) {
    const int shift = offset_shift(format);
    if (shift < 0 || (SG_SIGNED_BYTES && factor_bits(format) == 8)) return fill_int(0);
    return fill_int(in->less[part][digit]) << shift;
}

// sums[token][digit] of quads from ..< to, all of one unit.
INLINE void unit_sums(int format, int width, int part, int from, int to, const uint8_t *unit, const struct codes *codes,
                      const struct sg_block *in, vint (*sums)[3]) {
    const int bits = factor_bits(format);
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int digit = 0; digit < 3; digit++) sums[t][digit] = first_sum(format, in + t, part, digit);
#if SG_PAIRS
    if (bits < 8) {
        const int together = quads_together(bits);
#pragma clang loop unroll(full)
        for (int begin = from; begin < to; begin += together) {
            vint pairs[SG_BLOCK_TOKENS][3];
#pragma clang loop unroll(full)
            for (int c = begin; c < begin + together && c < to; c++) {
                const vuint w = quad(format, unit, c, codes);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
                    for (int digit = 0; digit < 3; digit++)
                        pairs[t][digit] = dot_pairs(c == begin ? fill_int(0) : pairs[t][digit], w, in[t].digits[digit] + 4 * c);
            }
#pragma clang loop unroll(full)
            for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
                for (int digit = 0; digit < 3; digit++) sums[t][digit] = add_pairs(sums[t][digit], pairs[t][digit]);
        }
        return;
    }
#endif
    EACH_COLUMN for (int c = from; c < to; c++) {
        const vuint w = quad(format, unit, c, codes);
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
            for (int digit = 0; digit < 3; digit++) sums[t][digit] = dot(bits, sums[t][digit], w, in[t].digits[digit] + 4 * c);
    }
}

// One group of 16 rows × `width` tokens; width is a constant.
INLINE void block_tile(int format, int width, const struct tile *given) {
    vfloat total[SG_BLOCK_TOKENS], unit[SG_BLOCK_TOKENS];
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
            fetch_ahead(format, width, place, given->hint);
            const struct scales s = scales_of(format, header, place, &codes);
#pragma clang loop unroll(full)
            for (int part = 0; part < parts; part++) {
                const int sum = parts == 2 ? part : 2;  // which of a block's sums
                vint sums[SG_BLOCK_TOKENS][3];
                unit_sums(format, width, sum, part * 4, parts == 2 ? part * 4 + 4 : 8, place, &codes, in, sums);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) {
                    const vfloat upper = to_float((sums[t][2] << 8) + sums[t][1]);
                    const vfloat value = byte_above(upper, to_float(sums[t][0]));
                    if (has_minimum(format)) {
                        const vfloat all = fill(in[t].sums[sum]);
                        unit[t] = part == 0 ? s.minimum[0] * all : fma16(s.minimum[1], all, unit[t]);
                    }
                    const bool first = part == 0 && !has_minimum(format);
                    unit[t] = first ? s.scale[0] * value : fma16(s.scale[part], value, unit[t]);
                    if (part == parts - 1) total[t] = fma16(unit[t], fill(in[t].scale), total[t]);
                }
            }
        }
    }
    store_tile(given, width, total);
}

// Products with half floats by WebAssembly's vectors of two doubles, in which the sums of a unit stay: as doubles that are
// floats. A half is a multiple of 2^−24 and a float of 2^−149, so no sum is too small for the short way. But a half has so
// few bits that many sums are exact midpoints: each is looked at where it is made. That is most of the work: a browser
// that has the processor's own multiply-add lends it.

#include "lent.h"
#include "wasm_four_halves.inc.h"

// low + product and high + other, as floats.
INLINE void add_products(v128_t *low, v128_t *high, v128_t product, v128_t other) {
    v128_t a = wasm_f64x2_add(product, *low), b = wasm_f64x2_add(other, *high);
    struct doubt doubt = no_doubt();
    note_midpoint(&doubt, a, b);
    if (is_doubtful(doubt)) {
        a = odd_where_inexact(a, product, *low);
        b = odd_where_inexact(b, other, *high);
    }
    *low = wasm_f64x2_promote_low_f32x4(wasm_f32x4_demote_f64x2_zero(a));
    *high = wasm_f64x2_promote_low_f32x4(wasm_f32x4_demote_f64x2_zero(b));
}

// 4 · `fours` rows from `row` on, `columns` of them.
INLINE void half_sums(int width, int fours, const uint8_t *unit, const float *x, int64_t columns, int row, vfloat *part,
                      v128_t *largest) {
    v128_t sums[4][8];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int i = 0; i < 2 * fours; i++) sums[t][i] = wasm_f64x2_const_splat(0);
#pragma clang loop unroll(disable)
    for (int64_t j = 0; j < columns; j++) {
        v128_t inputs[4];
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++)
            inputs[t] = wasm_f64x2_promote_low_f32x4(wasm_v128_load32_splat(x + j * width + t));
#pragma clang loop unroll(full)
        for (int four = 0; four < fours; four++) {
            const v128_t weights = four_halves(unit + 32 * j + 2 * row + 8 * four, largest);
            const v128_t first = wasm_f64x2_promote_low_f32x4(weights);
            const v128_t second = wasm_f64x2_promote_low_f32x4(upper_half(weights));
#pragma clang loop unroll(full)
            for (int t = 0; t < width; t++)
                add_products(&sums[t][2 * four], &sums[t][2 * four + 1], wasm_f64x2_mul(first, inputs[t]),
                             wasm_f64x2_mul(second, inputs[t]));
        }
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int i = 0; i < fours; i++) {
            const v128_t low = wasm_f32x4_demote_f64x2_zero(sums[t][2 * i]);
            const v128_t high = wasm_f32x4_demote_f64x2_zero(sums[t][2 * i + 1]);
            wasm_v128_store((float *)(part + t) + row + 4 * i, wasm_i32x4_shuffle(low, high, 0, 1, 4, 5));
        }
}

static __attribute__((noinline)) void half_unit_again(int width, const uint8_t *unit, const float *x, int64_t columns,
                                                      vfloat *part) {
    for (int t = 0; t < width; t++) {
        part[t] = fill(0);
        for (int64_t j = 0; j < columns; j++)
            part[t] = fma16_by_odd(halves_to_float(unit + 32 * j), fill(x[j * width + t]), part[t]);
    }
}

// As many sums at a time as stay in registers.
INLINE void own_half_unit(int width, const uint8_t *unit, const float *x, int64_t columns, vfloat *part) {
    v128_t largest = wasm_i32x4_const_splat(0);
    if (width == 1) half_sums(1, 4, unit, x, columns, 0, part, &largest);
    else
        for (int row = 0; row < SG_LANES; row += 4) half_sums(width, 1, unit, x, columns, row, part, &largest);
    if (__builtin_expect(is_special(largest), 0)) half_unit_again(width, unit, x, columns, part);
}

// Up to 32 columns of 16 rows × `width` tokens, 1 or 4.
INLINE void half_unit(int width, const uint8_t *unit, const float *x, int64_t columns, vfloat *part) {
    if (sg_lent_half_unit && sg_lent_half_unit(width, unit, x, columns, (float *)part)) return;
    own_half_unit(width, unit, x, columns, part);
}

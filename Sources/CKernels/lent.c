// The module that is lent to the page's engine: products by multiply-adds that round once where the processor's do.
// WebAssembly leaves open whether they do; the engine holds the results against its own before it takes them (lend.inc.h).
// No other target has anything of this file.
#if defined(__wasm_relaxed_simd__)
#include <wasm_simd128.h>

#include "lent.h"

#define INLINE static inline __attribute__((always_inline))
#include "wasm_four_halves.inc.h"

INLINE void sums(int width, int fours, const uint8_t *unit, const float *x, int64_t columns, int row, float *part,
                 v128_t *largest) {
    v128_t sum[4][4];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int four = 0; four < fours; four++) sum[t][four] = wasm_f32x4_const_splat(0);
#pragma clang loop unroll(disable)
    for (int64_t j = 0; j < columns; j++) {
        v128_t inputs[4];
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) inputs[t] = wasm_v128_load32_splat(x + j * width + t);
#pragma clang loop unroll(full)
        for (int four = 0; four < fours; four++) {
            const v128_t weights = four_halves(unit + 32 * j + 2 * row + 8 * four, largest);
#pragma clang loop unroll(full)
            for (int t = 0; t < width; t++) sum[t][four] = wasm_f32x4_relaxed_madd(weights, inputs[t], sum[t][four]);
        }
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int four = 0; four < fours; four++) wasm_v128_store(part + 16 * t + row + 4 * four, sum[t][four]);
}

__attribute__((export_name("halfUnit"))) bool half_unit(
    int32_t width, const uint8_t *unit, const float *x, int64_t columns, float *part) {
    v128_t largest = wasm_i32x4_const_splat(0);
    if (width == 1) sums(1, 4, unit, x, columns, 0, part, &largest);
    else
        for (int row = 0; row < 16; row += 8) sums(4, 2, unit, x, columns, row, part, &largest);
    return !is_special(largest);
}
#endif

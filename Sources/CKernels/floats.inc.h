// Matrix × vectors over float weights: Σ w · x within a unit of 32 columns from zero, then the sum of the units.

#define SG_MOST_TOKENS (SG_WIDE_TILES ? 16 : 4)

#if defined(__wasm_simd128__)
#include "wasm_halves.inc.h"
#endif

// One group of 16 rows × `width` tokens of a float format.
INLINE void float_tile(int format, int width, const struct tile *given) {
    const int step = format == SG_F32 ? 64 : 32;
    vfloat total[SG_MOST_TOKENS];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) total[t] = fill(0);
    for (int64_t begin = 0; begin < given->columns; begin += SG_UNIT) {
        const uint8_t *unit = given->group + begin * step;
        const float *x = (const float *)given->input + begin * width;
        vfloat part[SG_MOST_TOKENS];
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) part[t] = fill(0);
#if defined(__wasm_simd128__)
        if (format == SG_F16) {
            const int64_t left = given->columns - begin;
            half_unit(width, unit, x, left < SG_UNIT ? left : SG_UNIT, part);
        } else
#endif
        if (given->columns - begin >= SG_UNIT) {
            if (width > 1 || given->hint == SG_FETCH_ALL) fetch_ahead(format, width, unit, given->hint);
            EACH_COLUMN for (int j = 0; j < SG_UNIT; j++) {
                vfloat q = quants(format, unit, j, 0);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[j * width + t]), part[t]);
            }
        } else {
            for (int j = 0; j < given->columns - begin; j++) {
                vfloat q = quants(format, unit, j, 0);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[j * width + t]), part[t]);
            }
        }
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) total[t] = total[t] + part[t];
    }
    store_tile(given, width, total);
}

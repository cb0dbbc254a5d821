// All kernels of one instruction set; included once per set with SG_SET defined. Not a header for others.
#pragma STDC FP_CONTRACT OFF
// Vectors wider than the registers are only passed between inlined functions: there is no ABI to change.
#pragma clang diagnostic ignored "-Wpsabi"

#include <math.h>
#include <string.h>

#include "CKernels.h"
#include "dispatch.h"
#include "facts.inc.h"
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#include "lanes.inc.h"
#include "formats.inc.h"
#include "panels.inc.h"
#include "blocks.inc.h"
#include "tile.inc.h"
#include "floats.inc.h"
#if defined(__wasm_simd128__)
#include "wasm_integers.inc.h"
#else
#include "dot.inc.h"
#include "integers.inc.h"
#endif
#include "multiply.inc.h"
#include "attention.inc.h"
#include "elementwise.inc.h"
#include "exponential.inc.h"
#include "choose.inc.h"

#define SG_JOIN2(a, b) a##b
#define SG_JOIN(a, b) SG_JOIN2(a, b)

// The tables of a set whose products are these; all else are the functions above.
#define SG_TABLES(set, set_name, layout_of, lay, product) \
    const struct sg_kernels SG_JOIN(sg_, set) = { \
        .name = set_name, \
        .layout = layout_of, \
        .lay_out = lay, \
        .multiply = product, \
        .unpack_row = unpack_row, \
        .scores = scores, \
        .softmax = softmax, \
        .mix = mix, \
        .rms_norm = rms_norm, \
        .layer_norm = layer_norm, \
        .swiglu = swiglu, \
        .geglu = geglu, \
        .gelu = gelu, \
        .add = add, \
        .rotate = rotate, \
        .soft_cap = soft_cap, \
        .exp_sums = exp_sums, \
        .maximum = maximum, \
    }; \
    const struct sg_passes SG_JOIN(sg_passes_, set) = { \
        .exp_sums = choice_sums, \
        .lane_maxima = lane_maxima, \
        .divide = divide, \
        .remove_below = remove_below, \
        .count_above = count_above, \
    };

SG_TABLES(SG_SET, SG_SET_NAME, layout, lay_out, multiply)

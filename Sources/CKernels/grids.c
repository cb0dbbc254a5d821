// The codebooks of the IQ formats: points of a lattice, of which a file names one by its place among them. Which points there
// are stands in grids.inc.h, a bit for each; here they become digits.
#include <stdatomic.h>

#include "CKernels.h"
#include "grids.inc.h"

// Digit k of point i of each codebook.
static struct {
    uint8_t iq2_xxs[256][8], iq2_xs[512][8], iq2_s[1024][8], iq1[2048][8];  // 0 … 2
    uint8_t iq3_xxs[256][4], iq3_s[512][4];                                  // 0 … 7
} grids;

// Each number whose bit is set, as `length` digits of that base, the lowest first.
static void list_points(const uint64_t *bits, uint32_t base, int length, uint8_t *out) {
    uint32_t count = 1;
    for (int k = 0; k < length; k++) count *= base;
    for (uint32_t point = 0; point < count; point++) {
        if (!(bits[point / 64] >> point % 64 & 1)) continue;
        uint32_t rest = point;
        for (int k = 0; k < length; k++, rest /= base) *out++ = (uint8_t)(rest % base);
    }
}

static void list_all(void) {
    list_points(iq2_xxs_points, 3, 8, grids.iq2_xxs[0]);
    list_points(iq2_xs_points, 3, 8, grids.iq2_xs[0]);
    list_points(iq2_s_points, 3, 8, grids.iq2_s[0]);
    list_points(iq1_s_points, 3, 8, grids.iq1[0]);
    list_points(iq3_xxs_points, 8, 4, grids.iq3_xxs[0]);
    list_points(iq3_s_points, 8, 4, grids.iq3_s[0]);
}

const uint8_t *sg_grid(int32_t format) {
    enum { nothing, at_work, done };
    static _Atomic(int) state;
    int seen = atomic_load_explicit(&state, memory_order_acquire);
    if (seen == nothing && atomic_compare_exchange_strong(&state, &seen, at_work)) {
        list_all();
        atomic_store_explicit(&state, done, memory_order_release);
    }
    while (atomic_load_explicit(&state, memory_order_acquire) != done) sg_pause();
    switch (format) {
    case SG_IQ2_XXS: return grids.iq2_xxs[0];
    case SG_IQ2_XS: return grids.iq2_xs[0];
    case SG_IQ2_S: return grids.iq2_s[0];
    case SG_IQ1_S: case SG_IQ1_M: return grids.iq1[0];
    case SG_IQ3_XXS: return grids.iq3_xxs[0];
    case SG_IQ3_S: return grids.iq3_s[0];
    default: return 0;
    }
}

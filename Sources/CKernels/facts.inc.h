// What the packed formats are made of, one row for each; `format` is a constant wherever a kernel asks.
//
// A unit of 32 columns of 16 rows is what stands before its integers (see scales_of in formats.inc.h) and then the integers,
// 64 bytes for each of their bits. Units may share a header before the first of them.
#ifndef STEPGLASS_FACTS_H
#define STEPGLASS_FACTS_H
#include "CKernels.h"

// Where the scales of a unit are kept.
enum sg_scales {
    SG_HALVES,    // before the unit: a half float, with a minimum a second one; where halves have scales, one for each
    SG_SMALL,     // the header's half float (with a minimum: two of them) times small integers before the unit: a signed
                  // byte for it or for each half; with a minimum a byte of each, or of each half four bits of both
    SG_ALONE,     // the header's half float
    SG_EXPONENT,  // before the unit: e of the scale 2^(e − 128)
};

struct sg_facts {
    enum sg_scales scales;
    int before, header;    // bytes before a unit's integers, and of a header
    int units;             // that share a header
    int bits;              // of a stored integer; 0: floats
    int offset_shift;      // what is taken off each is 2 to the power of this; −1: nothing
    bool halves, minimum;  // whether the 16 columns of each half have a scale of their own; whether there is a minimum
    bool codes;            // the stored integers are places in a codebook
};

// The format whose kernels read a packed format: those that differ in their codebook alone, or not at all, share them.
static inline int32_t sg_kernel_of(int32_t format) {
    switch (format) {
    case SG_IQ3_XXS: case SG_IQ3_S: return SG_IQ4_XS;
    case SG_IQ1_S: return SG_IQ2_XXS;
    case SG_IQ2_S: case SG_IQ1_M: return SG_IQ2_XS;
    case SG_TQ1_0: return SG_TQ2_0;
    case SG_F8_E4M3: case SG_F8_E5M2: return SG_F16;
    default: return format;
    }
}

// The facts of a format that sg_kernel_of gives. What is taken off codes is that of the bytes that they stand for.
static inline __attribute__((always_inline)) struct sg_facts sg_facts_of(int32_t format) {
#define ROW(FORMAT, ...) case FORMAT: return (struct sg_facts){__VA_ARGS__};
    switch (format) {
    //   format       scales    before header units bits offset halves minimum codes
    ROW(SG_Q4_0, SG_HALVES, 32, 0, 1, 4, 3, false, false, false)
    ROW(SG_Q4_1, SG_HALVES, 64, 0, 1, 4, -1, false, true, false)
    ROW(SG_Q5_0, SG_HALVES, 32, 0, 1, 5, 4, false, false, false)
    ROW(SG_Q5_1, SG_HALVES, 64, 0, 1, 5, -1, false, true, false)
    ROW(SG_Q8_0, SG_HALVES, 32, 0, 1, 8, 7, false, false, false)
    ROW(SG_Q2_K, SG_SMALL, 32, 64, 8, 2, -1, true, true, false)
    ROW(SG_Q3_K, SG_SMALL, 32, 32, 8, 3, 2, true, false, false)
    ROW(SG_Q4_K, SG_SMALL, 32, 64, 8, 4, -1, false, true, false)
    ROW(SG_Q5_K, SG_SMALL, 32, 64, 8, 5, -1, false, true, false)
    ROW(SG_Q6_K, SG_SMALL, 32, 32, 8, 6, 5, true, false, false)
    ROW(SG_IQ2_XXS, SG_SMALL, 16, 32, 8, 3, 7, false, false, true)
    ROW(SG_IQ2_XS, SG_SMALL, 32, 32, 8, 3, 7, true, false, true)
    ROW(SG_IQ4_XS, SG_SMALL, 16, 32, 8, 4, 7, false, false, true)
    ROW(SG_IQ4_NL, SG_HALVES, 32, 0, 1, 4, 7, false, false, true)
    ROW(SG_MXFP4, SG_EXPONENT, 16, 0, 1, 4, 7, false, false, true)
    ROW(SG_NVFP4, SG_HALVES, 64, 0, 1, 4, 7, true, false, true)
    ROW(SG_TQ2_0, SG_ALONE, 0, 32, 8, 2, 0, false, false, false)
    default: return (struct sg_facts){.units = 1, .offset_shift = -1};
    }
#undef ROW
}

// The formats that have kernels of their own, those of floats first.
#define SG_FLOAT_FORMATS(DO) DO(SG_F32) DO(SG_F16) DO(SG_BF16)
#define SG_BLOCK_FORMATS(DO) \
    DO(SG_Q8_0) DO(SG_Q4_0) DO(SG_Q4_1) DO(SG_Q5_0) DO(SG_Q5_1) DO(SG_Q2_K) DO(SG_Q3_K) DO(SG_Q4_K) DO(SG_Q5_K) DO(SG_Q6_K) \
    DO(SG_IQ2_XXS) DO(SG_IQ2_XS) DO(SG_IQ4_XS) DO(SG_IQ4_NL) DO(SG_MXFP4) DO(SG_NVFP4) DO(SG_TQ2_0)

// What the codes of a format stand for; the scale of a unit is `factor` times what it says.
struct sg_codes {
    int8_t values[16] __attribute__((aligned(16)));
    float factor;
};

static inline const struct sg_codes *sg_codes_of(int32_t format) {
    // IQ4: sixteen steps that are closer together around zero. FP4 (E2M1): the doubles of 0, ½, 1, 1½, 2, 3, 4, 6.
    static const struct sg_codes iq4 = {{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113}, 1};
    static const struct sg_codes fp4 = {{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12}, 1};
    // The upper half of the others: the negative numbers; in IQ1, 8 g − 1 where the lower has 8 g + 1.
    static const struct sg_codes iq3_xxs = {{4, 12, 20, 28, 36, 44, 52, 62, -4, -12, -20, -28, -36, -44, -52, -62}, 0.25f};
    static const struct sg_codes iq3_s = {{1, 3, 5, 7, 9, 11, 13, 15, -1, -3, -5, -7, -9, -11, -13, -15}, 1};
    static const struct sg_codes iq2 = {{8, 25, 43, 0, -8, -25, -43, 0}, 0.125f};
    static const struct sg_codes iq1 = {{-7, 1, 9, 0, -9, -1, 7, 0}, 0.125f};
    switch (format) {
    case SG_IQ4_NL: case SG_IQ4_XS: return &iq4;
    case SG_MXFP4: case SG_NVFP4: return &fp4;
    case SG_IQ3_XXS: return &iq3_xxs;
    case SG_IQ3_S: return &iq3_s;
    case SG_IQ2_XXS: case SG_IQ2_XS: case SG_IQ2_S: return &iq2;
    case SG_IQ1_S: case SG_IQ1_M: return &iq1;
    default: return 0;
    }
}
#endif

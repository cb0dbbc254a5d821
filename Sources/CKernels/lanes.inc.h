// Sixteen lanes of floats or integers and the few operations that instruction sets spell differently.

#define INLINE static inline __attribute__((always_inline))

typedef float vfloat __attribute__((vector_size(64), aligned(4)));
typedef int32_t vint __attribute__((vector_size(64), aligned(4)));
typedef uint32_t vuint __attribute__((vector_size(64), aligned(4)));
typedef uint16_t vhalf __attribute__((vector_size(32), aligned(2)));
typedef uint8_t vbyte __attribute__((vector_size(16), aligned(1)));
typedef int8_t vsbyte __attribute__((vector_size(16), aligned(1)));
typedef int64_t vlong __attribute__((vector_size(128), aligned(8)));
typedef double vdouble __attribute__((vector_size(128), aligned(8)));

INLINE vfloat load(const float *p) { return *(const vfloat *)p; }
INLINE void store(float *p, vfloat v) { *(vfloat *)p = v; }
INLINE void store_rows(float *out, vfloat v, int64_t rows) {
    if (rows >= SG_LANES) store(out, v);
    else memcpy(out, &v, (size_t)rows * sizeof(float));
}
INLINE vuint load_words(const uint8_t *p) { return *(const vuint *)p; }
INLINE vfloat fill(float x) { return (vfloat){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

#include "fma.inc.h"

// Before the loop over a unit's columns: unrolled, but where fma16 is long and would take the compiler ten seconds.
#if defined(SG_AVX512) || defined(SG_AVX2) || defined(SG_NEON)
#define EACH_COLUMN _Pragma("clang loop unroll(full)")
#else
#define EACH_COLUMN _Pragma("clang loop unroll(disable)")
#endif

INLINE vfloat to_float(vint x) { return __builtin_convertvector(x, vfloat); }
INLINE vfloat bytes_to_float(const uint8_t *p) { return to_float(__builtin_convertvector(*(const vbyte *)p, vint)); }
INLINE vint fill_int(int32_t x) { return (vint){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
INLINE vfloat signed_bytes_to_float(const uint8_t *p) { return to_float(__builtin_convertvector(*(const vsbyte *)p, vint)); }

// Sixteen IEEE half floats.
INLINE vfloat halves_to_float(const uint8_t *p) {
#if defined(SG_AVX512)
    return (vfloat)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
#elif defined(SG_AVX2)
    union { __m256 half[2]; vfloat all; } u;
    u.half[0] = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
    u.half[1] = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 16)));
    return u.all;
#elif defined(SG_NEON)
    union { float32x4_t quarter[4]; vfloat all; } u;
    for (int i = 0; i < 4; i++) u.quarter[i] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16((const uint16_t *)p + 4 * i)));
    return u.all;
#else
    // Shift the exponent and mantissa into place and scale by 2^112, which also makes subnormal halves right;
    // infinities and NaN (exponent 31) get their exponent set by hand.
    vuint h = __builtin_convertvector(*(const vhalf *)p, vuint);
    vuint sign = (h & 0x8000) << 16, rest = (h & 0x7FFF) << 13;
    vfloat scaled = (vfloat)rest * fill(0x1p112f);
    vuint special = (vuint)((h & 0x7C00) == 0x7C00);
    vuint bits = ((vuint)scaled & ~special) | ((rest | 0x7F800000) & special);
    return (vfloat)(bits | sign);
#endif
}

INLINE vfloat bfloats_to_float(const uint8_t *p) {
    return (vfloat)(__builtin_convertvector(*(const vhalf *)p, vuint) << 16);
}

// For each byte, 0 … 15, the one that stands there in `table`.
INLINE vuint look_up(vbyte table, vuint places) {
#if defined(SG_AVX512)
    return (vuint)_mm512_shuffle_epi8(_mm512_broadcast_i32x4((__m128i)table), (__m512i)places);
#elif defined(SG_AVX2)
    const __m256i both = _mm256_broadcastsi128_si256((__m128i)table);
    union { __m256i half[2]; vuint all; } u = {.all = places};
    for (int i = 0; i < 2; i++) u.half[i] = _mm256_shuffle_epi8(both, u.half[i]);
    return u.all;
#elif defined(SG_NEON)
    union { uint8x16_t quarter[4]; vuint all; } u = {.all = places};
    for (int i = 0; i < 4; i++) u.quarter[i] = vqtbl1q_u8((uint8x16_t)table, u.quarter[i]);
    return u.all;
#elif defined(__wasm_simd128__)
    union { v128_t quarter[4]; vuint all; } u = {.all = places};
    for (int i = 0; i < 4; i++) u.quarter[i] = wasm_i8x16_swizzle((v128_t)table, u.quarter[i]);
    return u.all;
#else
    const union { uint8_t bytes[16]; vbyte all; } given = {.all = table};
    union { uint8_t bytes[64]; vuint all; } u = {.all = places};
#pragma clang loop unroll(disable) vectorize(disable)
    for (int i = 0; i < 64; i++) u.bytes[i] = given.bytes[u.bytes[i]];
    return u.all;
#endif
}

// Sums and maxima over the lanes, always in the same tree.
INLINE float sum_lanes(vfloat v) {
    float a[8], *x = (float *)&v;
    for (int i = 0; i < 8; i++) a[i] = x[i] + x[i + 8];
    for (int i = 0; i < 4; i++) a[i] += a[i + 4];
    return (a[0] + a[2]) + (a[1] + a[3]);
}

INLINE double sum_double_lanes(vdouble v) {
    double a[8], *x = (double *)&v;
    for (int i = 0; i < 8; i++) a[i] = x[i] + x[i + 8];
    for (int i = 0; i < 4; i++) a[i] += a[i + 4];
    return (a[0] + a[2]) + (a[1] + a[3]);
}

INLINE vfloat max16(vfloat a, vfloat b) {
    vint greater = a > b;
    return (vfloat)(((vint)a & greater) | ((vint)b & ~greater));
}

INLINE float max_lanes(vfloat v) {
    float *x = (float *)&v, best = x[0];
    for (int i = 1; i < 16; i++) best = x[i] > best ? x[i] : best;
    return best;
}

// e^x for x ≤ 88, 0 below −87.3; relative error below 1.5e-7.
// x = n ln 2 + r with |r| ≤ ln 2 / 2; e^r by its Taylor polynomial of degree 7; 2^n by adding to the exponent bits.
INLINE vfloat exp16(vfloat x) {
    const vfloat lowest = fill(-87.3f), highest = fill(88.0f);
    const vfloat given = x;
    vint under = x < lowest;
    vint over = x > highest;
    x = (vfloat)(((vint)highest & over) | ((vint)x & ~over));
    // Adding 1.5 · 2^23 rounds to the nearest integer.
    const vfloat magic = fill(12582912.0f);
    vfloat shifted = fma16_coarse(x, fill(1.44269504f), magic);
    vint n = (vint)shifted - (vint)magic;
    vfloat whole = shifted - magic;
    // ln 2 in two parts, the first exact in few bits.
    vfloat r = fma16_coarse(whole, fill(-0.693145751953125f), x);
    r = fma16_coarse(whole, fill(-1.42860682030941723e-6f), r);
    vfloat p = fill(1.0f / 5040);
    p = fma16_coarse(p, r, fill(1.0f / 720));
    p = fma16_coarse(p, r, fill(1.0f / 120));
    p = fma16_coarse(p, r, fill(1.0f / 24));
    p = fma16_coarse(p, r, fill(1.0f / 6));
    p = fma16_coarse(p, r, fill(0.5f));
    p = fma16_coarse(p, r, fill(1));
    p = fma16_coarse(p, r, fill(1));
    vint bits = (vint)p + (n << 23);
    vint nan = given != given;  // stays what it is: an error must not turn into a number
    return (vfloat)((bits & ~under & ~nan) | ((vint)given & nan));
}

// 1 / (1 + e^−x)
INLINE vfloat sigmoid16(vfloat x) { return fill(1) / (fill(1) + exp16(-x)); }

// Sixteen lanes of floats or integers and the few operations that instruction sets spell differently.

#define INLINE static inline __attribute__((always_inline))

typedef float vfloat __attribute__((vector_size(64), aligned(4)));
typedef int32_t vint __attribute__((vector_size(64), aligned(4)));
typedef uint32_t vuint __attribute__((vector_size(64), aligned(4)));
typedef uint16_t vhalf __attribute__((vector_size(32), aligned(2)));
typedef uint8_t vbyte __attribute__((vector_size(16), aligned(1)));
typedef int8_t vsbyte __attribute__((vector_size(16), aligned(1)));
typedef double vdouble __attribute__((vector_size(128), aligned(8)));

INLINE vfloat load(const float *p) { return *(const vfloat *)p; }
INLINE void store(float *p, vfloat v) { *(vfloat *)p = v; }
INLINE void store_rows(float *out, vfloat v, int64_t rows) {
    if (rows >= SG_LANES) store(out, v);
    else memcpy(out, &v, (size_t)rows * sizeof(float));
}
INLINE vuint load_words(const uint8_t *p) { return *(const vuint *)p; }
INLINE vfloat fill(float x) { return (vfloat){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }

// a · b + c, rounded once where the processor can.
INLINE vfloat fma16(vfloat a, vfloat b, vfloat c) {
#if defined(SG_AVX512) || defined(SG_AVX2) || defined(SG_NEON)
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

INLINE vfloat to_float(vint x) { return __builtin_convertvector(x, vfloat); }
INLINE vfloat bytes_to_float(const uint8_t *p) { return to_float(__builtin_convertvector(*(const vbyte *)p, vint)); }
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

// The number in `bits` bits (1 to 6) of each lane from bit `from` on, plus `offset`.
INLINE vfloat bits_to_float(vuint words, int from, int bits, float offset) {
#if defined(SG_AVX512)
    if (bits <= 4) {
        // A look-up by the low four bits; the table repeats, so that bits above `bits` do not matter.
        vfloat table;
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) table[i] = (float)(i & ((1 << bits) - 1)) + offset;
        return (vfloat)_mm512_permutexvar_ps((__m512i)(words >> from), (__m512)table);
    }
    if (bits == 5) {
        vfloat low, high;
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            low[i] = (float)i + offset;
            high[i] = (float)(i + 16) + offset;
        }
        return (vfloat)_mm512_permutex2var_ps((__m512)low, (__m512i)(words >> from), (__m512)high);
    }
    // Six bits are too many for a table. Bits that become the fraction of a float of the right size stand for
    // themselves, above a power of two that is taken off again. They need no shift as long as they lie within the 23 bits
    // of a fraction; one serves all others.
    const int moved = 23 / bits * bits;
    if (from >= moved) words >>= moved, from -= moved;
    const union { uint32_t bits; float value; } power = {(uint32_t)(127 + 23 - from) << 23};
    const vuint mask = (vuint)(vint){} + (((1u << bits) - 1) << from), size = (vuint)(vint){} + power.bits;
    const __m512i number = _mm512_ternarylogic_epi32((__m512i)words, (__m512i)mask, (__m512i)size, 0xEA);  // a & b | c
    return (vfloat)number - fill(power.value - offset);
#else
    return to_float((vint)((words >> from) & ((1u << bits) - 1)) + (int32_t)offset);
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
    vfloat shifted = fma16(x, fill(1.44269504f), magic);
    vint n = (vint)shifted - (vint)magic;
    vfloat whole = shifted - magic;
    // ln 2 in two parts, the first exact in few bits.
    vfloat r = fma16(whole, fill(-0.693145751953125f), x);
    r = fma16(whole, fill(-1.42860682030941723e-6f), r);
    vfloat p = fill(1.0f / 5040);
    p = fma16(p, r, fill(1.0f / 720));
    p = fma16(p, r, fill(1.0f / 120));
    p = fma16(p, r, fill(1.0f / 24));
    p = fma16(p, r, fill(1.0f / 6));
    p = fma16(p, r, fill(0.5f));
    p = fma16(p, r, fill(1));
    p = fma16(p, r, fill(1));
    vint bits = (vint)p + (n << 23);
    vint nan = given != given;  // stays what it is: an error must not turn into a number
    return (vfloat)((bits & ~under & ~nan) | ((vint)given & nan));
}

// 1 / (1 + e^−x)
INLINE vfloat sigmoid16(vfloat x) { return fill(1) / (fill(1) + exp16(-x)); }

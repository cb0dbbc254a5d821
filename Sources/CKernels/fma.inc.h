// a · b + c in sixteen lanes, rounded once.

#if defined(SG_AVX512) || defined(SG_AVX2) || defined(SG_NEON)
INLINE vfloat fma16(vfloat a, vfloat b, vfloat c) { return __builtin_elementwise_fma(a, b, c); }
#else
// Where the processor cannot, in double: there the product is exact, and a sum that is rounded to an odd last place
// whenever it is inexact gives the float nearest to the exact one (Boldo and Melquiond 2008).
INLINE vfloat fma16_by_odd(vfloat a, vfloat b, vfloat c) {
    const vdouble product = __builtin_convertvector(a, vdouble) * __builtin_convertvector(b, vdouble);
    const vdouble addend = __builtin_convertvector(c, vdouble), sum = product + addend;
    // What the sum left out, exactly (Knuth); no number where the sum is none or infinite.
    const vdouble part = sum - product, error = (product - (sum - part)) + (addend - part);
    // The neighbour on the error's side, where the last place is even: one up or down in the bits as the signs agree or not.
    const vlong bits = (vlong)sum, inexact = (error != 0) & (error == error), even = (bits & 1) == 0;
    const vlong away = 1 | ((bits ^ (vlong)error) >> 63);
    return __builtin_convertvector((vdouble)(bits + (away & inexact & even)), vfloat);
}

#if defined(__wasm_simd128__)
// Most sums need no such care. Rounded to double and then to float, a sum is the float nearest to the exact one but where
// the double lies midway between two floats and is itself rounded: no midpoint lies between a number and its double. A
// midpoint ends in 100…0, 29 bits, unless it is smaller than the smallest normal float. So sums are made the short way, it
// is remembered whether any might be wrong, and those that hold one are made again with care.
struct doubt {
    v128_t last;   // the least of the last bits, moved so that those of a midpoint are the least number of all
    v128_t first;  // the least size but 0, less one
};
typedef union {
    v128_t fours[4];
    vfloat floats;
    vint ints;
    vuint words;
} quarters;

INLINE struct doubt no_doubt(void) { return (struct doubt){wasm_i32x4_const_splat(0), wasm_i32x4_const_splat(-1)}; }
INLINE void note_midpoint(struct doubt *doubt, v128_t sums, v128_t more) {
    const v128_t last = wasm_i32x4_shuffle(sums, more, 0, 2, 4, 6);
    doubt->last = wasm_i32x4_min(doubt->last, wasm_i32x4_shl(last, 3));
}
INLINE void note_small(struct doubt *doubt, v128_t sums, v128_t more) {
    const v128_t first = wasm_i32x4_shuffle(sums, more, 1, 3, 5, 7);
    doubt->first = wasm_u32x4_min(doubt->first, wasm_i32x4_sub(wasm_i32x4_shl(first, 1), wasm_i32x4_const_splat(1)));
}
INLINE bool is_doubtful(struct doubt doubt) {
    // Twice the upper half of the smallest normal float, 2^−126, as a double, less one.
    const v128_t midpoint = wasm_i32x4_const_splat(INT32_MIN), least = wasm_i32x4_const_splat(0x701FFFFF);
    return __builtin_expect(
        wasm_v128_any_true(wasm_v128_or(wasm_i32x4_eq(doubt.last, midpoint), wasm_u32x4_lt(doubt.first, least))), 0);
}

// A sum in double as fma16_by_odd rounds it.
INLINE v128_t odd_where_inexact(v128_t sum, v128_t product, v128_t addend) {
    const v128_t part = wasm_f64x2_sub(sum, product);
    const v128_t error = wasm_f64x2_add(wasm_f64x2_sub(product, wasm_f64x2_sub(sum, part)), wasm_f64x2_sub(addend, part));
    const v128_t one = wasm_i64x2_const_splat(1), zero = wasm_f64x2_const_splat(0);
    const v128_t inexact = wasm_v128_and(wasm_f64x2_ne(error, zero), wasm_f64x2_eq(error, error));
    const v128_t even = wasm_i64x2_eq(wasm_v128_and(sum, one), zero);
    const v128_t away = wasm_v128_or(one, wasm_i64x2_shr(wasm_v128_xor(sum, error), 63));
    return wasm_i64x2_add(sum, wasm_v128_and(away, wasm_v128_and(inexact, even)));
}

INLINE v128_t upper_half(v128_t v) { return wasm_i32x4_shuffle(v, v, 2, 3, 2, 3); }

// The short way. `fine`: whatever the factors; else they are such that double holds each sum below 2^−126 exactly: all of
// it is a multiple of 2^−178.
INLINE vfloat fma16_short(bool fine, vfloat a, vfloat b, vfloat c, struct doubt *doubt) {
    const quarters x = {.floats = a}, y = {.floats = b}, z = {.floats = c};
    quarters result;
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        v128_t low = wasm_f64x2_mul(wasm_f64x2_promote_low_f32x4(x.fours[i]), wasm_f64x2_promote_low_f32x4(y.fours[i]));
        v128_t high = wasm_f64x2_mul(wasm_f64x2_promote_low_f32x4(upper_half(x.fours[i])),
                                     wasm_f64x2_promote_low_f32x4(upper_half(y.fours[i])));
        low = wasm_f64x2_add(low, wasm_f64x2_promote_low_f32x4(z.fours[i]));
        high = wasm_f64x2_add(high, wasm_f64x2_promote_low_f32x4(upper_half(z.fours[i])));
        note_midpoint(doubt, low, high);
        if (fine) note_small(doubt, low, high);
        result.fours[i] = wasm_i32x4_shuffle(wasm_f32x4_demote_f64x2_zero(low), wasm_f32x4_demote_f64x2_zero(high), 0, 1, 4, 5);
    }
    return result.floats;
}

static __attribute__((noinline)) void fma16_again(const vfloat *given, vfloat *out) {
    *out = fma16_by_odd(given[0], given[1], given[2]);
}

INLINE vfloat fma16_checked(bool fine, vfloat a, vfloat b, vfloat c) {
    struct doubt doubt = no_doubt();
    vfloat result = fma16_short(fine, a, b, c, &doubt);
    if (is_doubtful(doubt)) {
        const vfloat given[3] = {a, b, c};
        fma16_again(given, &result);
    }
    return result;
}
INLINE vfloat fma16(vfloat a, vfloat b, vfloat c) { return fma16_checked(true, a, b, c); }
INLINE vfloat fma16_coarse(vfloat a, vfloat b, vfloat c) { return fma16_checked(false, a, b, c); }
#define SG_COARSE 1
#else
// A call: written out wherever it is used, it made a megabyte of code and took the compiler longer than all other sets.
static __attribute__((noinline)) void fma16_called(const vfloat *given, vfloat *out) {
    *out = fma16_by_odd(given[0], given[1], given[2]);
}
INLINE vfloat fma16(vfloat a, vfloat b, vfloat c) {
    const vfloat given[3] = {a, b, c};
    vfloat result;
    fma16_called(given, &result);
    return result;
}
#endif
#endif

// The same where the product and c are multiples of 2^−178.
#ifndef SG_COARSE
INLINE vfloat fma16_coarse(vfloat a, vfloat b, vfloat c) { return fma16(a, b, c); }
#endif

// 256 a + b, rounded once: the product alone is exact.
INLINE vfloat byte_above(vfloat a, vfloat b) {
#if defined(SG_AVX512) || defined(SG_AVX2) || defined(SG_NEON)
    return fma16(a, fill(256), b);
#else
    return a * fill(256) + b;
#endif
}

// Sums of products of bytes: in each of 16 lanes, four unsigned weights (a quad) times four signed digits. Exact, so the
// order of additions is each instruction set's own.

INLINE int32_t four_digits(const int8_t *digits) {
    int32_t four;
    memcpy(&four, digits, 4);
    return four;
}

#if defined(SG_AVX512_VNNI)
INLINE vint dot(int bits, vint sum, vuint quad, const int8_t *digits) {
    return (vint)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)quad, _mm512_set1_epi32(four_digits(digits)));
}
#elif defined(SG_AVX512) || defined(SG_AVX2)
// Products of bytes are added in pairs to 16 bits, which saturate with weights of 8 bits only, and several quads' pairs to
// one another as long as they fit: 2 · 128 · (2^bits − 1) each.
#if defined(SG_AVX512)
#define PIECES 1
typedef __m512i piece;
#define SG_OP(name) _mm512_##name
#define WHOLE(name) _mm512_##name##_si512
#else
#define PIECES 2
typedef __m256i piece;
#define SG_OP(name) _mm256_##name
#define WHOLE(name) _mm256_##name##_si256
#endif
typedef union { piece pieces[PIECES]; vint ints; vuint words; } pieces;

#if defined(SG_AVX_VNNI)
INLINE vint dot(int bits, vint sum, vuint quad, const int8_t *digits) {
    const __m256i four = _mm256_set1_epi32(four_digits(digits));
    pieces s = {.ints = sum}, w = {.words = quad};
    for (int i = 0; i < PIECES; i++) s.pieces[i] = _mm256_dpbusd_avx_epi32(s.pieces[i], w.pieces[i], four);
    return s.ints;
}
#else
#define SG_PAIRS 1
// How many quads' pairs fit into 16 bits.
INLINE int quads_together(int bits) { return bits <= 4 ? 8 : bits == 5 ? 4 : 2; }

// Eight bits: even and odd bytes as numbers of 16 bits.
INLINE vint dot(int bits, vint sum, vuint quad, const int8_t *digits) {
    const piece four = SG_OP(set1_epi32)(four_digits(digits)), low = SG_OP(set1_epi16)(255);
    const piece even = SG_OP(srai_epi16)(SG_OP(slli_epi16)(four, 8), 8), odd = SG_OP(srai_epi16)(four, 8);
    pieces s = {.ints = sum}, w = {.words = quad};
    for (int i = 0; i < PIECES; i++) {
        const piece a = SG_OP(madd_epi16)(WHOLE(and)(w.pieces[i], low), even);
        const piece b = SG_OP(madd_epi16)(SG_OP(srli_epi16)(w.pieces[i], 8), odd);
        s.pieces[i] = SG_OP(add_epi32)(s.pieces[i], SG_OP(add_epi32)(a, b));
    }
    return s.ints;
}

// pairs + the sums of pairs, in 32 lanes of 16 bits.
INLINE vint dot_pairs(vint pairs, vuint quad, const int8_t *digits) {
    const piece four = SG_OP(set1_epi32)(four_digits(digits));
    pieces s = {.ints = pairs}, w = {.words = quad};
    for (int i = 0; i < PIECES; i++) s.pieces[i] = SG_OP(add_epi16)(s.pieces[i], SG_OP(maddubs_epi16)(w.pieces[i], four));
    return s.ints;
}

INLINE vint add_pairs(vint sum, vint pairs) {
    pieces s = {.ints = sum}, p = {.ints = pairs};
    for (int i = 0; i < PIECES; i++)
        s.pieces[i] = SG_OP(add_epi32)(s.pieces[i], SG_OP(madd_epi16)(p.pieces[i], SG_OP(set1_epi16)(1)));
    return s.ints;
}
#endif
#elif defined(SG_NEON)
typedef union { int8x16_t bytes[4]; int32x4_t fours[4]; vint ints; vuint words; } pieces;

// Both factors are signed here: w + 128 becomes w again, with no offset to take off.
#define SG_SIGNED_BYTES 1
INLINE vint dot(int bits, vint sum, vuint quad, const int8_t *digits) {
    const int8x16_t four = vreinterpretq_s8_s32(vdupq_n_s32(four_digits(digits)));
    if (bits == 8) quad ^= 0x80808080u;
    pieces s = {.ints = sum}, w = {.words = quad};
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
#if defined(SG_NEON_DOT)
        s.fours[i] = vdotq_s32(s.fours[i], w.bytes[i], four);
#else
        const int32x4_t low = vpaddlq_s16(vmull_s8(vget_low_s8(w.bytes[i]), vget_low_s8(four)));
        const int32x4_t high = vpaddlq_s16(vmull_high_s8(w.bytes[i], four));
        s.fours[i] = vaddq_s32(s.fours[i], vpaddq_s32(low, high));
#endif
    }
    return s.ints;
}
#else
INLINE vint dot(int bits, vint sum, vuint quad, const int8_t *digits) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) sum = sum + (vint)(quad >> (8 * i) & 255) * (int32_t)digits[i];
    return sum;
}
#endif

#ifndef SG_SIGNED_BYTES
#define SG_SIGNED_BYTES 0
#endif
#ifndef SG_PAIRS
#define SG_PAIRS 0
#endif

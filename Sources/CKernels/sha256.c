// SHA-256 over whole blocks with the processor's own instructions (x86-64).
// A model of 98 MB is hashed at the end of each run: a quarter of a second without these.
#include "dispatch.h"

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("sha,sse4.1,ssse3"))) static void
compress(uint32_t state[8], const uint8_t *data, int64_t blocks, const uint32_t k[64]) {
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0bULL, 0x0405060700010203ULL);
    // The instructions want the eight words as (a, b, e, f) and (c, d, g, h).
    __m128i front = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i back = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(front, back, 8), cdgh = _mm_blend_epi16(back, front, 0xF0);
    for (; blocks > 0; blocks--, data += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            __m128i *now = &w[i % 4];
            if (i < 4) {
                *now = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), order);
            } else {
                __m128i seven = _mm_alignr_epi8(w[(i + 3) % 4], w[(i + 2) % 4], 4);
                __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*now, w[(i + 1) % 4]), seven);
                *now = _mm_sha256msg2_epu32(sum, w[(i + 3) % 4]);
            }
            __m128i words = _mm_add_epi32(*now, _mm_loadu_si128((const __m128i *)(k + 4 * i)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(words, 0x0E));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    front = _mm_shuffle_epi32(abef, 0x1B);
    back = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(front, back, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(back, front, 8));
}
#endif

bool sg_sha256_blocks(uint32_t state[8], const uint8_t *data, int64_t blocks, const uint32_t constants[64]) {
#if defined(__x86_64__)
    if (sg_has_sha256()) {
        compress(state, data, blocks, constants);
        return true;
    }
#endif
    (void)state, (void)data, (void)blocks, (void)constants;
    return false;
}

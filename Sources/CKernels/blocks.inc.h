// The input of a product of integers: blocks of 32 columns as 24-bit fixed-point numbers in three digits (struct sg_block),
// a few tokens side by side.

// How many tokens a tile of blocks holds at most: as many as the registers have sums for.
#ifndef SG_BLOCK_TOKENS
#define SG_BLOCK_TOKENS 2
#endif

// How many of the tokens left the next tile holds; tiles are whole, so nothing is padded.
INLINE int block_tile_width(int64_t left) {
    int width = SG_BLOCK_TOKENS;
    while (width > left) width /= 2;
    return width;
}

#if defined(SG_AVX512)
INLINE int32_t sum_int_lanes(vint v) { return _mm512_reduce_add_epi32((__m512i)v); }
INLINE uint32_t largest_lane(vuint v) { return _mm512_reduce_max_epu32((__m512i)v); }
#else
INLINE int32_t sum_int_lanes(vint v) {
    int32_t a[8], *x = (int32_t *)&v;
    for (int i = 0; i < 8; i++) a[i] = x[i] + x[i + 8];
    for (int i = 0; i < 4; i++) a[i] += a[i + 4];
    return (a[0] + a[2]) + (a[1] + a[3]);
}

INLINE uint32_t largest_lane(vuint v) {
    uint32_t a[8], *x = (uint32_t *)&v;
    for (int i = 0; i < 8; i++) a[i] = x[i] > x[i + 8] ? x[i] : x[i + 8];
    for (int i = 0; i < 4; i++) a[i] = a[i] > a[i + 4] ? a[i] : a[i + 4];
    for (int i = 0; i < 2; i++) a[i] = a[i] > a[i + 2] ? a[i] : a[i + 2];
    return a[0] > a[1] ? a[0] : a[1];
}
#endif

// The bytes of a vector, added up.
INLINE int32_t sum_bytes(vbyte v) {
#if defined(SG_AVX512) || defined(SG_AVX2)
    const __m128i sums = _mm_sad_epu8((__m128i)v, _mm_setzero_si128());
    return _mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4);
#else
    return sum_int_lanes(__builtin_convertvector(v, vint));
#endif
}

// The scale of a block from the bits of max |x|: a little above max / 8,355,711.
INLINE float block_scale(uint32_t bits) {
    if (bits >= 0x7F800000) return __builtin_nanf("");
    if (bits < 0x0C800000) return 0;  // 2^−102: the scale would leave the normal floats
    const union { uint32_t bits; float value; } largest = {bits};
    return largest.value * (1.00394f * 0x1p-23f);
}

// rint(x / scale) of the quotient as a float, halves to even: adding 2^23 to the size leaves the integer in the last 23 bits.
INLINE vint to_fixed(vfloat x, float scale) {
    const vfloat scaled = x / fill(scale);
    const vint sign = (vint)scaled >> 31;
    const vfloat size = (vfloat)((vint)scaled & 0x7FFFFFFF) + fill(8388608.0f);
    return (((vint)size & 0x7FFFFF) ^ sign) - sign;
}

// Adding 128 to each digit makes them the bytes of X + 0x808080.
INLINE vuint biased_digits(vint fixed) { return (vuint)(fixed + 0x808080); }

// The fixed-point numbers of 32 columns, and their scale.
INLINE float fix_unit(const float *x, vint fixed[2]) {
    const vfloat first = load(x), second = load(x + 16);
    const vuint a = (vuint)first & 0x7FFFFFFF, b = (vuint)second & 0x7FFFFFFF;
    const vuint greater = (vuint)(a > b);
    const float scale = block_scale(largest_lane((a & greater) | (b & ~greater)));
    fixed[0] = fixed[1] = fill_int(0);
    if (!(scale > 0)) return scale;
    fixed[0] = to_fixed(first, scale);
    fixed[1] = to_fixed(second, scale);
    return scale;
}

#if defined(__wasm_simd128__)
// Two digits, X = 256 · upper + low.
INLINE void pack_block(const float *x, struct sg_block *out) {
    vint fixed[2];
    out->scale = fix_unit(x, fixed);
    for (int half = 0; half < 2; half++) {
        const vint low = ((fixed[half] + 128) & 255) - 128, upper = (fixed[half] - low) >> 8;
        const vint digits[2] = {low, upper};
        for (int digit = 0; digit < 2; digit++) {
            for (int column = 0; column < 16; column++)
                out->digits[digit][16 * half + sg_place_in_quads(column)] = (int16_t)digits[digit][column];
            out->less[half][digit] = -sum_int_lanes(digits[digit]);
        }
    }
    int32_t total[2];
    for (int half = 0; half < 2; half++) total[half] = -256 * out->less[half][1] - out->less[half][0];
    out->sums[0] = (float)total[0];
    out->sums[1] = (float)total[1];
    out->sums[2] = (float)(total[0] + total[1]);
}
#else
INLINE void pack_block(const float *x, struct sg_block *out) {
    vint fixed[2];
    out->scale = fix_unit(x, fixed);
    int32_t total[3];  // ΣX of the halves and the whole
    for (int half = 0; half < 2; half++) {
        const vuint biased = biased_digits(fixed[half]);
#pragma clang loop unroll(full)
        for (int digit = 0; digit < 3; digit++) {
            const vbyte bytes = __builtin_convertvector(biased >> 8 * digit & 255, vbyte), digits = bytes ^ 0x80;
            memcpy(out->digits[digit] + 16 * half, &digits, sizeof digits);
            out->less[half][digit] = 16 * 128 - sum_bytes(bytes);
        }
        total[half] = -(out->less[half][2] * 65536 + out->less[half][1] * 256 + out->less[half][0]);
    }
    for (int digit = 0; digit < 3; digit++) out->less[2][digit] = out->less[0][digit] + out->less[1][digit];
    total[2] = total[0] + total[1];
    for (int part = 0; part < 3; part++) out->sums[part] = (float)total[part];
}
#endif

static void pack_blocks(const float *x, int64_t x_stride, int64_t tokens, int64_t columns, int64_t begin, int64_t end,
                        struct sg_block *blocks) {
    const int64_t units = columns / SG_UNIT;
    for (int64_t first = 0, width; first < tokens; first += width) {
        width = block_tile_width(tokens - first);
        struct sg_block *tile = blocks + first * units;
        for (int64_t unit = begin / SG_UNIT; unit < end / SG_UNIT; unit++)
            for (int64_t t = 0; t < width; t++)
                pack_block(x + (first + t) * x_stride + unit * SG_UNIT, tile + unit * width + t);
    }
}

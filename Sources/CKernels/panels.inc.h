// The input of a product of floats, laid out so that a tile of tokens reads them side by side, column after column.

// Whether this set has tiles of 8, 12 and 16 tokens beside those of 4 and 1: as many sums as the registers hold.
#ifndef SG_WIDE_TILES
#define SG_WIDE_TILES 0
#endif

// How many tokens the tile that starts with `left` tokens to go covers. What is left at the end is rounded up to a
// multiple of 4 (the places left over are zeros, and not stored); a single token is a tile of its own. Twelve are the
// fastest, sixteen only better than twelve and four.
INLINE int64_t tile_width(int64_t left) {
    if (!SG_WIDE_TILES) return left == 1 ? 1 : 4;
    if (left > 16) return 12;
    if (left % 4 == 1) return left == 1 ? 1 : left - 1;
    return (left + 3) / 4 * 4;
}

// Exchanges the lanes of sixteen vectors: r[i][j] ↔ r[j][i]. Four rounds; round s exchanges where bit s of i and j differs.
#define LOW(s, l) ((l) & (s) ? (l) - (s) + 16 : (l))
#define HIGH(s, l) ((l) & (s) ? (l) + 16 : (l) + (s))
#define SIXTEEN(F, s) F(s, 0), F(s, 1), F(s, 2), F(s, 3), F(s, 4), F(s, 5), F(s, 6), F(s, 7), F(s, 8), F(s, 9), \
    F(s, 10), F(s, 11), F(s, 12), F(s, 13), F(s, 14), F(s, 15)
#define EXCHANGE(s) \
    for (int i = 0; i < 16; i++) \
        if (!(i & s)) { \
            vfloat a = r[i], b = r[i + s]; \
            r[i] = __builtin_shufflevector(a, b, SIXTEEN(LOW, s)); \
            r[i + s] = __builtin_shufflevector(a, b, SIXTEEN(HIGH, s)); \
        }

INLINE void transpose(vfloat *r) {
#pragma clang loop unroll(full)
    EXCHANGE(8)
#pragma clang loop unroll(full)
    EXCHANGE(4)
#pragma clang loop unroll(full)
    EXCHANGE(2)
#pragma clang loop unroll(full)
    EXCHANGE(1)
}

// One tile, columns begin ..< end: `valid` rows of x and zeros up to `width`, a constant.
INLINE void pack_tile(int width, const float *x, int64_t x_stride, int64_t valid, int64_t begin, int64_t end,
                      float *panel) {
    for (; begin < end; begin += 16) {
        const int64_t count = end - begin < 16 ? end - begin : 16;
        vfloat r[16];
        for (int64_t t = 0; t < 16; t++) {
            r[t] = fill(0);
            if (t >= valid) continue;
            if (count == 16) r[t] = load(x + t * x_stride + begin);
            else memcpy(&r[t], x + t * x_stride + begin, (size_t)count * sizeof(float));
        }
        transpose(r);
        for (int64_t i = 0; i < count; i++) memcpy(panel + (begin + i) * width, &r[i], (size_t)width * sizeof(float));
    }
}

static void pack_panels(const float *x, int64_t x_stride, int64_t tokens, int64_t columns, int64_t begin, int64_t end,
                        float *panels) {
    for (int64_t first = 0, width; first < tokens; first += width) {
        const int64_t left = tokens - first;
        const float *rows = x + first * x_stride;
        float *panel = panels + first * columns;
        width = tile_width(left);
        const int64_t valid = left < width ? left : width;
        switch (width) {
        case 1: memcpy(panel + begin, rows + begin, (size_t)(end - begin) * sizeof(float)); break;
        case 4: pack_tile(4, rows, x_stride, valid, begin, end, panel); break;
#if SG_WIDE_TILES
        case 8: pack_tile(8, rows, x_stride, valid, begin, end, panel); break;
        case 12: pack_tile(12, rows, x_stride, valid, begin, end, panel); break;
        case 16: pack_tile(16, rows, x_stride, valid, begin, end, panel); break;
#endif
        }
    }
}

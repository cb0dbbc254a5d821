// The set "amx": products of many tokens with matrix instructions, all else as in the set that this is included after.

// Halves with scales of their own would fill a quarter of a tile.
INLINE bool is_tiled(int format, int64_t tokens) {
    return !is_float_format(format) && !has_halves(format) && tokens >= SG_LEAST_TILED;
}

static enum sg_layout tiled_layout(int32_t given, int64_t tokens) {
    const int format = sg_kernel_of(given);
    if (!is_tiled(format, tokens)) return layout(given, tokens);
    return is_folded(format) ? SG_TILES : SG_DIGIT_TILES;
}

static void tiled_lay_out(enum sg_layout how, const float *x, int64_t x_stride, int64_t tokens, int64_t columns,
                          int64_t begin, int64_t end, void *input) {
    if (how == SG_TILES) pack_tiles(true, x, x_stride, tokens, columns, begin, end, input);
    else if (how == SG_DIGIT_TILES) pack_tiles(false, x, x_stride, tokens, columns, begin, end, input);
    else lay_out(how, x, x_stride, tokens, columns, begin, end, input);
}

#define DEFINE_MULTIPLY_TILED(F) \
    static __attribute__((noinline)) void multiply_tiled_##F(const struct sg_matrix *m, int64_t first, int64_t count, \
        const void *input, int64_t tokens, float *out, int64_t out_stride) { \
        if (!has_halves(F)) multiply_tiles(F, m, first, count, input, tokens, out, out_stride); \
    }
SG_BLOCK_FORMATS(DEFINE_MULTIPLY_TILED)

static void tiled_multiply(const struct sg_matrix *m, int64_t first, int64_t count, const void *input, int64_t tokens,
                           float *out, int64_t out_stride) {
    const int format = sg_kernel_of(m->format);
    if (!is_tiled(format, tokens)) {
        multiply(m, first, count, input, tokens, out, out_stride);
        return;
    }
    switch (format) {
#define CASE(F) case F: multiply_tiled_##F(m, first, count, input, tokens, out, out_stride); break;
    SG_BLOCK_FORMATS(CASE)
#undef CASE
    }
}

SG_TABLES(amx, "amx", tiled_layout, tiled_lay_out, tiled_multiply)

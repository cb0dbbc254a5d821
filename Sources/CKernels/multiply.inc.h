// Matrix × vectors: the loop over groups of rows and tiles of tokens, one function for each format. A result is the same
// bits whatever the number of tokens.

INLINE void multiply_floats(int format, const struct sg_matrix *m, int64_t first, int64_t count, const float *panels,
                            int64_t tokens, float *out, int64_t out_stride) {
    for (int64_t token = 0, width; token < tokens; token += width) {
        width = tile_width(tokens - token);
        for (int64_t group = first; group < first + count; group++) {
            const struct tile tile = tile_of(m, group, token, tokens, panels + token * m->columns, out, out_stride);
            switch (width) {
            case 1: float_tile(format, 1, &tile); break;
            case 4: float_tile(format, 4, &tile); break;
#if SG_WIDE_TILES
            case 8: float_tile(format, 8, &tile); break;
            case 12: float_tile(format, 12, &tile); break;
            case 16: float_tile(format, 16, &tile); break;
#endif
            }
        }
    }
}

INLINE void multiply_blocks(int format, const struct sg_matrix *m, int64_t first, int64_t count,
                            const struct sg_block *blocks, int64_t tokens, float *out, int64_t out_stride) {
    const int64_t units = m->columns / SG_UNIT;
    for (int64_t token = 0, width; token < tokens; token += width) {
        width = block_tile_width(tokens - token);
        for (int64_t group = first; group < first + count; group++) {
            const struct tile tile = tile_of(m, group, token, tokens, blocks + token * units, out, out_stride);
            switch (width) {
            case 1: block_tile(format, 1, &tile); break;
            case 2: block_tile(format, 2, &tile); break;
#if SG_BLOCK_TOKENS > 2
            case 4: block_tile(format, 4, &tile); break;
#endif
#if SG_BLOCK_TOKENS > 4
            case 8: block_tile(format, 8, &tile); break;
#endif
            }
        }
    }
}

static enum sg_layout layout(int32_t given, int64_t tokens) {
    (void)tokens;
    return is_float_format(sg_kernel_of(given)) ? SG_PANELS : SG_BLOCKS;
}

static void lay_out(enum sg_layout layout, const float *x, int64_t x_stride, int64_t tokens, int64_t columns,
                    int64_t begin, int64_t end, void *input) {
    if (layout == SG_PANELS) pack_panels(x, x_stride, tokens, columns, begin, end, input);
    else pack_blocks(x, x_stride, tokens, columns, begin, end, input);
}

INLINE void multiply_format(int format, const struct sg_matrix *m, int64_t first, int64_t count, const void *input,
                            int64_t tokens, float *out, int64_t out_stride) {
    if (is_float_format(format)) multiply_floats(format, m, first, count, input, tokens, out, out_stride);
    else multiply_blocks(format, m, first, count, input, tokens, out, out_stride);
}

#define EACH_FORMAT(DO) SG_FLOAT_FORMATS(DO) SG_BLOCK_FORMATS(DO)

// One function per format keeps each at a size that the compiler optimises well.
#define DEFINE_MULTIPLY(F) \
    static __attribute__((noinline)) void multiply_##F(const struct sg_matrix *m, int64_t first, int64_t count, \
        const void *input, int64_t tokens, float *out, int64_t out_stride) { \
        multiply_format(F, m, first, count, input, tokens, out, out_stride); \
    }
EACH_FORMAT(DEFINE_MULTIPLY)

static void multiply(const struct sg_matrix *m, int64_t first, int64_t count, const void *input, int64_t tokens,
                     float *out, int64_t out_stride) {
    switch (sg_kernel_of(m->format)) {
#define CASE(F) case F: multiply_##F(m, first, count, input, tokens, out, out_stride); break;
    EACH_FORMAT(CASE)
#undef CASE
    }
}

INLINE void unpack_row_format(int format, const struct sg_matrix *m, int64_t row, float *out) {
    const struct codes codes = codes_of(format, sg_codes_of(m->format));
    const uint8_t *place = m->bytes + row / SG_LANES * m->group_bytes;
    const int lane = (int)(row % SG_LANES), units = units_per_block(format);
    for (int64_t begin = 0; begin < m->columns; begin += units * SG_UNIT) {
        const uint8_t *header = place;
        place += header_bytes(format);
        for (int u = 0; u < units; u++, place += unit_bytes(format)) {
            struct scales s = scales_of(format, header, place, &codes);
            for (int j = 0; j < SG_UNIT; j++) {
                int64_t column = begin + u * SG_UNIT + j;
                if (column >= m->columns) continue;
                vfloat w = quants(format, place, j, &codes);
                int h = has_halves(format) ? j / 16 : 0;
                if (!is_float_format(format)) w = has_minimum(format) ? s.scale[h] * w + s.minimum[h] : s.scale[h] * w;
                out[column] = w[lane];
            }
        }
    }
}

static void unpack_row(const struct sg_matrix *m, int64_t row, float *out) {
    switch (sg_kernel_of(m->format)) {
#define CASE(F) case F: unpack_row_format(F, m, row, out); break;
    EACH_FORMAT(CASE)
#undef CASE
    }
}

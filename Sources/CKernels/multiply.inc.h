// Matrix × vectors over packed weights. Every result is computed in one order whatever the number of tokens:
// within a unit of 32 columns (or a half, where halves have scales) Σ q · x from zero, then sum = scale · that + sum,
// then sum = minimum · Σ x + sum.

#ifndef SG_WIDE_TILE
#define SG_WIDE_TILE 4
#endif
#define NARROW_TILE 4

// How many tokens the tile that starts with `left` tokens to go covers.
INLINE int64_t tile_width(int64_t left) { return left >= SG_TILE ? SG_TILE : left >= NARROW_TILE ? NARROW_TILE : 1; }

static void pack_panels(const float *x, int64_t x_stride, int64_t tokens, int64_t columns, float *panels, float *sums) {
    int64_t parts = (columns + 15) / 16;
    for (int64_t first = 0; first < tokens;) {
        int64_t width = tile_width(tokens - first);
        for (int64_t t = 0; t < width; t++) {
            const float *row = x + (first + t) * x_stride;
            float *panel = panels + first * columns + t, *sum = sums + first * parts + t;
            for (int64_t part = 0; part < parts; part++) {
                int64_t begin = part * 16, count = columns - begin < 16 ? columns - begin : 16;
                vfloat v = fill(0);
                memcpy(&v, row + begin, (size_t)count * sizeof(float));
                sum[part * width] = sum_lanes(v);
                if (width == 1) memcpy(panel + begin, row + begin, (size_t)count * sizeof(float));
                else for (int64_t i = 0; i < count; i++) panel[(begin + i) * width] = row[begin + i];
            }
        }
        first += width;
    }
}

INLINE void store_rows(float *out, vfloat v, int64_t rows) {
    if (rows >= SG_LANES) store(out, v);
    else memcpy(out, &v, (size_t)rows * sizeof(float));
}

// One group of 16 rows × `width` tokens of a float format.
INLINE void float_tile(int format, int width, const uint8_t *group, int64_t columns, const float *x, int64_t stride,
                       int64_t rows, float *out, int64_t out_stride) {
    const int step = format == SG_F32 ? 64 : 32;
    vfloat total[SG_TILE];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) total[t] = fill(0);
    for (int64_t begin = 0; begin < columns; begin += SG_UNIT) {
        const uint8_t *unit = group + begin * step;
        vfloat part[SG_TILE];
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) part[t] = fill(0);
        if (columns - begin >= SG_UNIT) {
#pragma clang loop unroll(full)
            for (int j = 0; j < SG_UNIT; j++) {
                vfloat q = quants(format, unit, j);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[(begin + j) * stride + t]), part[t]);
            }
        } else {
            for (int j = 0; j < columns - begin; j++) {
                vfloat q = quants(format, unit, j);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[(begin + j) * stride + t]), part[t]);
            }
        }
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) total[t] = total[t] + part[t];
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) store_rows(out + t * out_stride, total[t], rows);
}

// One unit of 32 columns (or the half of it given by `half`, 0 or 1; −1 is the whole).
INLINE void unit_sum(int format, int width, int half, const uint8_t *unit, const float *x, int64_t stride, vfloat *part) {
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) part[t] = fill(0);
    const int from = half == 1 ? 16 : 0, to = half == 0 ? 16 : 32;
#pragma clang loop unroll(full)
    for (int j = from; j < to; j++) {
        vfloat q = quants(format, unit, j);
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[column_of(format, j) * stride + t]), part[t]);
    }
}

// Two units of one token at once, for formats whose halves have scales: four chains of additions that do not wait for
// each other (one half's 16 steps are too short to hide their own latency). part: (unit, half); each sum in its order.
INLINE void pair_sum(int format, const uint8_t *unit, const float *x, vfloat *part) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) part[i] = fill(0);
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j++)
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) {
            const int column = i % 2 * 16 + j;
            vfloat q = quants(format, unit + i / 2 * unit_bytes(format), column);
            part[i] = fma16(q, fill(x[i / 2 * SG_UNIT + column]), part[i]);
        }
}

// One group of 16 rows × one token of such a format; its blocks are eight units long.
INLINE void halved_row(int format, const uint8_t *group, int64_t columns, const float *x, const float *sums,
                       int64_t rows, float *out) {
    vfloat total = fill(0), part[4];
    const int bytes = unit_bytes(format);
    const uint8_t *place = group, *header = group;
    for (int64_t u = 0; u < columns / SG_UNIT; u += 2, place += 2 * bytes) {
        if (u % 8 == 0) header = place, place += header_bytes(format);
        __builtin_prefetch(place + 4096, 0, 0);
        pair_sum(format, place, x + u * SG_UNIT, part);
        const struct scales first = scales_of(format, header, place), second = scales_of(format, header, place + bytes);
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) {
            total = fma16(i < 2 ? first.scale[i] : second.scale[i - 2], part[i], total);
            if (has_minimum(format))
                total = fma16(i < 2 ? first.minimum[i] : second.minimum[i - 2], fill(sums[2 * u + i]), total);
        }
    }
    store_rows(out, total, rows);
}

// One group of 16 rows × `width` tokens of a quantised format. `x` is (column, stride ≥ width), `sums` likewise.
INLINE void quantised_tile(int format, int width, const uint8_t *group, int64_t columns, const float *x,
                           const float *sums, int64_t stride, int64_t rows, float *out, int64_t out_stride) {
    vfloat total[SG_TILE];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) total[t] = fill(0);
    const int units = units_per_block(format);
    const uint8_t *place = group;
    for (int64_t begin = 0; begin < columns; begin += units * SG_UNIT) {
        const uint8_t *header = place;
        place += header_bytes(format);
        for (int u = 0; u < units; u++, place += unit_bytes(format)) {
            const float *xs = x + (begin + u * SG_UNIT) * stride;
            const float *sum = sums + (begin / 16 + u * 2) * stride;
            struct scales s = scales_of(format, header, place);
            vfloat part[SG_TILE];
            if (width == 1) __builtin_prefetch(place + 4096, 0, 0);
            if (has_halves(format)) {
#pragma clang loop unroll(full)
                for (int h = 0; h < 2; h++) {
                    unit_sum(format, width, h, place, xs, stride, part);
#pragma clang loop unroll(full)
                    for (int t = 0; t < width; t++) {
                        total[t] = fma16(s.scale[h], part[t], total[t]);
                        if (has_minimum(format)) total[t] = fma16(s.minimum[h], fill(sum[h * stride + t]), total[t]);
                    }
                }
            } else {
                unit_sum(format, width, -1, place, xs, stride, part);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) {
                    total[t] = fma16(s.scale[0], part[t], total[t]);
                    if (has_minimum(format))
                        total[t] = fma16(s.minimum[0], fill(sum[t] + sum[stride + t]), total[t]);
                }
            }
        }
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) store_rows(out + t * out_stride, total[t], rows);
}

INLINE void tile(int format, int width, const uint8_t *group, int64_t columns, const float *x, const float *sums,
                 int64_t stride, int64_t rows, float *out, int64_t out_stride) {
    if (is_float_format(format)) float_tile(format, width, group, columns, x, stride, rows, out, out_stride);
    else if (width == 1 && has_halves(format)) halved_row(format, group, columns, x, sums, rows, out);
    else quantised_tile(format, width, group, columns, x, sums, stride, rows, out, out_stride);
}

INLINE void multiply_format(int format, const struct sg_matrix *m, int64_t first, int64_t count, const float *panels,
                            const float *sums, int64_t tokens, float *out, int64_t out_stride) {
    const int64_t columns = m->columns, parts = (columns + 15) / 16;
    for (int64_t token = 0; token < tokens;) {
        const int64_t width = tile_width(tokens - token);
        const float *x = panels + token * columns, *s = sums + token * parts;
        for (int64_t group = first; group < first + count; group++) {
            const uint8_t *bytes = m->bytes + group * m->group_bytes;
            const int64_t rows = m->rows - group * SG_LANES;
            float *to = out + token * out_stride + group * SG_LANES;
            // A tile of 12 tokens may be wider than the registers: then it is computed in parts of the same panel.
            if (width == SG_TILE)
                for (int part = 0; part < SG_TILE; part += SG_WIDE_TILE)
                    tile(format, SG_WIDE_TILE, bytes, columns, x + part, s + part, SG_TILE, rows,
                         to + part * out_stride, out_stride);
            else if (width == NARROW_TILE) tile(format, NARROW_TILE, bytes, columns, x, s, NARROW_TILE, rows, to, out_stride);
            else tile(format, 1, bytes, columns, x, s, 1, rows, to, out_stride);
        }
        token += width;
    }
}

#define EACH_FORMAT(DO) \
    DO(SG_F32) DO(SG_F16) DO(SG_BF16) DO(SG_Q8_0) DO(SG_Q4_0) DO(SG_Q4_1) DO(SG_Q5_0) DO(SG_Q5_1) \
    DO(SG_Q2_K) DO(SG_Q3_K) DO(SG_Q4_K) DO(SG_Q5_K) DO(SG_Q6_K)

// One function per format keeps each at a size that the compiler optimises well.
#define DEFINE_MULTIPLY(F) \
    static __attribute__((noinline)) void multiply_##F(const struct sg_matrix *m, int64_t first, int64_t count, \
        const float *panels, const float *sums, int64_t tokens, float *out, int64_t out_stride) { \
        multiply_format(F, m, first, count, panels, sums, tokens, out, out_stride); \
    }
EACH_FORMAT(DEFINE_MULTIPLY)

static void multiply(const struct sg_matrix *m, int64_t first, int64_t count, const float *panels, const float *sums,
                     int64_t tokens, float *out, int64_t out_stride) {
    switch (m->format) {
#define CASE(F) case F: multiply_##F(m, first, count, panels, sums, tokens, out, out_stride); break;
    EACH_FORMAT(CASE)
#undef CASE
    }
}

INLINE void unpack_row_format(int format, const struct sg_matrix *m, int64_t row, float *out) {
    const uint8_t *place = m->bytes + row / SG_LANES * m->group_bytes;
    const int lane = (int)(row % SG_LANES), units = units_per_block(format);
    for (int64_t begin = 0; begin < m->columns; begin += units * SG_UNIT) {
        const uint8_t *header = place;
        place += header_bytes(format);
        for (int u = 0; u < units; u++, place += unit_bytes(format)) {
            struct scales s = scales_of(format, header, place);
            for (int j = 0; j < SG_UNIT; j++) {
                int64_t column = begin + u * SG_UNIT + column_of(format, j);
                if (column >= m->columns) continue;
                vfloat w = quants(format, place, j);
                int h = has_halves(format) ? j / 16 : 0;
                if (!is_float_format(format)) w = has_minimum(format) ? s.scale[h] * w + s.minimum[h] : s.scale[h] * w;
                out[column] = w[lane];
            }
        }
    }
}

static void unpack_row(const struct sg_matrix *m, int64_t row, float *out) {
    switch (m->format) {
#define CASE(F) case F: unpack_row_format(F, m, row, out); break;
    EACH_FORMAT(CASE)
#undef CASE
    }
}

// Matrix × vectors over packed weights. Every result is computed in one order whatever the number of tokens:
// within a unit of 32 columns (or a half, where halves have scales) Σ q · x from zero, then sum = scale · that + sum,
// then sum = minimum · Σ x + sum.

// How far ahead of the unit at work memory is fetched, in bytes: for one token, which waits for memory, and for many.
#define AHEAD_ALONE 4096
#define AHEAD 2048

#define SG_MOST_TOKENS (SG_WIDE_TILES ? 16 : 4)

// What a tile computes: 16 rows × `width` tokens (a constant) of which the first `valid` are stored.
struct tile {
    const uint8_t *group;
    int64_t columns, rows;  // rows from the group's first to the matrix's last
    const float *x, *sums;  // (column, width) and (unit, 3, width), see pack_panels
    float *out;             // (token, out_stride)
    int64_t out_stride, valid;
};

INLINE void store_tile(const struct tile *to, int width, const vfloat *total) {
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) {
        if (t >= to->valid) return;
        store_rows(to->out + t * to->out_stride, total[t], to->rows);
    }
}

// Fetches a unit that will be read soon; the processor alone starts too late when a core reads only a little a second.
INLINE void fetch_ahead(int format, int width, const uint8_t *place) {
    if (width == 1) __builtin_prefetch(place + AHEAD_ALONE, 0, 0);
    else
#pragma clang loop unroll(full)
        for (int line = 0; line < unit_bytes(format); line += 64) __builtin_prefetch(place + AHEAD + line, 0, 3);
}

// One group of 16 rows × `width` tokens of a float format.
INLINE void float_tile(int format, int width, const struct tile *given) {
    const int step = format == SG_F32 ? 64 : 32;
    vfloat total[SG_MOST_TOKENS];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) total[t] = fill(0);
    for (int64_t begin = 0; begin < given->columns; begin += SG_UNIT) {
        const uint8_t *unit = given->group + begin * step;
        const float *x = given->x + begin * width;
        vfloat part[SG_MOST_TOKENS];
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) part[t] = fill(0);
        if (given->columns - begin >= SG_UNIT) {
            if (width > 1) fetch_ahead(format, width, unit);
#pragma clang loop unroll(full)
            for (int j = 0; j < SG_UNIT; j++) {
                vfloat q = quants(format, unit, j);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[j * width + t]), part[t]);
            }
        } else {
            for (int j = 0; j < given->columns - begin; j++) {
                vfloat q = quants(format, unit, j);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[j * width + t]), part[t]);
            }
        }
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) total[t] = total[t] + part[t];
    }
    store_tile(given, width, total);
}

// One unit of 32 columns (or the half of it given by `half`, 0 or 1; −1 is the whole).
INLINE void unit_sum(int format, int width, int half, const uint8_t *unit, const float *x, vfloat *part) {
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) part[t] = fill(0);
    const int from = half == 1 ? 16 : 0, to = half == 0 ? 16 : 32;
#pragma clang loop unroll(full)
    for (int j = from; j < to; j++) {
        vfloat q = quants(format, unit, j);
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) part[t] = fma16(q, fill(x[column_of(format, j) * width + t]), part[t]);
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
INLINE void halved_row(int format, const struct tile *given) {
    vfloat total = fill(0), part[4];
    const int bytes = unit_bytes(format);
    const uint8_t *place = given->group, *header = place;
    for (int64_t u = 0; u < given->columns / SG_UNIT; u += 2, place += 2 * bytes) {
        if (u % 8 == 0) header = place, place += header_bytes(format);
        fetch_ahead(format, 1, place);
        pair_sum(format, place, given->x + u * SG_UNIT, part);
        const struct scales first = scales_of(format, header, place), second = scales_of(format, header, place + bytes);
#pragma clang loop unroll(full)
        for (int i = 0; i < 4; i++) {
            const struct scales *s = i < 2 ? &first : &second;
            total = fma16(s->scale[i % 2], part[i], total);
            if (has_minimum(format))
                total = fma16(s->minimum[i % 2], fill(given->sums[(u + i / 2) * 3 + i % 2]), total);
        }
    }
    store_tile(given, 1, &total);
}

// One group of 16 rows × `width` tokens of a quantised format.
INLINE void quantised_tile(int format, int width, const struct tile *given) {
    vfloat total[SG_MOST_TOKENS];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) total[t] = fill(0);
    const int units = units_per_block(format);
    const uint8_t *place = given->group;
    for (int64_t begin = 0; begin < given->columns; begin += units * SG_UNIT) {
        const uint8_t *header = place;
        place += header_bytes(format);
        for (int u = 0; u < units; u++, place += unit_bytes(format)) {
            const float *x = given->x + (begin + u * SG_UNIT) * width;
            const float *sums = given->sums + (begin / SG_UNIT + u) * 3 * width;
            struct scales s = scales_of(format, header, place);
            vfloat part[SG_MOST_TOKENS];
            fetch_ahead(format, width, place);
            if (has_halves(format)) {
#pragma clang loop unroll(full)
                for (int h = 0; h < 2; h++) {
                    unit_sum(format, width, h, place, x, part);
#pragma clang loop unroll(full)
                    for (int t = 0; t < width; t++) {
                        total[t] = fma16(s.scale[h], part[t], total[t]);
                        if (has_minimum(format)) total[t] = fma16(s.minimum[h], fill(sums[h * width + t]), total[t]);
                    }
                }
            } else {
                unit_sum(format, width, -1, place, x, part);
#pragma clang loop unroll(full)
                for (int t = 0; t < width; t++) {
                    total[t] = fma16(s.scale[0], part[t], total[t]);
                    if (has_minimum(format)) total[t] = fma16(s.minimum[0], fill(sums[2 * width + t]), total[t]);
                }
            }
        }
    }
    store_tile(given, width, total);
}

INLINE void compute_tile(int format, int width, const struct tile *given) {
    if (is_float_format(format)) float_tile(format, width, given);
    else if (width == 1 && has_halves(format)) halved_row(format, given);
    else quantised_tile(format, width, given);
}

INLINE void multiply_format(int format, const struct sg_matrix *m, int64_t first, int64_t count, const float *panels,
                            const float *sums, int64_t tokens, float *out, int64_t out_stride) {
    const int64_t columns = m->columns, sum_count = sg_panel_sums(columns);
    for (int64_t token = 0, width; token < tokens; token += width) {
        width = tile_width(tokens - token);
        for (int64_t group = first; group < first + count; group++) {
            const struct tile tile = {
                m->bytes + group * m->group_bytes, columns, m->rows - group * SG_LANES, panels + token * columns,
                sums + token * sum_count, out + token * out_stride + group * SG_LANES, out_stride, tokens - token,
            };
            switch (width) {
            case 1: compute_tile(format, 1, &tile); break;
            case 4: compute_tile(format, 4, &tile); break;
#if SG_WIDE_TILES
            case 8: compute_tile(format, 8, &tile); break;
            case 12: compute_tile(format, 12, &tile); break;
            case 16: compute_tile(format, 16, &tile); break;
#endif
            }
        }
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

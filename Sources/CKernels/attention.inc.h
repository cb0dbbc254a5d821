// Attention over the cache. Scores are a product with 16 interleaved slots, like the rows of a weight matrix; a query
// gets the same numbers whether it comes alone (decode) or with others (prefill).

// `width` queries × `blocks` blocks of 16 slots: as many sums at once as hide the latency of an addition.
INLINE void score_tile(int width, int blocks, const float *keys, int64_t head_size, const float *queries,
                       int64_t query_stride, float scale, float *out, int64_t out_stride) {
    vfloat sum[12];
#pragma clang loop unroll(full)
    for (int i = 0; i < width * blocks; i++) sum[i] = fill(0);
    for (int64_t d = 0; d < head_size; d++) {
#pragma clang loop unroll(full)
        for (int b = 0; b < blocks; b++) {
            vfloat key = load(keys + (b * head_size + d) * SG_LANES);
#pragma clang loop unroll(full)
            for (int t = 0; t < width; t++)
                sum[b * width + t] = fma16(key, fill(queries[t * query_stride + d]), sum[b * width + t]);
        }
    }
#pragma clang loop unroll(full)
    for (int b = 0; b < blocks; b++)
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) store(out + t * out_stride + b * SG_LANES, sum[b * width + t] * fill(scale));
}

INLINE void score_blocks(int width, int blocks, const struct sg_cache *cache, int64_t first, int64_t count,
                         const float *queries, int64_t query_stride, float scale, float *out, int64_t out_stride) {
    int64_t block = first;
    for (; block + blocks <= first + count; block += blocks)
        score_tile(width, blocks, cache->keys + block * cache->head_size * SG_LANES, cache->head_size, queries,
                   query_stride, scale, out + block * SG_LANES, out_stride);
    for (; block < first + count; block++)
        score_tile(width, 1, cache->keys + block * cache->head_size * SG_LANES, cache->head_size, queries,
                   query_stride, scale, out + block * SG_LANES, out_stride);
}

// WebAssembly's few registers hold one block of sums: further shapes of tiles, whose results are the same, would only be
// code that every page carries.
#if defined(__wasm_simd128__)
#define SG_FEW_SHAPES 1
#else
#define SG_FEW_SHAPES 0
#endif

static void scores(const struct sg_cache *cache, int64_t first, int64_t count, const float *queries,
                   int64_t query_stride, int64_t query_count, float scale, float *out, int64_t stride) {
#if SG_FEW_SHAPES
    for (int64_t t = 0; t < query_count; t++)
        score_blocks(1, 1, cache, first, count, queries + t * query_stride, query_stride, scale, out + t * stride, stride);
#else
    if (query_count > 3) {
        // Many queries: each block of keys against all of them while it is near.
        for (int64_t block = first; block < first + count; block++) {
            int64_t t = 0;
            for (; t + 8 <= query_count; t += 8)
                score_blocks(8, 1, cache, block, 1, queries + t * query_stride, query_stride, scale, out + t * stride,
                             stride);
            for (; t < query_count; t++)
                score_blocks(1, 1, cache, block, 1, queries + t * query_stride, query_stride, scale, out + t * stride,
                             stride);
        }
    } else if (query_count == 3) {
        score_blocks(3, 4, cache, first, count, queries, query_stride, scale, out, stride);
    } else {
        for (int64_t t = 0; t < query_count; t++)
            score_blocks(1, 8, cache, first, count, queries + t * query_stride, query_stride, scale, out + t * stride,
                         stride);
    }
#endif
}

static void softmax(float *row, int64_t count) {
    const int64_t padded = (count + 15) / 16 * 16;
    for (int64_t i = count; i < padded; i++) row[i] = -INFINITY;
    vfloat best = load(row);
    for (int64_t i = 16; i < padded; i += 16) best = max16(load(row + i), best);
    const vfloat top = fill(max_lanes(best));
    vfloat sum = fill(0);
    for (int64_t i = 0; i < padded; i += 16) {
        vfloat e = exp16(load(row + i) - top);
        store(row + i, e);
        sum = sum + e;
    }
    const vfloat total = fill(sum_lanes(sum));
    for (int64_t i = 0; i < padded; i += 16) store(row + i, load(row + i) / total);
}

// `width` queries × 16 values of the head, slots in order.
INLINE void mix_tile(int width, const float *values, int64_t value_stride, int64_t count, const int32_t *slots,
                     const float *weights, int64_t weight_stride, vfloat *sum) {
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) sum[t] = fill(0);
    for (int64_t i = 0; i < count; i++) {
        vfloat value = load(values + (slots ? slots[i] : i) * value_stride);
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) sum[t] = fma16(value, fill(weights[t * weight_stride + i]), sum[t]);
    }
}

// `width` queries × 16 · `parts` values of the head, for decoding: as many chains of additions as hide their latency.
INLINE void mix_wide(int width, int parts, const float *values, int64_t value_stride, int64_t count, const int32_t *slots,
                     const float *weights, int64_t weight_stride, float *out, int64_t out_stride) {
    vfloat sum[12];
#pragma clang loop unroll(full)
    for (int i = 0; i < parts * width; i++) sum[i] = fill(0);
    for (int64_t i = 0; i < count; i++) {
        const float *value = values + (slots ? slots[i] : i) * value_stride;
#pragma clang loop unroll(full)
        for (int part = 0; part < parts; part++) {
            vfloat v = load(value + 16 * part);
#pragma clang loop unroll(full)
            for (int t = 0; t < width; t++)
                sum[parts * t + part] = fma16(v, fill(weights[t * weight_stride + i]), sum[parts * t + part]);
        }
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++)
#pragma clang loop unroll(full)
        for (int part = 0; part < parts; part++) store(out + t * out_stride + 16 * part, sum[parts * t + part]);
}

// Steps of 16 · `parts` values as long as there are whole ones; returns the values done.
INLINE int64_t mix_steps(int width, int parts, int64_t begin, const struct sg_cache *cache, int64_t count,
                         const int32_t *slots, const float *weights, int64_t weight_stride, float *out,
                         int64_t out_stride) {
    for (; begin + 16 * parts <= cache->head_size; begin += 16 * parts)
        mix_wide(width, parts, cache->values + begin, cache->value_stride, count, slots, weights, weight_stride,
                 out + begin, out_stride);
    return begin;
}

static void mix(const struct sg_cache *cache, int64_t count, const int32_t *slots, const float *weights,
                int64_t weight_stride, int64_t query_count, float *out, int64_t out_stride) {
    const int64_t head_size = cache->head_size, stride = cache->value_stride;
    int64_t d = 0;
#if !SG_FEW_SHAPES
#define STEPS(width, parts) d = mix_steps(width, parts, d, cache, count, slots, weights, weight_stride, out, out_stride)
    switch (query_count) {
    case 1: STEPS(1, 8); STEPS(1, 4); STEPS(1, 2); break;
    case 2: STEPS(2, 4); STEPS(2, 2); break;
    case 3: STEPS(3, 4); STEPS(3, 2); break;
    case 4: STEPS(4, 2); break;
    }
#undef STEPS
#endif
    for (; d < head_size; d += SG_LANES) {
        const int64_t left = head_size - d;
        int64_t t = 0;
        vfloat sum[8];
        for (; !SG_FEW_SHAPES && t + 8 <= query_count; t += 8) {
            mix_tile(8, cache->values + d, stride, count, slots, weights + t * weight_stride, weight_stride, sum);
            for (int i = 0; i < 8; i++) store_rows(out + (t + i) * out_stride + d, sum[i], left);
        }
        for (; t < query_count; t++) {
            mix_tile(1, cache->values + d, stride, count, slots, weights + t * weight_stride, weight_stride, sum);
            store_rows(out + t * out_stride + d, sum[0], left);
        }
    }
}

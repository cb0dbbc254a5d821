// Attention over the cache. Scores are a product with 16 interleaved slots, like the rows of a weight matrix; a query
// gets the same numbers whether it comes alone (decode) or with others (prefill).

INLINE void score_tile(int width, const float *keys, int64_t head_size, const float *queries, int64_t query_stride,
                       float scale, float *out, int64_t out_stride) {
    vfloat sum[8];
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) sum[t] = fill(0);
    for (int64_t d = 0; d < head_size; d++) {
        vfloat key = load(keys + d * SG_LANES);
#pragma clang loop unroll(full)
        for (int t = 0; t < width; t++) sum[t] = fma16(key, fill(queries[t * query_stride + d]), sum[t]);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) store(out + t * out_stride, sum[t] * fill(scale));
}

static void scores(const struct sg_cache *cache, int64_t first, int64_t count, const float *queries,
                   int64_t query_stride, int64_t query_count, float scale, float *out, int64_t score_stride) {
    const int64_t head_size = cache->head_size;
    for (int64_t block = first; block < first + count; block++) {
        const float *keys = cache->keys + block * head_size * SG_LANES;
        int64_t t = 0;
        for (; t + 8 <= query_count; t += 8)
            score_tile(8, keys, head_size, queries + t * query_stride, query_stride, scale,
                       out + t * score_stride + block * SG_LANES, score_stride);
        for (; t + 3 <= query_count; t += 3)
            score_tile(3, keys, head_size, queries + t * query_stride, query_stride, scale,
                       out + t * score_stride + block * SG_LANES, score_stride);
        for (; t < query_count; t++)
            score_tile(1, keys, head_size, queries + t * query_stride, query_stride, scale,
                       out + t * score_stride + block * SG_LANES, score_stride);
    }
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

// One query × 64 values of the head: four chains at once, for decoding.
INLINE void mix_wide(const float *values, int64_t value_stride, int64_t count, const int32_t *slots,
                     const float *weights, float *out) {
    vfloat sum[4] = {fill(0), fill(0), fill(0), fill(0)};
    for (int64_t i = 0; i < count; i++) {
        const float *value = values + (slots ? slots[i] : i) * value_stride;
        vfloat weight = fill(weights[i]);
#pragma clang loop unroll(full)
        for (int t = 0; t < 4; t++) sum[t] = fma16(load(value + 16 * t), weight, sum[t]);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < 4; t++) store(out + 16 * t, sum[t]);
}

static void mix(const struct sg_cache *cache, int64_t count, const int32_t *slots, const float *weights,
                int64_t weight_stride, int64_t query_count, float *out, int64_t out_stride) {
    const int64_t head_size = cache->head_size, stride = cache->value_stride;
    int64_t d = 0;
    if (query_count == 1)
        for (; d + 64 <= head_size; d += 64) mix_wide(cache->values + d, stride, count, slots, weights, out + d);
    for (; d < head_size; d += SG_LANES) {
        const int64_t left = head_size - d;
        int64_t t = 0;
        vfloat sum[8];
        for (; t + 8 <= query_count; t += 8) {
            mix_tile(8, cache->values + d, stride, count, slots, weights + t * weight_stride, weight_stride, sum);
            for (int i = 0; i < 8; i++) store_rows(out + (t + i) * out_stride + d, sum[i], left);
        }
        for (; t < query_count; t++) {
            mix_tile(1, cache->values + d, stride, count, slots, weights + t * weight_stride, weight_stride, sum);
            store_rows(out + t * out_stride + d, sum[0], left);
        }
    }
}

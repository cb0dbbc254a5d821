// The hot loops that need CPU-specific code, in C with run-time dispatch.
//
// One source (the *.inc.h files) is compiled once per instruction set; every set does the same operations in the same
// order on 16 lanes, so results agree bit by bit wherever the processor has fused multiply-add.
#ifndef STEPGLASS_CKERNELS_H
#define STEPGLASS_CKERNELS_H

#include "choose.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Rows of a weight matrix that are interleaved: one vector holds one column of that many rows.
#define SG_LANES 16
// Columns that are summed before a scale is applied; also the length of the plain quantisation blocks.
#define SG_UNIT 32

// The storage formats, numbered as in GGUF.
enum sg_format {
    SG_F32 = 0, SG_F16 = 1, SG_Q4_0 = 2, SG_Q4_1 = 3, SG_Q5_0 = 6, SG_Q5_1 = 7, SG_Q8_0 = 8,
    SG_Q2_K = 10, SG_Q3_K = 11, SG_Q4_K = 12, SG_Q5_K = 13, SG_Q6_K = 14, SG_BF16 = 30,
};

// A packed weight matrix: groups of 16 rows; within a group the columns in order, 16 rows side by side.
struct sg_matrix {
    const uint8_t *bytes;  // (rows / 16 rounded up) groups of group_bytes each, 64-byte aligned
    int64_t rows, columns;
    int64_t group_bytes;
    int32_t format;
};

// Bytes of one packed group of 16 rows; 0 when the format or the column count is not supported.
int64_t sg_group_bytes(int32_t format, int64_t columns);

// Packs one group of rows. `source` is the file's tensor, row-major, `row_bytes` per row; `transposed` (float formats
// only): the file holds (columns, rows). Rows beyond `rows` are zero.
void sg_pack_group(int32_t format, int64_t rows, int64_t columns, const uint8_t *source, int64_t row_bytes,
                   bool transposed, int64_t group, uint8_t *packed);

// The keys and values of one layer and one key/value head.
struct sg_cache {
    const float *keys;    // (slot / 16, head_size, 16): 16 slots interleaved
    const float *values;  // (slot, value_stride)
    int64_t head_size, value_stride;
};

// Tokens that the panels of a product need room for.
static inline int64_t sg_panel_tokens(int64_t tokens) { return tokens + 3; }
static inline int64_t sg_panel_sums(int64_t columns) { return (columns + SG_UNIT - 1) / SG_UNIT * 3; }

// The functions of one instruction set.
struct sg_kernels {
    const char *name;

    // Lays columns begin ..< end (multiples of 32, or the last) of `tokens` rows of x (row stride in floats) out for the
    // product: tiles of 16, 12, 8, 4 and 1 tokens, each (column, token). `sums` gets three sums of x for each unit of 32
    // columns, of its halves and of the whole, tile by tile: (unit, 3, token). The last tile may be wider than what is
    // left: there must be room for sg_panel_tokens(tokens) tokens, each with sg_panel_sums(columns) sums.
    void (*pack_panels)(const float *x, int64_t x_stride, int64_t tokens, int64_t columns, int64_t begin, int64_t end,
                        float *panels, float *sums);

    // out[token, row] = Σ_column weights[row, column] · x[token, column] for the rows of groups first ..< first + count.
    void (*multiply)(const struct sg_matrix *m, int64_t first, int64_t count, const float *panels, const float *sums,
                     int64_t tokens, float *out, int64_t out_stride);

    // One row as floats, exactly as the format defines.
    void (*unpack_row)(const struct sg_matrix *m, int64_t row, float *out);

    // scores[query, slot] = scale · Σ_d q[query, d] · keys[slot, d] for slot blocks first ..< first + count (16 slots each).
    void (*scores)(const struct sg_cache *cache, int64_t first, int64_t count, const float *queries,
                   int64_t query_stride, int64_t query_count, float scale, float *scores, int64_t score_stride);

    // row[0 ..< count] = softmax(row); the padding up to a multiple of 16 is set to 0 (the row must have room for it).
    void (*softmax)(float *row, int64_t count);

    // out[query, d] = Σ_slot weights[query, slot] · values[slot, d] over slots 0 ..< count, or those listed in `slots`.
    void (*mix)(const struct sg_cache *cache, int64_t count, const int32_t *slots, const float *weights,
                int64_t weight_stride, int64_t query_count, float *out, int64_t out_stride);

    // x / √(mean x² + ε) · weight, and (x − mean) / √(variance + ε) · weight + bias.
    void (*rms_norm)(const float *x, const float *weight, float epsilon, int64_t count, float *out);
    void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, int64_t count, float *out);

    // out = silu(gate) · up; x = gelu(x) in its tanh form; x += y.
    void (*swiglu)(const float *gate, const float *up, int64_t count, float *out);
    void (*gelu)(const float *x, int64_t count, float *out);
    void (*add)(float *x, const float *y, int64_t count);

    // Σ exp(x − maximum) and Σ exp(x − maximum) · (x − maximum), summed in double in 16 lanes. The exponential here, in
    // softmax and in the activations is one: 32-bit, within a relative error of 2e-7, the same bits in every lane and in
    // every set with fused multiply-add.
    void (*exp_sums)(const float *x, int64_t count, float maximum, double *sum, double *weighted);
    float (*maximum)(const float *x, int64_t count);

    // The passes over a vocabulary of include/choose.h, the same bits from every set.
    StepglassExpSums (*choice_sums)(const float *logits, long count, float reference, const int32_t *skip,
                                    long skip_count);
    long (*lane_maxima)(const float *logits, long count, float *maxima);
    void (*divide)(float *logits, long count, double divisor);
    long (*remove_below)(float *logits, long count, float threshold);
    long (*count_above)(const float *logits, long count, float value);
};

// The kernel sets that this processor can run, best first; NULL past the end.
const struct sg_kernels *sg_kernels_at(int index);

// SHA-256's compression of whole 64-byte blocks; false, and nothing done, where the processor has no instructions for it.
bool sg_sha256_blocks(uint32_t state[8], const uint8_t *data, int64_t blocks, const uint32_t constants[64]);

// How many processors the system lets this process run on (Linux), or has (elsewhere).
int sg_allowed_processors(void);

// Pauses a spinning thread for a moment.
static inline void sg_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif

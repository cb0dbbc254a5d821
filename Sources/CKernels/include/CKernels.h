// The hot loops that need CPU-specific code, in C with run-time dispatch.
//
// One source (the *.inc.h files) is compiled once per instruction set; every set does the same operations in the same
// order on 16 lanes, and the sums of integers are exact in any order, so results agree bit by bit on every processor.
#ifndef STEPGLASS_CKERNELS_H
#define STEPGLASS_CKERNELS_H

#include "choose.h"
#include "elementary.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Rows of a weight matrix that are interleaved: one vector holds one column of that many rows.
#define SG_LANES 16
// Columns that are summed before a scale is applied; also the length of the plain quantisation blocks.
#define SG_UNIT 32

// The storage formats, numbered as in GGUF; those that GGUF has not got have numbers past a byte.
enum sg_format {
    SG_F32 = 0, SG_F16 = 1, SG_Q4_0 = 2, SG_Q4_1 = 3, SG_Q5_0 = 6, SG_Q5_1 = 7, SG_Q8_0 = 8,
    SG_Q2_K = 10, SG_Q3_K = 11, SG_Q4_K = 12, SG_Q5_K = 13, SG_Q6_K = 14, SG_BF16 = 30,
    SG_IQ2_XXS = 16, SG_IQ2_XS = 17, SG_IQ3_XXS = 18, SG_IQ1_S = 19, SG_IQ4_NL = 20, SG_IQ3_S = 21, SG_IQ2_S = 22,
    SG_IQ4_XS = 23, SG_IQ1_M = 29, SG_TQ1_0 = 34, SG_TQ2_0 = 35, SG_MXFP4 = 39, SG_NVFP4 = 40,
    SG_F8_E4M3 = 256, SG_F8_E5M2 = 257,
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

// Packs one group of rows. `source` is the file's tensor, row-major, `row_bytes` per row, whole blocks; `transposed` (float formats
// only): the file holds (columns, rows). Rows beyond `rows` are zero.
void sg_pack_group(int32_t format, int64_t rows, int64_t columns, const uint8_t *source, int64_t row_bytes,
                   bool transposed, int64_t group, uint8_t *packed);

// The codebook of an IQ format: (place, digit), eight digits of 0 … 2, or four of 0 … 7 (IQ3). NULL for others.
const uint8_t *sg_grid(int32_t format);

// The keys and values of one layer and one key/value head.
struct sg_cache {
    const float *keys;    // (slot / 16, head_size, 16): 16 slots interleaved
    const float *values;  // (slot, value_stride)
    int64_t head_size, value_stride;
};

// Tokens that the panels of a product need room for.
static inline int64_t sg_panel_tokens(int64_t tokens) { return tokens + 3; }

// 32 columns of one token as fixed-point numbers of 24 bits. X = rint(x / scale), |X| ≤ 8,355,711, the scale from the
// largest |x|; X = 65536 · high + 256 · middle + low, each digit in −128 … 127.
#if defined(__wasm_simd128__)
// Its products are of 16 bits, which take 256 · high + middle as one digit.
struct sg_block {
    int16_t digits[2][SG_UNIT];  // low, upper; of each four columns the first and third, then the second and fourth
    int32_t less[2][2];          // of the halves
    float scale;
    float sums[3];
};
static inline int sg_place_in_quads(int column) { return (column & ~3) | (column & 1) << 1 | (column >> 1 & 1); }
#else
struct sg_block {
    int8_t digits[3][SG_UNIT];  // low, middle, high
    float scale;                // not a number where an x is none or infinite
    float sums[3];              // ΣX of the two halves and of the whole
    int32_t less[3][3];         // −Σ digit of each: what an offset of the weights multiplies
    int32_t padding[3];
};
#endif

// How the input of a product is laid out: as floats for the float formats, as blocks, or as tiles of 16 tokens for
// matrix instructions, for weights of up to four bits and for others.
enum sg_layout { SG_PANELS = 0, SG_BLOCKS = 1, SG_TILES = 2, SG_DIGIT_TILES = 3, SG_LAYOUTS = 4 };

// Bytes of an input of so many tokens in a layout.
static inline int64_t sg_input_bytes(enum sg_layout layout, int64_t tokens, int64_t columns) {
    const int64_t units = (columns + SG_UNIT - 1) / SG_UNIT;
    if (layout == SG_PANELS) return sg_panel_tokens(tokens) * columns * (int64_t)sizeof(float);
    if (layout == SG_BLOCKS) return tokens * units * (int64_t)sizeof(struct sg_block);
    return (tokens + 15) / 16 * units * ((layout == SG_TILES ? 2 * 1024 : 3 * 512) + 2 * 64);
}

// The functions of one instruction set.
struct sg_kernels {
    const char *name;

    // Which layout of the input a product of a matrix of this format with so many tokens reads.
    enum sg_layout (*layout)(int32_t format, int64_t tokens);

    // Lays columns begin ..< end (multiples of 32, or the last) of `tokens` rows of x (row stride in floats) out for the
    // product, into sg_input_bytes bytes at a multiple of 64.
    void (*lay_out)(enum sg_layout layout, const float *x, int64_t x_stride, int64_t tokens, int64_t columns,
                    int64_t begin, int64_t end, void *input);

    // out[token, row] = Σ_column weights[row, column] · x[token, column] for the rows of groups first ..< first + count;
    // `input` is x in the layout that this product reads.
    void (*multiply)(const struct sg_matrix *m, int64_t first, int64_t count, const void *input, int64_t tokens,
                     float *out, int64_t out_stride);

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

    // out = silu(gate) · up; out = gelu(gate) · up; x = gelu(x), both in its tanh form; x += y.
    void (*swiglu)(const float *gate, const float *up, int64_t count, float *out);
    void (*geglu)(const float *gate, const float *up, int64_t count, float *out);
    void (*gelu)(const float *x, int64_t count, float *out);
    void (*add)(float *x, const float *y, int64_t count);
    // x = cap · tanh(x / cap).
    void (*soft_cap)(float *x, float cap, int64_t count);

    // (a, b) = (a · cos − b · sin, b · cos + a · sin) for `pairs` pairs of x: of neighbours, or of x[i] and x[pairs + i].
    void (*rotate)(float *x, const float *cosines, const float *sines, int64_t pairs, bool neighbours);

    // Σ exp(x − maximum) and Σ exp(x − maximum) · (x − maximum), summed in double in 16 lanes. The exponential here, in
    // softmax and in the activations is one: 32-bit, within a relative error of 2e-7, the same bits in every lane and in
    // every set.
    void (*exp_sums)(const float *x, int64_t count, float maximum, double *sum, double *weighted);
    float (*maximum)(const float *x, int64_t count);
};

// How the product with one token asks for the weights that it reads soon: not at all, one line of each unit past the
// caches, or every line into the nearest cache. Which is fastest is a measured fact of the kind of processor; the results
// are the same.
enum sg_fetch { SG_FETCH_NONE = 0, SG_FETCH_STREAM = 1, SG_FETCH_ALL = 2 };
enum sg_fetch sg_get_fetch_hint(void);
void sg_set_fetch_hint(enum sg_fetch hint);

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

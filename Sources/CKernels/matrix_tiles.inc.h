// Many tokens × weights of four bits with matrix instructions: tiles of 16 rows of 64 bytes. A product of 32 columns takes
// two: X = 4096 · upper + lower, each 16 · a + b with a in −128 … 127 and b in 0 … 15; the bytes a stand beside the bytes b
// in a token's row, the weights' 16 q beside q. A part of a unit is below 2^31 in either half and its whole is rounded
// once, so that the results are those of blocks, bit by bit.

// From so many tokens on.
#define SG_LEAST_TILED 8
#define TILE_TOKENS 16

// 32 columns of 16 tokens.
struct matrix_input {
    int8_t upper[TILE_TOKENS][64], lower[TILE_TOKENS][64];  // a of 32 columns, then b
    float scale[TILE_TOKENS], sum[TILE_TOKENS];             // as in sg_block, of the whole unit
    int32_t less[2][TILE_TOKENS];                           // −Σ upper, −Σ lower
};

INLINE void store_halves(int8_t *to, vint value) {
    const vint b = value & 15;
    const vsbyte low = __builtin_convertvector(b, vsbyte), high = __builtin_convertvector(value >> 4, vsbyte);
    memcpy(to, &high, sizeof high);
    memcpy(to + 32, &low, sizeof low);
}

INLINE void pack_matrix_row(const float *x, struct matrix_input *out, int64_t t) {
    vint fixed[2];
    const struct fixed_point scale = fix_unit(x, fixed);
    int32_t upper_sum = 0, lower_sum = 0;
    for (int half = 0; half < 2; half++) {
        const vint lower = ((fixed[half] + 2048) & 4095) - 2048, upper = (fixed[half] - lower) >> 12;
        store_halves(out->upper[t] + 16 * half, upper);
        store_halves(out->lower[t] + 16 * half, lower);
        upper_sum += sum_int_lanes(upper);
        lower_sum += sum_int_lanes(lower);
    }
    out->scale[t] = scale.down;
    out->sum[t] = (float)(upper_sum * 4096 + lower_sum) * scale.down;
    out->less[0][t] = -upper_sum;
    out->less[1][t] = -lower_sum;
}

static void pack_tiles(const float *x, int64_t x_stride, int64_t tokens, int64_t columns, int64_t begin, int64_t end,
                       struct matrix_input *inputs) {
    const int64_t units = columns / SG_UNIT;
    for (int64_t first = 0; first < tokens; first += TILE_TOKENS)
        for (int64_t unit = begin / SG_UNIT; unit < end / SG_UNIT; unit++) {
            struct matrix_input *to = inputs + first / TILE_TOKENS * units + unit;
            if (tokens - first < TILE_TOKENS) memset(to, 0, sizeof *to);
            for (int64_t t = 0; t < TILE_TOKENS && first + t < tokens; t++)
                pack_matrix_row(x + (first + t) * x_stride + unit * SG_UNIT, to, t);
        }
}

struct tile_configuration {
    uint8_t palette, start, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
};

// The weights of a unit as a tile: 16 q of the eight quads, then q.
INLINE void matrix_weights(int format, const uint8_t *unit, uint8_t *to) {
#pragma clang loop unroll(full)
    for (int c = 0; c < 8; c++) {
        const vuint q = quad(format, unit, c), high = q << 4;
        memcpy(to + 64 * c, &high, sizeof high);
        memcpy(to + 512 + 64 * c, &q, sizeof q);
    }
}

// One group of 16 rows × 16 tokens.
INLINE void matrix_tile(int format, const struct tile *given) {
    vfloat total[TILE_TOKENS];
    uint8_t weights[1024] __attribute__((aligned(64)));
    int32_t uppers[2][16 * 16] __attribute__((aligned(64))), lowers[2][16 * 16] __attribute__((aligned(64)));
#pragma clang loop unroll(full)
    for (int t = 0; t < TILE_TOKENS; t++) total[t] = fill(0);
    const int units = units_per_block(format), shift = offset_shift(format);
    const uint8_t *place = given->group;
    const struct matrix_input *in = given->input;
    for (int64_t begin = 0; begin < given->columns; begin += units * SG_UNIT) {
        const uint8_t *header = place;
        place += header_bytes(format);
        for (int u = 0; u < units; u++, place += unit_bytes(format), in++) {
            fetch_ahead(format, TILE_TOKENS, place, 0);
            const struct scales s = scales_of(format, header, place);
            int32_t *upper = uppers[u & 1], *lower = lowers[u & 1];
            matrix_weights(format, place, weights);
            _tile_loadd(2, weights, 64);
            _tile_loadd(3, in->upper, 64);
            _tile_loadd(4, in->lower, 64);
            _tile_zero(0);
            _tile_zero(1);
            _tile_dpbsud(0, 3, 2);
            _tile_dpbsud(1, 4, 2);
            _tile_stored(0, upper, 64);
            _tile_stored(1, lower, 64);
#pragma clang loop unroll(full)
            for (int t = 0; t < TILE_TOKENS; t++) {
                vint a = *(const vint *)(upper + 16 * t), b = *(const vint *)(lower + 16 * t);
                if (shift >= 0) a += fill_int(in->less[0][t]) << shift, b += fill_int(in->less[1][t]) << shift;
                const vfloat value = fma16(to_float(a), fill(4096), to_float(b));
                total[t] = fma16(s.scale[0] * fill(in->scale[t]), value, total[t]);
                if (has_minimum(format)) total[t] = fma16(s.minimum[0], fill(in->sum[t]), total[t]);
            }
        }
    }
    store_tile(given, TILE_TOKENS, total);
}

INLINE void multiply_tiles(int format, const struct sg_matrix *m, int64_t first, int64_t count,
                           const struct matrix_input *inputs, int64_t tokens, float *out, int64_t out_stride) {
    struct tile_configuration configuration = {.palette = 1};
    for (int i = 0; i < 8; i++) configuration.bytes[i] = 64, configuration.rows[i] = 16;
    _tile_loadconfig(&configuration);
    const int64_t units = m->columns / SG_UNIT;
    for (int64_t token = 0; token < tokens; token += TILE_TOKENS)
        for (int64_t group = first; group < first + count; group++) {
            const struct tile tile =
                tile_of(m, group, token, tokens, inputs + token / TILE_TOKENS * units, out, out_stride);
            matrix_tile(format, &tile);
        }
    _tile_release();
}

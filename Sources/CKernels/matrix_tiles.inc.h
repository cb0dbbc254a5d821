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
};

INLINE void store_halves(int8_t *to, vint value) {
    const vint b = value & 15;
    const vsbyte low = __builtin_convertvector(b, vsbyte), high = __builtin_convertvector(value >> 4, vsbyte);
    memcpy(to, &high, sizeof high);
    memcpy(to + 32, &low, sizeof low);
}

INLINE void pack_matrix_row(const float *x, struct matrix_input *out, int64_t t) {
    vint fixed[2];
    const float scale = fix_unit(x, fixed);
    for (int half = 0; half < 2; half++) {
        const vint lower = ((fixed[half] + 2048) & 4095) - 2048, upper = (fixed[half] - lower) >> 12;
        store_halves(out->upper[t] + 16 * half, upper);
        store_halves(out->lower[t] + 16 * half, lower);
    }
    out->scale[t] = scale;
    out->sum[t] = (float)sum_int_lanes(fixed[0] + fixed[1]);
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

// The weights of a unit as a tile: 16 q of the eight quads, then q; with an offset of 8 both are signed.
INLINE void matrix_weights(int format, const uint8_t *unit, uint8_t *to) {
#pragma clang loop unroll(full)
    for (int c = 0; c < 8; c++) {
        vuint q = quad(format, unit, c), high = q << 4;
        if (offset_shift(format) == 3) {
            high ^= 0x80808080u;
            q = (vuint)_mm512_sub_epi8((__m512i)q, _mm512_set1_epi8(8));
        }
        memcpy(to + 64 * c, &high, sizeof high);
        memcpy(to + 512 + 64 * c, &q, sizeof q);
    }
}

// So many units are made ready at a time, for so many tiles of tokens, which is what the nearest cache holds.
#define STAGED_UNITS 16
#define STAGED_TILES 4

struct staged_weights {
    uint8_t bytes[STAGED_UNITS][1024] __attribute__((aligned(64)));
    vfloat scale[STAGED_UNITS], minimum[STAGED_UNITS];
};

// The two products of a unit on their way to memory.
struct matrix_sums { int32_t upper[TILE_TOKENS * SG_LANES], lower[TILE_TOKENS * SG_LANES]; } __attribute__((aligned(64)));

INLINE void matrix_products(int format, const uint8_t *weights, const struct matrix_input *in) {
    _tile_loadd(2, weights, 64);
    _tile_loadd(3, in->upper, 64);
    _tile_loadd(4, in->lower, 64);
    _tile_zero(0);
    _tile_zero(1);
    if (offset_shift(format) == 3) {
        _tile_dpbssd(0, 3, 2);
        _tile_dpbssd(1, 4, 2);
    } else {
        _tile_dpbsud(0, 3, 2);
        _tile_dpbsud(1, 4, 2);
    }
}

INLINE void add_matrix_sums(int format, vfloat scale, vfloat minimum, const struct matrix_input *in,
                            const struct matrix_sums *sums, vfloat *total) {
#pragma clang loop unroll(full)
    for (int t = 0; t < TILE_TOKENS; t++) {
        const vint upper = *(const vint *)(sums->upper + SG_LANES * t), lower = *(const vint *)(sums->lower + SG_LANES * t);
        const vfloat value = fma16(to_float(upper), fill(4096), to_float(lower));
        const vfloat unit = has_minimum(format) ? fma16(scale, value, minimum * fill(in->sum[t])) : scale * value;
        total[t] = fma16(unit, fill(in->scale[t]), total[t]);
    }
}

// Adds `units` units to the totals of 16 rows × 16 tokens. A unit's products run while those of the one before are added.
INLINE void matrix_tile(int format, const struct staged_weights *w, int64_t units, const struct matrix_input *in,
                        vfloat *totals) {
    vfloat total[TILE_TOKENS];
    struct matrix_sums sums;
#pragma clang loop unroll(full)
    for (int t = 0; t < TILE_TOKENS; t++) total[t] = totals[t];
    for (int64_t u = 0; u < units; u++) {
        matrix_products(format, w->bytes[u], in + u);
        if (u > 0) add_matrix_sums(format, w->scale[u - 1], w->minimum[u - 1], in + u - 1, &sums, total);
        _tile_stored(0, sums.upper, 64);
        _tile_stored(1, sums.lower, 64);
    }
    add_matrix_sums(format, w->scale[units - 1], w->minimum[units - 1], in + units - 1, &sums, total);
#pragma clang loop unroll(full)
    for (int t = 0; t < TILE_TOKENS; t++) totals[t] = total[t];
}

// One group of 16 rows × up to STAGED_TILES tiles of tokens.
INLINE void matrix_group(int format, const struct tile *given, int64_t tiles) {
    struct staged_weights w;
    vfloat totals[STAGED_TILES][TILE_TOKENS];
    for (int64_t i = 0; i < tiles; i++)
        for (int t = 0; t < TILE_TOKENS; t++) totals[i][t] = fill(0);
    const int64_t units = given->columns / SG_UNIT;
    const uint8_t *place = given->group, *header = place;
    for (int64_t begin = 0; begin < units; begin += STAGED_UNITS) {
        const int64_t count = units - begin < STAGED_UNITS ? units - begin : STAGED_UNITS;
        for (int64_t u = 0; u < count; u++, place += unit_bytes(format)) {
            if ((begin + u) % units_per_block(format) == 0) header = place, place += header_bytes(format);
            fetch_ahead(format, TILE_TOKENS, place, 0);
            matrix_weights(format, place, w.bytes[u]);
            const struct scales s = scales_of(format, header, place);
            w.scale[u] = s.scale[0];
            if (has_minimum(format)) w.minimum[u] = s.minimum[0];
        }
        for (int64_t i = 0; i < tiles; i++)
            matrix_tile(format, &w, count, (const struct matrix_input *)given->input + i * units + begin, totals[i]);
    }
    struct tile to = *given;
    for (int64_t i = 0; i < tiles; i++) {
        store_tile(&to, TILE_TOKENS, totals[i]);
        to.out += TILE_TOKENS * to.out_stride;
        to.valid -= TILE_TOKENS;
    }
}

INLINE void multiply_tiles(int format, const struct sg_matrix *m, int64_t first, int64_t count,
                           const struct matrix_input *inputs, int64_t tokens, float *out, int64_t out_stride) {
    struct tile_configuration configuration = {.palette = 1};
    for (int i = 0; i < 8; i++) configuration.bytes[i] = 64, configuration.rows[i] = 16;
    _tile_loadconfig(&configuration);
    const int64_t units = m->columns / SG_UNIT;
    for (int64_t token = 0; token < tokens; token += STAGED_TILES * TILE_TOKENS) {
        const int64_t left = (tokens - token + TILE_TOKENS - 1) / TILE_TOKENS;
        for (int64_t group = first; group < first + count; group++) {
            const struct tile tile =
                tile_of(m, group, token, tokens, inputs + token / TILE_TOKENS * units, out, out_stride);
            matrix_group(format, &tile, left < STAGED_TILES ? left : STAGED_TILES);
        }
    }
    _tile_release();
}

// Many tokens × weights with matrix instructions: tiles of 16 rows of up to 64 bytes. X of an input has three digits (see
// blocks.inc.h), and a product of 32 columns takes three tiles of 32 bytes a row, one for each. Weights of up to four bits fold
// it into two: X = 4096 · upper + lower, each 16 · a + b with a in −128 … 127 and b in 0 … 15; the bytes a stand beside the bytes
// b in a token's row, the weights' 16 q beside q, and a part of a unit is below 2^31 in either half. Either way the sums are
// exact and their whole is rounded as that of blocks, so that the results are the same, bit by bit.

// From so many tokens on.
#define SG_LEAST_TILED 8
#define TILE_TOKENS 16

INLINE bool is_folded(int format) { return factor_bits(format) <= 4; }

// 32 columns of 16 tokens; scale and sum as in sg_block, of the whole unit.
struct folded_input {
    int8_t halves[2][TILE_TOKENS][64];  // upper, lower: a of 32 columns, then b
    float scale[TILE_TOKENS], sum[TILE_TOKENS];
};
struct digit_input {
    int8_t digits[3][TILE_TOKENS][32];  // low, middle, high
    float scale[TILE_TOKENS], sum[TILE_TOKENS];
};

INLINE int64_t input_unit_bytes(bool folded) {
    return folded ? sizeof(struct folded_input) : sizeof(struct digit_input);
}
INLINE const float *input_scale(bool folded, const uint8_t *in) {
    return folded ? ((const struct folded_input *)in)->scale : ((const struct digit_input *)in)->scale;
}
INLINE const float *input_sum(bool folded, const uint8_t *in) {
    return folded ? ((const struct folded_input *)in)->sum : ((const struct digit_input *)in)->sum;
}

INLINE void store_halves(int8_t *to, vint value) {
    const vint b = value & 15;
    const vsbyte low = __builtin_convertvector(b, vsbyte), high = __builtin_convertvector(value >> 4, vsbyte);
    memcpy(to, &high, sizeof high);
    memcpy(to + 32, &low, sizeof low);
}

INLINE void pack_folded_row(const float *x, struct folded_input *out, int64_t t) {
    vint fixed[2];
    out->scale[t] = fix_unit(x, fixed);
    for (int half = 0; half < 2; half++) {
        const vint lower = ((fixed[half] + 2048) & 4095) - 2048, upper = (fixed[half] - lower) >> 12;
        store_halves(out->halves[0][t] + 16 * half, upper);
        store_halves(out->halves[1][t] + 16 * half, lower);
    }
    out->sum[t] = (float)sum_int_lanes(fixed[0] + fixed[1]);
}

INLINE void pack_digit_row(const float *x, struct digit_input *out, int64_t t) {
    vint fixed[2];
    out->scale[t] = fix_unit(x, fixed);
    for (int half = 0; half < 2; half++) {
        const vuint biased = biased_digits(fixed[half]);
#pragma clang loop unroll(full)
        for (int digit = 0; digit < 3; digit++) {
            const vbyte bytes = __builtin_convertvector(biased >> 8 * digit & 255, vbyte) ^ 0x80;
            memcpy(out->digits[digit][t] + 16 * half, &bytes, sizeof bytes);
        }
    }
    out->sum[t] = (float)sum_int_lanes(fixed[0] + fixed[1]);
}

INLINE void pack_tiles(bool folded, const float *x, int64_t x_stride, int64_t tokens, int64_t columns, int64_t begin,
                       int64_t end, uint8_t *inputs) {
    const int64_t units = columns / SG_UNIT, size = input_unit_bytes(folded);
    for (int64_t first = 0; first < tokens; first += TILE_TOKENS)
        for (int64_t unit = begin / SG_UNIT; unit < end / SG_UNIT; unit++) {
            uint8_t *to = inputs + (first / TILE_TOKENS * units + unit) * size;
            if (tokens - first < TILE_TOKENS) memset(to, 0, (size_t)size);
            for (int64_t t = 0; t < TILE_TOKENS && first + t < tokens; t++) {
                const float *row = x + (first + t) * x_stride + unit * SG_UNIT;
                if (folded) pack_folded_row(row, (struct folded_input *)to, t);
                else pack_digit_row(row, (struct digit_input *)to, t);
            }
        }
}

struct tile_configuration {
    uint8_t palette, start, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
};

// The weights of a unit as a tile, with a sign: of folded ones 16 q of the eight quads, then q.
INLINE void matrix_weights(int format, const uint8_t *unit, const struct codes *codes, uint8_t *to) {
    const int shift = offset_shift(format);
#pragma clang loop unroll(full)
    for (int c = 0; c < 8; c++) {
        vuint q = quad(format, unit, c, codes);
        if (shift >= 0) q = (vuint)_mm512_sub_epi8((__m512i)q, _mm512_set1_epi8((char)(1 << shift)));
        if (is_folded(format)) {
            const vuint high = q << 4 & 0xF0F0F0F0u;
            memcpy(to + 64 * c, &high, sizeof high);
            memcpy(to + 512 + 64 * c, &q, sizeof q);
        } else {
            memcpy(to + 64 * c, &q, sizeof q);
        }
    }
}

// So many units are made ready at a time, for so many tiles of tokens: the weights of twice as many crowd the tokens out of
// the nearest cache (measured: 16 tokens take a third longer).
#define STAGED_UNITS 8
#define STAGED_TILES 4

struct staged_weights {
    uint8_t bytes[STAGED_UNITS][1024] __attribute__((aligned(64)));
    vfloat scale[STAGED_UNITS], minimum[STAGED_UNITS];
};

// The products of a unit on their way to memory: the upper and lower half, or the three digits.
struct matrix_sums { int32_t of[3][TILE_TOKENS * SG_LANES]; } __attribute__((aligned(64)));

// Tiles 0 to 2: sums; 3: weights; 4 to 6: digits, or halves.
INLINE void configure_tiles(bool folded) {
    struct tile_configuration configuration = {.palette = 1};
    for (int i = 0; i < 7; i++) configuration.bytes[i] = 64, configuration.rows[i] = 16;
    if (!folded) {
        configuration.rows[3] = 8;
        for (int i = 4; i < 7; i++) configuration.bytes[i] = 32;
    }
    _tile_loadconfig(&configuration);
}

INLINE void matrix_products(int format, const uint8_t *weights, const uint8_t *in) {
    _tile_loadd(3, weights, 64);
    _tile_zero(0);
    _tile_zero(1);
    if (is_folded(format)) {
        const struct folded_input *input = (const struct folded_input *)in;
        _tile_loadd(4, input->halves[0], 64);
        _tile_loadd(5, input->halves[1], 64);
        if (offset_shift(format) >= 0) {
            _tile_dpbssd(0, 4, 3);
            _tile_dpbssd(1, 5, 3);
        } else {
            _tile_dpbsud(0, 4, 3);
            _tile_dpbsud(1, 5, 3);
        }
    } else {
        const struct digit_input *input = (const struct digit_input *)in;
        _tile_loadd(4, input->digits[0], 32);
        _tile_loadd(5, input->digits[1], 32);
        _tile_loadd(6, input->digits[2], 32);
        _tile_zero(2);
        _tile_dpbssd(0, 4, 3);
        _tile_dpbssd(1, 5, 3);
        _tile_dpbssd(2, 6, 3);
    }
}

INLINE vint sum_of(const struct matrix_sums *sums, int which, int t) {
    return *(const vint *)(sums->of[which] + SG_LANES * t);
}

INLINE void add_matrix_sums(int format, vfloat scale, vfloat minimum, const uint8_t *in, const struct matrix_sums *sums,
                            vfloat *total) {
    const bool folded = is_folded(format);
    const float *scales = input_scale(folded, in), *all = input_sum(folded, in);
#pragma clang loop unroll(full)
    for (int t = 0; t < TILE_TOKENS; t++) {
        const vint first = sum_of(sums, 0, t), second = sum_of(sums, 1, t);
        const vfloat value = folded ? fma16(to_float(first), fill(4096), to_float(second))
                                    : byte_above(to_float((sum_of(sums, 2, t) << 8) + second), to_float(first));
        const vfloat unit = has_minimum(format) ? fma16(scale, value, minimum * fill(all[t])) : scale * value;
        total[t] = fma16(unit, fill(scales[t]), total[t]);
    }
}

// Adds `units` units to the totals of 16 rows × 16 tokens. A unit's products run while those of the one before are added.
INLINE void matrix_tile(int format, const struct staged_weights *w, int64_t units, const uint8_t *in, vfloat *totals) {
    const int64_t size = input_unit_bytes(is_folded(format));
    vfloat total[TILE_TOKENS];
    struct matrix_sums sums;
#pragma clang loop unroll(full)
    for (int t = 0; t < TILE_TOKENS; t++) total[t] = totals[t];
    for (int64_t u = 0; u < units; u++) {
        matrix_products(format, w->bytes[u], in + u * size);
        if (u > 0) add_matrix_sums(format, w->scale[u - 1], w->minimum[u - 1], in + (u - 1) * size, &sums, total);
        _tile_stored(0, sums.of[0], 64);
        _tile_stored(1, sums.of[1], 64);
        if (!is_folded(format)) _tile_stored(2, sums.of[2], 64);
    }
    add_matrix_sums(format, w->scale[units - 1], w->minimum[units - 1], in + (units - 1) * size, &sums, total);
#pragma clang loop unroll(full)
    for (int t = 0; t < TILE_TOKENS; t++) totals[t] = total[t];
}

// One group of 16 rows × up to STAGED_TILES tiles of tokens.
INLINE void matrix_group(int format, const struct tile *given, int64_t tiles) {
    struct staged_weights w;
    vfloat totals[STAGED_TILES][TILE_TOKENS];
    for (int64_t i = 0; i < tiles; i++)
        for (int t = 0; t < TILE_TOKENS; t++) totals[i][t] = fill(0);
    const struct codes codes = codes_of(format, given->codes);
    const int64_t units = given->columns / SG_UNIT, size = input_unit_bytes(is_folded(format));
    const uint8_t *place = given->group, *header = place;
    for (int64_t begin = 0; begin < units; begin += STAGED_UNITS) {
        const int64_t count = units - begin < STAGED_UNITS ? units - begin : STAGED_UNITS;
        for (int64_t u = 0; u < count; u++, place += unit_bytes(format)) {
            if ((begin + u) % units_per_block(format) == 0) header = place, place += header_bytes(format);
            fetch_ahead(format, TILE_TOKENS, place, 0);
            matrix_weights(format, place, &codes, w.bytes[u]);
            const struct scales s = scales_of(format, header, place, &codes);
            w.scale[u] = s.scale[0];
            if (has_minimum(format)) w.minimum[u] = s.minimum[0];
        }
        for (int64_t i = 0; i < tiles; i++)
            matrix_tile(format, &w, count, (const uint8_t *)given->input + (i * units + begin) * size, totals[i]);
    }
    struct tile to = *given;
    for (int64_t i = 0; i < tiles; i++) {
        store_tile(&to, TILE_TOKENS, totals[i]);
        to.out += TILE_TOKENS * to.out_stride;
        to.valid -= TILE_TOKENS;
    }
}

INLINE void multiply_tiles(int format, const struct sg_matrix *m, int64_t first, int64_t count, const uint8_t *inputs,
                           int64_t tokens, float *out, int64_t out_stride) {
    const bool folded = is_folded(format);
    configure_tiles(folded);
    const int64_t row = m->columns / SG_UNIT * input_unit_bytes(folded);
    for (int64_t token = 0; token < tokens; token += STAGED_TILES * TILE_TOKENS) {
        const int64_t left = (tokens - token + TILE_TOKENS - 1) / TILE_TOKENS;
        for (int64_t group = first; group < first + count; group++) {
            const struct tile tile =
                tile_of(m, group, token, tokens, inputs + token / TILE_TOKENS * row, out, out_stride);
            matrix_group(format, &tile, left < STAGED_TILES ? left : STAGED_TILES);
        }
    }
    _tile_release();
}

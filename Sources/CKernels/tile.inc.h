// What all products share: a tile of results, and fetching weights ahead.

// How far ahead of the unit at work memory is fetched, in bytes: for one token, which waits for memory, and for many.
#define AHEAD_ALONE 4096
#define AHEAD 2048

// What a tile computes: 16 rows × `width` tokens (a constant) of which the first `valid` are stored.
struct tile {
    const uint8_t *group;
    int64_t columns, rows;  // rows from the group's first to the matrix's last
    const void *input;      // as laid out for the format
    float *out;             // (token, out_stride)
    int64_t out_stride, valid;
    const struct sg_codes *codes;  // of a format that has some
    int hint;                      // how one token's product fetches weights ahead
};

INLINE void store_tile(const struct tile *to, int width, const vfloat *total) {
#pragma clang loop unroll(full)
    for (int t = 0; t < width; t++) {
        if (t >= to->valid) return;
        store_rows(to->out + t * to->out_stride, total[t], to->rows);
    }
}

// Fetches a unit that will be read soon; the processor alone starts too late when a core reads only a little a second.
// Which hint helps is the processor's (see sg_fetch_hint).
INLINE void fetch_ahead(int format, int width, const uint8_t *place, int hint) {
    if (width == 1 && hint == SG_FETCH_STREAM) __builtin_prefetch(place + AHEAD_ALONE, 0, 0);
    else if (width > 1 || hint == SG_FETCH_ALL)
#pragma clang loop unroll(full)
        for (int line = 0; line < unit_bytes(format); line += 64)
            __builtin_prefetch(place + (width == 1 ? AHEAD_ALONE : AHEAD) + line, 0, 3);
}

INLINE struct tile tile_of(const struct sg_matrix *m, int64_t group, int64_t token, int64_t tokens, const void *input,
                           float *out, int64_t out_stride) {
    return (struct tile){
        m->bytes + group * m->group_bytes, m->columns, m->rows - group * SG_LANES, input,
        out + token * out_stride + group * SG_LANES, out_stride, tokens - token, sg_codes_of(m->format), sg_fetch_hint,
    };
}

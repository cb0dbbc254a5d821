// Writing zlib streams (RFC 1950, 1951), a whole input at once. It is cut into blocks of at most 65,535 bytes, each written
// with codes of its own or as it is, whichever is shorter.
#include <stdbool.h>
#include <stdint.h>

#include "adler.h"
#include "prefix_codes.h"
#include "string.h"
#include "system.h"
#include "zlib.h"

#define BLOCK 65535
#define WINDOW 32768
// How many earlier places with the same three bytes are looked at, and from which length on a repetition is taken at once.
#define MOST_LOOKS 48
#define LONG_ENOUGH 64

#define LITERALS 286
#define DISTANCES 30
#define LENGTHS 19

struct work {
    int32_t latest[WINDOW], before[WINDOW];  // places by their three bytes: the last one, and the one before each
    uint32_t items[BLOCK];                   // a byte, or REPEAT | (length − 3) << 16 | distance − 1
    int item_count;
    struct code literals, distances, lengths;
    uint8_t runs[LITERALS + DISTANCES], run_extras[LITERALS + DISTANCES];  // the two codes' lengths, repetitions told short
    int run_count;
};
#define REPEAT 0x80000000u

struct output {
    uint8_t *next;
    uint64_t bits;
    int count;
};

static void put(struct output *out, uint32_t value, int count) {
    out->bits |= (uint64_t)value << out->count;
    for (out->count += count; out->count >= 8; out->count -= 8, out->bits >>= 8) *out->next++ = (uint8_t)out->bits;
}

static void fill_byte(struct output *out) {
    if (out->count > 0) put(out, 0, 8 - out->count);
}

static void put_symbol(struct output *out, const struct code *code, int symbol) {
    put(out, code->bits[symbol], code->lengths[symbol]);
}

// --- Lengths and distances as symbols with further bits ---

struct symbol {
    int code, extra_count;
    uint32_t extra;
};

static int logarithm(uint32_t x) { return 31 - __builtin_clz(x); }

static struct symbol length_symbol(uint32_t beyond_three) {
    if (beyond_three < 8) return (struct symbol){257 + (int)beyond_three, 0, 0};
    if (beyond_three == 255) return (struct symbol){285, 0, 0};
    const int extra = logarithm(beyond_three) - 2;
    return (struct symbol){261 + 4 * extra + (int)(beyond_three >> extra & 3), extra, beyond_three & ((1u << extra) - 1)};
}

static struct symbol distance_symbol(uint32_t beyond_one) {
    if (beyond_one < 2) return (struct symbol){(int)beyond_one, 0, 0};
    const int extra = logarithm(beyond_one) - 1;
    return (struct symbol){2 * extra + 2 + (int)(beyond_one >> extra & 1), extra, beyond_one & ((1u << extra) - 1)};
}

// --- Repetitions ---

static uint32_t three_bytes(const uint8_t *p) {
    return ((p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16) * 0x9E3779B1u) >> 17;
}

// The longest repetition of what stands at `place`; its length, 0 where there is none of three bytes.
static int longest(const struct work *work, const uint8_t *bytes, int32_t place, int32_t end, int32_t *distance) {
    const int most = end - place < 258 ? end - place : 258;
    if (most < 3) return 0;
    int best = 2;
    int32_t at = work->latest[three_bytes(bytes + place)];
    for (int look = 0; look < MOST_LOOKS && at >= 0 && place - at <= WINDOW; look++) {
        if (bytes[at + best] == bytes[place + best] || best == 2) {
            int length = 0;
            while (length < most && bytes[at + length] == bytes[place + length]) length++;
            if (length > best) {
                best = length;
                *distance = place - at;
                if (best == most) break;
            }
        }
        const int32_t earlier = work->before[at & (WINDOW - 1)];
        if (earlier >= at) break;
        at = earlier;
    }
    return best > 2 ? best : 0;
}

static void remember(struct work *work, const uint8_t *bytes, int32_t place, int32_t count) {
    if (count - place < 3) return;
    int32_t *latest = &work->latest[three_bytes(bytes + place)];
    work->before[place & (WINDOW - 1)] = *latest;
    *latest = place;
}

static void add_item(struct work *work, uint32_t item) {
    work->items[work->item_count++] = item;
    if (!(item & REPEAT)) {
        work->literals.counts[item]++;
        return;
    }
    work->literals.counts[length_symbol(item >> 16 & 255).code]++;
    work->distances.counts[distance_symbol(item & 0xFFFF).code]++;
}

// The items of bytes from ..< end. A repetition waits for whether the next place has a longer one.
static void find_items(struct work *work, const uint8_t *bytes, int32_t from, int32_t end, int32_t count, bool looks) {
    work->item_count = 0;
    memset(work->literals.counts, 0, sizeof work->literals.counts);
    memset(work->distances.counts, 0, sizeof work->distances.counts);
    work->literals.counts[256] = 1;
    int32_t place = from, distance = 0;
    int length = looks ? longest(work, bytes, place, end, &distance) : 0;
    while (place < end) {
        if (!looks) {
            add_item(work, bytes[place++]);
            continue;
        }
        remember(work, bytes, place, count);
        int32_t next_distance = 0;
        int next = 0;
        if (length < LONG_ENOUGH) next = longest(work, bytes, place + 1, end, &next_distance);
        if (length == 0 || next > length) {
            add_item(work, bytes[place++]);
        } else {
            add_item(work, REPEAT | (uint32_t)(length - 3) << 16 | (uint32_t)(distance - 1));
            for (int i = 1; i < length; i++) remember(work, bytes, place + i, count);
            place += length;
            next = longest(work, bytes, place, end, &next_distance);
        }
        length = next;
        distance = next_distance;
    }
}

// --- Blocks ---

static void add_run(struct work *work, int symbol, int extra) {
    work->runs[work->run_count] = (uint8_t)symbol;
    work->run_extras[work->run_count++] = (uint8_t)extra;
    work->lengths.counts[symbol]++;
}

// The lengths of both codes one after the other: 16 repeats the one before, 17 and 18 are zeros.
static void find_runs(struct work *work, const uint8_t *lengths, int count) {
    work->run_count = 0;
    memset(work->lengths.counts, 0, sizeof work->lengths.counts);
    for (int i = 0; i < count;) {
        const int value = lengths[i];
        int times = 1;
        while (i + times < count && lengths[i + times] == value) times++;
        i += times;
        if (value) add_run(work, value, 0), times--;
        while (times > 0) {
            const int most = value ? 6 : times > 10 ? 138 : 10, part = times < most ? times : most;
            if (part < 3) add_run(work, value, 0), times--;
            else add_run(work, value ? 16 : part > 10 ? 18 : 17, part - (part > 10 ? 11 : 3)), times -= part;
        }
    }
}

static const uint8_t length_order[LENGTHS] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
static int run_extra_bits(int symbol) { return symbol == 16 ? 2 : symbol == 17 ? 3 : symbol == 18 ? 7 : 0; }

// Makes the block's codes; returns its bits.
static uint64_t make_codes(struct work *work, int *literal_count, int *distance_count, int *length_count) {
    make_code(&work->literals, LITERALS, 15);
    make_code(&work->distances, DISTANCES, 15);
    *literal_count = LITERALS;
    while (!work->literals.lengths[*literal_count - 1]) --*literal_count;
    *distance_count = DISTANCES;
    while (!work->distances.lengths[*distance_count - 1]) --*distance_count;
    uint8_t both[LITERALS + DISTANCES];
    memcpy(both, work->literals.lengths, (size_t)*literal_count);
    memcpy(both + *literal_count, work->distances.lengths, (size_t)*distance_count);
    find_runs(work, both, *literal_count + *distance_count);
    make_code(&work->lengths, LENGTHS, 7);
    *length_count = LENGTHS;
    while (*length_count > 4 && !work->lengths.lengths[length_order[*length_count - 1]]) --*length_count;
    uint64_t bits = 3 + 14 + 3 * (uint64_t)*length_count;
    for (int i = 0; i < work->run_count; i++)
        bits += work->lengths.lengths[work->runs[i]] + (uint32_t)run_extra_bits(work->runs[i]);
    for (int i = 0; i < LITERALS; i++) {
        const int extra = i < 265 || i == 285 ? 0 : (i - 261) / 4;
        bits += (uint64_t)work->literals.counts[i] * (uint32_t)(work->literals.lengths[i] + extra);
    }
    for (int i = 0; i < DISTANCES; i++)
        bits += (uint64_t)work->distances.counts[i] * (uint32_t)(work->distances.lengths[i] + (i < 2 ? 0 : i / 2 - 1));
    return bits;
}

static void put_items(struct work *work, struct output *out, int literal_count, int distance_count, int length_count) {
    put(out, (uint32_t)literal_count - 257, 5);
    put(out, (uint32_t)distance_count - 1, 5);
    put(out, (uint32_t)length_count - 4, 4);
    for (int i = 0; i < length_count; i++) put(out, work->lengths.lengths[length_order[i]], 3);
    for (int i = 0; i < work->run_count; i++) {
        put_symbol(out, &work->lengths, work->runs[i]);
        put(out, work->run_extras[i], run_extra_bits(work->runs[i]));
    }
    for (int i = 0; i < work->item_count; i++) {
        const uint32_t item = work->items[i];
        if (!(item & REPEAT)) {
            put_symbol(out, &work->literals, (int)item);
            continue;
        }
        const struct symbol length = length_symbol(item >> 16 & 255), distance = distance_symbol(item & 0xFFFF);
        put_symbol(out, &work->literals, length.code);
        put(out, length.extra, length.extra_count);
        put_symbol(out, &work->distances, distance.code);
        put(out, distance.extra, distance.extra_count);
    }
    put_symbol(out, &work->literals, 256);
}

static void put_block(struct work *work, struct output *out, const uint8_t *bytes, int32_t from, int32_t end,
                      int32_t count, bool looks) {
    find_items(work, bytes, from, end, count, looks);
    int literal_count, distance_count, length_count;
    const uint64_t bits = make_codes(work, &literal_count, &distance_count, &length_count);
    const uint32_t size = (uint32_t)(end - from);
    put(out, end == count, 1);
    if (bits < 8 * ((uint64_t)size + 4)) {
        put(out, 2, 2);
        put_items(work, out, literal_count, distance_count, length_count);
        return;
    }
    put(out, 0, 2);
    fill_byte(out);
    put(out, size, 16);
    put(out, size ^ 0xFFFF, 16);
    if (size) memcpy(out->next, bytes + from, size);
    out->next += size;
}

// --- zlib's functions ---

int deflateInit2_(z_stream *stream, int level, int method, int window_bits, int memory_level, int strategy,
                  const char *version, int stream_size) {
    stream->strategy = strategy;
    return Z_OK;
}

int deflateEnd(z_stream *stream) { return Z_OK; }

uLong deflateBound(z_stream *stream, uLong count) { return count + (count / BLOCK + 1) * 5 + 7; }

int deflate(z_stream *stream, int flush) {
    const uint8_t *bytes = stream->next_in;
    const uLong count = stream->avail_in;
    if (stream->avail_out < deflateBound(stream, count) || count > 0x7FFFFFFF - 2 * WINDOW) return Z_BUF_ERROR;
    struct work *work = malloc(sizeof *work);
    if (!work) return Z_MEM_ERROR;
    memset(work->latest, -1, sizeof work->latest);
    memset(work->before, -1, sizeof work->before);
    const uint32_t check = adler32(bytes, count);
    struct output out = {stream->next_out, 0, 0};
    put(&out, 0x9C78, 16);
    int32_t from = 0;
    do {
        const int32_t end = (int32_t)count - from < BLOCK ? (int32_t)count : from + BLOCK;
        put_block(work, &out, bytes, from, end, (int32_t)count, stream->strategy != Z_HUFFMAN_ONLY);
        from = end;
    } while (from < (int32_t)count);
    fill_byte(&out);
    free(work);
    for (int shift = 24; shift >= 0; shift -= 8) *out.next++ = (uint8_t)(check >> shift);
    stream->next_in += count;
    stream->total_out = (uLong)(out.next - stream->next_out);
    return Z_STREAM_END;
}

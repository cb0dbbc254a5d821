// Making the prefix codes of zlib streams (RFC 1951): the shortest for how often each symbol is.
#ifndef STEPGLASS_PREFIX_CODES_H
#define STEPGLASS_PREFIX_CODES_H
#include <stdbool.h>
#include <stdint.h>

#include "string.h"

#define MOST_SYMBOLS 286

// A prefix code as it is made: how often each symbol is, its length in bits and its bits.
struct code {
    uint32_t counts[MOST_SYMBOLS];
    uint8_t lengths[MOST_SYMBOLS];
    uint16_t bits[MOST_SYMBOLS];
};

// The symbols in use, the rarest first. At least two, so that each has a bit.
static inline int in_order(struct code *code, int symbols, uint16_t *order) {
    int used = 0;
    for (int i = 0; i < symbols; i++) used += code->counts[i] > 0;
    for (int i = 0; used < 2; i++)
        if (!code->counts[i]) code->counts[i] = 1, used++;
    used = 0;
    for (int i = 0; i < symbols; i++) {
        if (!code->counts[i]) continue;
        int place = used++;
        for (; place > 0 && code->counts[order[place - 1]] > code->counts[i]; place--) order[place] = order[place - 1];
        order[place] = (uint16_t)i;
    }
    return used;
}

// How many symbols get each length, by joining the two rarest again and again (Huffman). No length is above `most`.
static inline void count_lengths(const struct code *code, const uint16_t *order, int used, int most, int *of_length) {
    uint32_t weights[2 * MOST_SYMBOLS];
    uint16_t parents[2 * MOST_SYMBOLS];
    for (int i = 0; i < used; i++) weights[i] = code->counts[order[i]];
    int leaf = 0, joined = used;
    for (int made = used; made < 2 * used - 1; made++) {
        weights[made] = 0;
        for (int part = 0; part < 2; part++) {
            const bool is_leaf = leaf < used && (joined >= made || weights[leaf] <= weights[joined]);
            const int taken = is_leaf ? leaf++ : joined++;
            weights[made] += weights[taken];
            parents[taken] = (uint16_t)made;
        }
    }
    uint16_t depths[2 * MOST_SYMBOLS];
    depths[2 * used - 2] = 0;
    memset(of_length, 0, 16 * sizeof *of_length);
    for (int i = 2 * used - 3; i >= 0; i--) {
        depths[i] = depths[parents[i]] + 1;
        if (i < used) of_length[depths[i] < most ? depths[i] : most]++;
    }
    // What was cut to the longest length takes more than there is: a shorter symbol goes down beside one of the longest.
    int32_t taken = 0;
    for (int length = 1; length <= most; length++) taken += of_length[length] << (most - length);
    for (; taken > 1 << most; taken--) {
        int length = most - 1;
        while (!of_length[length]) length--;
        of_length[length]--;
        of_length[length + 1] += 2;
        of_length[most]--;
    }
}

static inline void make_code(struct code *code, int symbols, int most) {
    uint16_t order[MOST_SYMBOLS], next[17];
    int of_length[16];
    const int used = in_order(code, symbols, order);
    count_lengths(code, order, used, most, of_length);
    memset(code->lengths, 0, sizeof code->lengths);
    int place = 0;
    for (int length = most; length > 0; length--)
        for (int i = 0; i < of_length[length]; i++) code->lengths[order[place++]] = (uint8_t)length;
    next[1] = 0;
    for (int length = 1; length < most; length++) next[length + 1] = (uint16_t)((next[length] + of_length[length]) << 1);
    for (int i = 0; i < symbols; i++) {
        uint32_t bits = code->lengths[i] ? next[code->lengths[i]]++ : 0, turned = 0;
        for (int bit = 0; bit < code->lengths[i]; bit++, bits >>= 1) turned = turned << 1 | (bits & 1);
        code->bits[i] = (uint16_t)turned;
    }
}
#endif

// Passes over a vocabulary of logits, see include/choose.h.
#include "choose.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "exponential.inc.h"

#pragma STDC FP_CONTRACT OFF

static double real_of(uint64_t bits) { double value; memcpy(&value, &bits, sizeof value); return value; }
static uint64_t bits_of(double value) { uint64_t bits; memcpy(&bits, &value, sizeof bits); return bits; }

double stepglass_exp(double x) {
    if (!(x >= EXP_LOWEST)) return 0;
    if (x > 709) return INFINITY;
#define AS(TYPE, value) _Generic((value), double: bits_of, uint64_t: real_of)(value)
    EXP_CORE(double, uint64_t, x, result)
#undef AS
    return result;
}

static const struct sg_passes *best(void) { return sg_passes_at(0); }

StepglassExpSums stepglass_exp_sums(
    const float *logits, long count, float reference, const int32_t *skip, long skip_count) {
    return best()->exp_sums(logits, count, reference, skip, skip_count);
}

long stepglass_lane_maxima(const float *logits, long count, float *maxima, long *kept) {
    return best()->lane_maxima(logits, count, maxima, kept);
}

void stepglass_divide(float *logits, long count, double divisor) { best()->divide(logits, count, divisor); }

long stepglass_remove_below(float *logits, long count, float threshold) {
    return best()->remove_below(logits, count, threshold);
}

long stepglass_count_above(const float *logits, long count, float value) {
    return best()->count_above(logits, count, value);
}

// Order-preserving bits of a float, turned round so that a larger logit has a smaller key. -0 counts as 0.
static uint32_t falling_key(float logit) {
    uint32_t bits;
    const float plain = logit + 0.0f;
    memcpy(&bits, &plain, sizeof bits);
    return bits & 0x80000000u ? bits : ~(bits | 0x80000000u);
}

long stepglass_gather(
    const float *logits, long count, const float *maxima, float threshold, StepglassRanked *out, long capacity) {
    long found = 0;
    for (long start = 0; start < count; start += STEPGLASS_GROUP) {
        if (maxima) {
            int any = 0;
            const float *group = maxima + start / STEPGLASS_GROUP * STEPGLASS_LANES;
            for (int lane = 0; lane < STEPGLASS_LANES; lane++) any |= group[lane] >= threshold;
            if (!any) continue;
        }
        const long end = count - start < STEPGLASS_GROUP ? count : start + STEPGLASS_GROUP;
        for (long id = start; id < end; id++) {
            const float x = logits[id];
            if (!(x >= threshold && x > -INFINITY)) continue;
            if (found < capacity) out[found] = (StepglassRanked){falling_key(x), (int32_t)id};
            found++;
        }
    }
    return found;
}

// Few items: straight insertion; many: radix sort by digits of 11 bits from the lowest up. Both keep the order of equals.
void stepglass_sort(StepglassRanked *items, StepglassRanked *scratch, long count) {
    if (count <= STEPGLASS_FEW) {
        for (long i = 1; i < count; i++) {
            const StepglassRanked item = items[i];
            long place = i;
            for (; place > 0 && items[place - 1].key > item.key; place--) items[place] = items[place - 1];
            items[place] = item;
        }
        return;
    }
    StepglassRanked *from = items, *to = scratch;
    for (int shift = 0; shift < 33; shift += 11) {
        long starts[2048] = {0};
        for (long i = 0; i < count; i++) starts[from[i].key >> shift & 2047]++;
        for (long digit = 0, next = 0; digit < 2048; digit++) {
            const long here = starts[digit];
            starts[digit] = next;
            next += here;
        }
        for (long i = 0; i < count; i++) to[starts[from[i].key >> shift & 2047]++] = from[i];
        StepglassRanked *swap = from;
        from = to;
        to = swap;
    }
    memcpy(items, from, (size_t)count * sizeof *items);  // three passes end in scratch
}

float stepglass_nth_largest(float *values, long count, long n) {
    long low = 0, high = count - 1, wanted = n - 1;
    while (low < high) {
        const float pivot = values[low + (high - low) / 2];
        long left = low, right = high;
        while (left <= right) {
            while (values[left] > pivot) left++;
            while (values[right] < pivot) right--;
            if (left > right) break;
            const float swap = values[left];
            values[left++] = values[right];
            values[right--] = swap;
        }
        if (wanted <= right) high = right;
        else if (wanted >= left) low = left;
        else break;
    }
    return values[wanted];
}

typedef double Pair __attribute__((vector_size(16)));

float stepglass_bin(const float *logits, long count, float top, StepglassBin *bins) {
    const uint64_t first = 1023ull * STEPGLASS_BINS_PER_DOUBLING;
    float lowest = INFINITY;
    for (long bin = 0; bin < STEPGLASS_BINS; bin++) bins[bin] = (StepglassBin){0, 0, -INFINITY, 0};
    for (long i = 0; i < count; i++) {
        const float x = logits[i];
        if (!(x > -INFINITY)) continue;
        const double distance = (double)top - (double)x;
        // The exponent and the eight bits behind it count the bins: a logarithm, with straight lines between doublings.
        const uint64_t place = (bits_of(distance + 1) >> 44) - first;
        StepglassBin *bin = bins + (place < STEPGLASS_BINS ? place : STEPGLASS_BINS - 1);
        // Both sums at once: a bin that was just written is waited for.
        Pair sums;
        memcpy(&sums, bin, sizeof sums);
        sums += (Pair){distance, distance * distance};
        memcpy(bin, &sums, sizeof sums);
        bin->highest = x > bin->highest ? x : bin->highest;
        bin->count++;
        lowest = x < lowest ? x : lowest;
    }
    return lowest;
}

// Passes over a vocabulary of logits, see include/choose.h. The vectors' types and the order of the sums are fixed, and
// nothing is fused: every instruction set computes the same bits.

typedef double Doubles16 __attribute__((vector_size(128)));
typedef float Floats16 __attribute__((vector_size(64)));
typedef int32_t Ints __attribute__((vector_size(64)));

// Logits that one round takes: the exponentials of all are computed side by side, since each alone waits for its own
// last multiplication most of the time.
#if defined(SG_AVX512)
#define AT_ONCE 32
#else
#define AT_ONCE 16
#endif
typedef float Floats __attribute__((vector_size(4 * AT_ONCE)));
typedef double Doubles __attribute__((vector_size(8 * AT_ONCE)));
typedef int64_t Longs __attribute__((vector_size(8 * AT_ONCE)));

#define AS(TYPE, value) ((TYPE)(value))

static StepglassExpSums choice_sums(
    const float *logits, long count, float reference, const int32_t *skip, long skip_count) {
    const double top = (double)reference;
    Doubles16 sum = {0}, weighted = {0};
    float rest[AT_ONCE];
    for (long start = 0; start < count; start += AT_ONCE) {
        const float *source = logits + start;
        if (count - start < AT_ONCE || (skip_count && *skip < start + AT_ONCE)) {
            for (long lane = 0; lane < AT_ONCE; lane++)
                rest[lane] = start + lane < count ? logits[start + lane] : -INFINITY;
            for (; skip_count && *skip < start + AT_ONCE; skip++, skip_count--) rest[*skip - start] = -INFINITY;
            source = rest;
        }
        Floats narrow;
        memcpy(&narrow, source, sizeof narrow);
        Doubles d = __builtin_convertvector(narrow, Doubles) - top;
        Longs alive = d >= EXP_LOWEST;
        d = (Doubles)((Longs)d & alive);  // a dead lane counts as d = 0, and its exponential is masked out below
        EXP_CORE(Doubles, Longs, d, e)
        e = (Doubles)((Longs)e & alive);
        d *= e;
        for (int part = 0; part < AT_ONCE; part += STEPGLASS_LANES) {
            Doubles16 piece;
            memcpy(&piece, (double *)&e + part, sizeof piece);
            sum += piece;
            memcpy(&piece, (double *)&d + part, sizeof piece);
            weighted += piece;
        }
    }
    StepglassExpSums total = {0, 0};
    for (int lane = 0; lane < STEPGLASS_LANES; lane++) {
        total.sum += sum[lane];
        total.weighted += weighted[lane];
    }
    return total;
}

static long lane_maxima(const float *logits, long count, float *maxima, long *kept) {
    Ints bad = {0}, alive = {0};
    long nans = 0, above = 0;
    for (long start = 0; start < count; start += STEPGLASS_GROUP) {
        Floats16 top;
        for (int lane = 0; lane < STEPGLASS_LANES; lane++) top[lane] = -INFINITY;
        const long end = count - start < STEPGLASS_GROUP ? count - start : STEPGLASS_GROUP;
        long row = 0;
        for (; row + STEPGLASS_LANES <= end; row += STEPGLASS_LANES) {
            Floats16 x;
            memcpy(&x, logits + start + row, sizeof x);
            Ints larger = x > top;
            top = (Floats16)(((Ints)x & larger) | ((Ints)top & ~larger));
            bad += x != x;  // -1 in each lane that holds no number
            alive += x > -INFINITY;
        }
        for (; row < end; row++) {
            const float x = logits[start + row];
            if (x > top[row % STEPGLASS_LANES]) top[row % STEPGLASS_LANES] = x;
            nans += x != x;
            above += x > -INFINITY;
        }
        memcpy(maxima, &top, sizeof top);
        maxima += STEPGLASS_LANES;
    }
    for (int lane = 0; lane < STEPGLASS_LANES; lane++) nans -= bad[lane], above -= alive[lane];
    *kept = above;
    return nans;
}

static void divide(float *logits, long count, double divisor) {
    for (long i = 0; i < count; i++) logits[i] = (float)((double)logits[i] / divisor);
}

static long remove_below(float *logits, long count, float threshold) {
    long removed = 0;
    for (long i = 0; i < count; i++) {
        const float x = logits[i];
        const int falls = (x < threshold) & (x > -INFINITY);
        removed += falls;
        logits[i] = falls ? -INFINITY : x;
    }
    return removed;
}

static long count_above(const float *logits, long count, float value) {
    long above = 0;
    for (long i = 0; i < count; i++) above += logits[i] > value;
    return above;
}

#undef AS
#undef AT_ONCE

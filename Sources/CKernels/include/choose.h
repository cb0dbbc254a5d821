// Passes over a vocabulary of logits: exponential sums, maxima, selection of the largest.
//
// Every result is the same on every CPU, bit for bit: only IEEE add, subtract, multiply and divide are used, never fused,
// and sums run in 16 fixed lanes whatever the width of the machine's vectors.
#ifndef STEPGLASS_CHOOSE_H
#define STEPGLASS_CHOOSE_H
#include <stdint.h>

// Logits in a group whose maxima are kept lane by lane: 16 lanes x 16 rows.
#define STEPGLASS_GROUP 256
#define STEPGLASS_LANES 16

// sum: sum of exp(d); weighted: sum of d * exp(d), with d = x - reference. Logits of -infinity add nothing.
typedef struct {
    double sum;
    double weighted;
} StepglassExpSums;

// One token of an ordered selection.
typedef struct {
    uint32_t key;  // grows as the logit falls
    int32_t id;
} StepglassRanked;

// e^x within 2 units in the last place, for x in -708...709; 0 below. The sums' terms are these very bits.
double stepglass_exp(double x);

// Over all logits but those of the tokens skip[0 ..< skip_count], which rise and lie in 0 ..< count.
StepglassExpSums stepglass_exp_sums(
    const float *logits, long count, float reference, const int32_t *skip, long skip_count);

// The 16 lane maxima of each group of 256 logits into maxima[ceil(count / 256) * 16] (-infinity where a lane is empty).
// Returns the number of NaNs; `kept`: how many logits are above -infinity.
long stepglass_lane_maxima(const float *logits, long count, float *maxima, long *kept);

// logit / divisor, computed in double and rounded once.
void stepglass_divide(float *logits, long count, double divisor);

// Sets logits below the threshold to -infinity; returns how many were above -infinity before and are removed now.
long stepglass_remove_below(float *logits, long count, float threshold);

// How many logits are larger than `value`.
long stepglass_count_above(const float *logits, long count, float value);

// Writes the tokens with logit >= threshold (and above -infinity) in id order into out; returns how many there are,
// writing at most `capacity` of them. `maxima` are those of stepglass_lane_maxima, or NULL to look at every logit.
long stepglass_gather(
    const float *logits, long count, const float *maxima, float threshold, StepglassRanked *out, long capacity);

// So many items are put in order where they stand.
#define STEPGLASS_FEW 64
// Sorts by falling logit, equal logits by rising id (the input must be in id order). scratch: as long as items, unless they
// are few.
void stepglass_sort(StepglassRanked *items, StepglassRanked *scratch, long count);

// The n-th largest of values (n from 1); reorders values.
float stepglass_nth_largest(float *values, long count, long n);

// The passes that each instruction set has its own of. Not among its kernels: who chooses from logits that are there needs no
// products, and a program for records alone carries none.
struct sg_passes {
    StepglassExpSums (*exp_sums)(const float *logits, long count, float reference, const int32_t *skip, long skip_count);
    long (*lane_maxima)(const float *logits, long count, float *maxima, long *kept);
    void (*divide)(float *logits, long count, double divisor);
    long (*remove_below)(float *logits, long count, float threshold);
    long (*count_above)(const float *logits, long count, float value);
};
// Those of the sets that this processor runs, best first, as sg_kernels_at has them; NULL past the end.
const struct sg_passes *sg_passes_at(int index);

// Bins for logits by how far below the largest they lie: 1/256 wide there, and wider in proportion to 1 + distance. All
// that lies 4095 or more below is in the last.
#define STEPGLASS_BINS_PER_DOUBLING 256
#define STEPGLASS_BINS (12 * STEPGLASS_BINS_PER_DOUBLING)

// What lies in one bin: the sums of the distances and of their squares, the largest logit (-infinity where there is none).
typedef struct {
    double sum;
    double squares;
    float highest;
    int32_t count;
} StepglassBin;

// Puts every logit above -infinity into bins[STEPGLASS_BINS]; none is larger than top. Returns the smallest of them,
// +infinity where there is none.
float stepglass_bin(const float *logits, long count, float top, StepglassBin *bins);
#endif

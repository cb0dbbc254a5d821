// What the page's engine is lent: products made by instructions that not every browser has. A module with one of these in it
// is refused whole by a browser that does not know it, so they are in a small module of their own (lent.c), whose bytes the
// engine carries and the page compiles if it can.
#ifndef STEPGLASS_LENT_H
#define STEPGLASS_LENT_H
#include <stdbool.h>
#include <stdint.h>

// Up to 32 columns of 16 rows of half floats × `width` tokens, 1 or 4, each sum from zero: `part` has 16 sums of a token,
// then of the next. False where a weight is infinite or no number; what is in `part` is then of no use.
typedef bool sg_half_unit(int32_t width, const uint8_t *unit, const float *x, int64_t columns, float *part);

// Null where nothing was lent.
extern sg_half_unit *sg_lent_half_unit;
#endif

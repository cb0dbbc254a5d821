// e^x in double precision, written once for numbers and for lanes. Every form of it in this package is these operations
// in this order, none of them fused: a number and each lane of each instruction set's vectors come to the same bits.

// Below this the exponential is taken as 0 (it would leave the normal doubles).
#define EXP_LOWEST (-708.0)
// 1.5 * 2^52: adding it rounds a double to an integer that then stands in the low bits.
#define ROUNDER 6755399441055744.0
#define LOG2_E 1.4426950408889634
// ln 2 in two parts (Cody and Waite): the first has 21 trailing zero bits, so k * LN2_HIGH is exact for |k| < 2048.
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

// e^x = 2^k * e^r with k = round(x / ln 2), |r| <= ln 2 / 2, and the Taylor polynomial of degree 13 for e^r
// (the first term left out is below 5e-18). REAL and BITS are double and uint64_t, or vectors of 64-bit lanes.
#define EXP_CORE(REAL, BITS, x, result)                                                                  \
    REAL shifted = x * LOG2_E + ROUNDER;                                                                 \
    REAL k = shifted - ROUNDER;                                                                          \
    REAL r = x - k * LN2_HIGH - k * LN2_LOW;                                                             \
    REAL result = r * (1.0 / 6227020800.0) + (1.0 / 479001600.0);                                        \
    result = result * r + (1.0 / 39916800.0);                                                            \
    result = result * r + (1.0 / 3628800.0);                                                             \
    result = result * r + (1.0 / 362880.0);                                                              \
    result = result * r + (1.0 / 40320.0);                                                               \
    result = result * r + (1.0 / 5040.0);                                                                \
    result = result * r + (1.0 / 720.0);                                                                 \
    result = result * r + (1.0 / 120.0);                                                                 \
    result = result * r + (1.0 / 24.0);                                                                  \
    result = result * r + (1.0 / 6.0);                                                                   \
    result = result * r + 0.5;                                                                           \
    result = result * r + 1.0;                                                                           \
    result = result * r + 1.0;                                                                           \
    result = AS(REAL, AS(BITS, result) + (AS(BITS, shifted) << 52)); /* times 2^k: k added to the exponent */

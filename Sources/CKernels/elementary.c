// exp, log, pow, sin, cos and erf: an argument is reduced without loss, the first terms of a series are summed as pairs of
// doubles (Dekker 1971), the small rest of it as single ones.
#pragma STDC FP_CONTRACT OFF
#include "elementary.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// A number as the sum of two doubles, the second at most half a unit in the last place of the first.
typedef struct {
    double high, low;
} Pair;

// a + b where |a| >= |b|.
static inline Pair quick_sum(double a, double b) {
    const double total = a + b;
    return (Pair){total, b - (total - a)};
}

// a + b without loss (Knuth).
static inline Pair sum(double a, double b) {
    const double total = a + b, part = total - a;
    return (Pair){total, (a - (total - part)) + (b - part)};
}

// A double as two halves of 26 bits (Veltkamp).
static inline Pair halves(double a) {
    const double big = 134217729.0 * a, high = big - (big - a);
    return (Pair){high, a - high};
}

// a * b without loss.
static inline Pair product(double a, double b) {
    const double high = a * b;
    const Pair p = halves(a), q = halves(b);
    return (Pair){high, ((p.high * q.high - high) + p.high * q.low + p.low * q.high) + p.low * q.low};
}

static inline Pair add(Pair a, Pair b) {
    const Pair s = sum(a.high, b.high), t = sum(a.low, b.low);
    const Pair u = quick_sum(s.high, s.low + t.high);
    return quick_sum(u.high, u.low + t.low);
}

static inline Pair multiply(Pair a, Pair b) {
    const Pair p = product(a.high, b.high);
    return quick_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}

static inline Pair divide(Pair a, Pair b) {
    const double first = a.high / b.high;
    const Pair p = product(first, b.high);
    return quick_sum(first, ((a.high - p.high) - p.low + a.low - first * b.low) / b.high);
}

// 2^exponent for the normal numbers.
static inline double two_to(int exponent) {
    const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline double nearest_whole(double x) { return x + 6755399441055744.0 - 6755399441055744.0; }

#define HALF_PI 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110
#define LN2 ((Pair){0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56})
#define LOG2_E ((Pair){0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56})

// e^x for -745.2 < x < 709.8: 2^k e^r with |r| <= ln 2 / 2, e^r as its Taylor series.
static double exponential(Pair x) {
    // ln 2 in three parts; the first has 21 trailing zero bits, so that k times it is exact.
    const double k = nearest_whole(x.high * LOG2_E.high);
    const Pair middle = product(k, 0x1.a39ef35793c76p-33);
    Pair r = add(sum(x.high - k * 0x1.62e42fee00000p-1, -middle.high), (Pair){x.low, -middle.low});
    r = add(r, (Pair){-k * 0x1.cc01f97b57a08p-87, 0});
    static const double inverse_factorials[] = {
        1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800,
        1.0 / 479001600, 1.0 / 6227020800, 1.0 / 87178291200, 1.0 / 1307674368000,
    };
    // From r^7 / 7! on, the terms are below 2^-22 of the sum.
    double rest = 0;
    for (int i = 8; i >= 0; i--) rest = rest * r.high + inverse_factorials[i];
    Pair total = add((Pair){0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65}, product(rest, r.high));
    total = add((Pair){0x1.1111111111111p-7, 0x1.1111111111111p-63}, multiply(total, r));
    total = add((Pair){0x1.5555555555555p-5, 0x1.5555555555555p-59}, multiply(total, r));
    total = add((Pair){0x1.5555555555555p-3, 0x1.5555555555555p-57}, multiply(total, r));
    total = add((Pair){0.5, 0}, multiply(total, r));
    total = add(r, multiply(total, multiply(r, r)));
    total = add((Pair){1, 0}, total);
    const int exponent = (int)k;
    // In two steps where 2^k is no normal number.
    if (exponent < -1021) return (total.high + total.low) * two_to(exponent + 200) * two_to(-200);
    if (exponent > 1022) return (total.high + total.low) * two_to(exponent - 1) * 2;
    return (total.high + total.low) * two_to(exponent);
}

double stepglass_exponential(double x) {
    if (isnan(x)) return x;
    if (x > 709.782712893384) return INFINITY;
    if (x < -745.1332191019412) return 0;
    return exponential((Pair){x, 0});
}

// ln x for finite x > 0: x = 2^e m with m between the roots of 1/2 and 2, ln m = 2 artanh((m - 1) / (m + 1)).
static Pair logarithm(double x, int *exponent) {
    int e = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        e = -54;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    e += (int)(bits >> 52) - 1023;
    double m;
    bits = (bits & 0xFFFFFFFFFFFFF) | (uint64_t)1023 << 52;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        e += 1;
    }
    *exponent = e;
    const Pair s = divide((Pair){m - 1, 0}, sum(m, 1)), square = multiply(s, s);
    // s^2 < 0.0295: from s^8 / 9 on, the terms are below 2^-23 of the sum.
    double rest = 0;
    for (int n = 27; n >= 9; n -= 2) rest = rest * square.high + 1.0 / n;
    Pair total = add((Pair){0x1.2492492492492p-3, 0x1.2492492492492p-57}, product(rest, square.high));
    total = add((Pair){0x1.999999999999ap-3, -0x1.999999999999ap-57}, multiply(total, square));
    total = add((Pair){0x1.5555555555555p-2, 0x1.5555555555555p-56}, multiply(total, square));
    total = add(s, multiply(total, multiply(square, s)));
    return (Pair){2 * total.high, 2 * total.low};
}

// What a logarithm gives where there is none to compute; false where there is.
static bool is_special(double x, double *result) {
    if (x > 0 && x < INFINITY) return false;
    *result = x == 0 ? -INFINITY : x > 0 || isnan(x) ? x : NAN;
    return true;
}

static Pair natural_logarithm(double x) {
    int e;
    const Pair part = logarithm(x, &e), whole = product(e, LN2.high);
    return add((Pair){whole.high, whole.low + e * LN2.low}, part);
}

double stepglass_log(double x) {
    double special;
    if (is_special(x, &special)) return special;
    const Pair total = natural_logarithm(x);
    return total.high + total.low;
}

double stepglass_log2(double x) {
    double special;
    if (is_special(x, &special)) return special;
    int e;
    const Pair part = logarithm(x, &e), total = add((Pair){e, 0}, multiply(part, LOG2_E));
    return total.high + total.low;
}

double stepglass_pow(double base, double exponent) {
    if (exponent == 0 || base == 1) return 1;
    if (isnan(base) || isnan(exponent)) return NAN;
    const bool whole = rint(exponent) == exponent, large = fabs(exponent) >= 0x1p53;
    const bool odd = whole && !large && rint(exponent / 2) != exponent / 2;
    const double sign = signbit(base) && odd ? -1 : 1, size = fabs(base);
    if (size == 1) return isinf(exponent) || whole ? sign : NAN;
    if (isinf(exponent)) return (size > 1) == (exponent > 0) ? INFINITY : 0;
    if (size == 0 || isinf(size)) return sign * ((size == 0) == (exponent > 0) ? 0 : INFINITY);
    if (base < 0 && !whole) return NAN;
    const Pair log = natural_logarithm(size);
    const double about = exponent * log.high;
    if (about > 710) return sign * INFINITY;
    if (about < -746) return sign * 0;
    const Pair x = multiply((Pair){exponent, 0}, log);
    if (x.high + x.low > 709.782712893384) return sign * INFINITY;
    return sign * exponential(x);
}

// sin and cos of |r| <= pi / 4 as their Taylor series; from r^7 and r^8 on, the terms are below 2^-14 of the sum.
static double sine_near(Pair r) {
    const Pair square = multiply(r, r);
    const double q = square.high;
    double rest = -1.0 / 5040 + q * (1.0 / 362880 + q * (-1.0 / 39916800 + q * (1.0 / 6227020800 +
                  q * (-1.0 / 1307674368000 + q * (1.0 / 355687428096000)))));
    Pair total = add((Pair){0x1.1111111111111p-7, 0x1.1111111111111p-63}, product(rest, q));
    total = add((Pair){-0x1.5555555555555p-3, -0x1.5555555555555p-57}, multiply(total, square));
    total = add(r, multiply(total, multiply(square, r)));
    return total.high + total.low;
}

static double cosine_near(Pair r) {
    const Pair square = multiply(r, r);
    const double q = square.high;
    double rest = 1.0 / 40320 + q * (-1.0 / 3628800 + q * (1.0 / 479001600 + q * (-1.0 / 87178291200 +
                  q * (1.0 / 20922789888000 + q * (-1.0 / 6402373705728000)))));
    Pair total = add((Pair){-0x1.6c16c16c16c17p-10, 0x1.f49f49f49f49fp-65}, product(rest, q));
    total = add((Pair){0x1.5555555555555p-5, 0x1.5555555555555p-59}, multiply(total, square));
    total = add((Pair){-0.5, 0}, multiply(total, square));
    total = add((Pair){1, 0}, multiply(total, square));
    return total.high + total.low;
}

// sin(x + quarter * pi / 2).
static double sine(double x, int quarter) {
    if (!(fabs(x) <= 0x1p31)) return NAN;
    static const double half_pi[] = {HALF_PI};
    const double k = nearest_whole(x * 0x1.45f306dc9c883p-1);
    const Pair first = product(k, half_pi[0]), second = product(k, half_pi[1]);
    Pair r = add(sum(x - first.high, -first.low), (Pair){-second.high, -second.low});
    r = add(r, (Pair){-k * half_pi[2], 0});
    const int turn = (int)((int64_t)k + quarter & 3);
    const double value = turn & 1 ? cosine_near(r) : sine_near(r);
    return turn & 2 ? -value : value;
}

double stepglass_sin(double x) { return x == 0 ? x : sine(x, 0); }
double stepglass_cos(double x) { return sine(x, 1); }

// erf x. Up to 2 its Taylor series, whose terms stay below 4; beyond, 1 - erfc x by Laplace's continued fraction
//   erfc x = e^-xx / sqrt pi * 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...)))).
// Within 1e-15 of the true value.
double stepglass_erf(double x) {
    const double size = fabs(x);
    if (isnan(x)) return x;
    if (size > 6) return x > 0 ? 1 : -1;
    if (size > 2) {
        double rest = size;
        for (int n = 60; n > 0; n--) rest = size + 0.5 * n / rest;
        const double value = 1 - stepglass_exponential(-size * size) * 0x1.20dd750429b6dp-1 / rest;
        return x > 0 ? value : -value;
    }
    // 1 / (n! (2n + 1)), signs in turn.
    static const double terms[] = {
        1.0 / 1.0, -1.0 / 3.0, 1.0 / 10.0, -1.0 / 42.0, 1.0 / 216.0, -1.0 / 1320.0, 1.0 / 9360.0,
        -1.0 / 75600.0, 1.0 / 685440.0, -1.0 / 6894720.0, 1.0 / 76204800.0, -1.0 / 918086400.0,
        1.0 / 11975040000.0, -1.0 / 168129561600.0, 1.0 / 2528170444800.0, -1.0 / 40537905408000.0,
        1.0 / 690452066304000.0, -1.0 / 12449059983360000.0, 1.0 / 236887827111936000.0,
        -1.0 / 4744158915944448000.0, 1.0 / 99748982335242240000.0, -1.0 / 2196910513383505920000.0,
        1.0 / 50580032749992345600000.0, -1.0 / 1215044786727593902080000.0, 1.0 / 30401971684928732528640000.0,
        -1.0 / 791071712209880285184000000.0, 1.0 / 21374447439710098685952000000.0,
        -1.0 / 598887819773009368842240000000.0, 1.0 / 17378635642867690048585728000000.0,
        -1.0 / 521663957630642415318073344000000.0, 1.0 / 16180424448543654576814817280000000.0,
    };
    const double square = x * x;
    double total = 0;
    for (int n = 30; n >= 0; n--) total = total * square + terms[n];
    return 0x1.20dd750429b6dp+0 * x * total;
}

void stepglass_gelu_erf(const float *x, long count, float *out) {
    for (long i = 0; i < count; i++)
        out[i] = (float)(0.5 * x[i] * (1 + stepglass_erf(x[i] * 0x1.6a09e667f3bcdp-1)));
}

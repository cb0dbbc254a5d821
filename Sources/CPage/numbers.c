// Reading numbers, and the arithmetic that compilers expect a library to have. Every reading is the nearest number.
#include <stdbool.h>

#include "system.h"

// --- What Swift's Double(String) and Float(String) call ---

// A whole number of any size, 32 bits a limb, the lowest first.
#define LIMBS 176
struct big {
    int count;
    uint32_t limbs[LIMBS];
};

static void times(struct big *x, uint32_t factor, uint32_t plus) {
    uint64_t carry = plus;
    for (int i = 0; i < x->count; i++) {
        carry += (uint64_t)x->limbs[i] * factor;
        x->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry) x->limbs[x->count++] = (uint32_t)carry;
}

static void times_ten_to(struct big *x, int exponent) {
    for (; exponent >= 9; exponent -= 9) times(x, 1000000000, 0);
    for (; exponent > 0; exponent--) times(x, 10, 0);
}

static void shift_left(struct big *x, int bits) {
    const int limbs = bits / 32, rest = bits % 32;
    if (x->count == 0) return;
    for (int i = x->count - 1; i >= 0; i--) x->limbs[i + limbs] = x->limbs[i];
    for (int i = 0; i < limbs; i++) x->limbs[i] = 0;
    x->count += limbs;
    if (rest) times(x, 1u << rest, 0);
}

static int bit_length(const struct big *x) {
    return x->count ? 32 * x->count - __builtin_clz(x->limbs[x->count - 1]) : 0;
}

static int compare(const struct big *x, const struct big *y) {
    if (x->count != y->count) return x->count < y->count ? -1 : 1;
    for (int i = x->count - 1; i >= 0; i--)
        if (x->limbs[i] != y->limbs[i]) return x->limbs[i] < y->limbs[i] ? -1 : 1;
    return 0;
}

static void subtract(struct big *x, const struct big *y) {
    int64_t borrow = 0;
    for (int i = 0; i < x->count; i++) {
        borrow += (int64_t)x->limbs[i] - (i < y->count ? y->limbs[i] : 0);
        x->limbs[i] = (uint32_t)borrow;
        borrow >>= 32;
    }
    while (x->count && x->limbs[x->count - 1] == 0) x->count--;
}

// A format of binary numbers.
struct format {
    int bits;     // of the significand
    int lowest;   // the exponent of the last bit of the smallest numbers
    int highest;  // numbers of 2^highest and more are infinite
};
static const struct format doubles = {53, -1074, 1024}, floats = {24, -149, 128};

// significand * 2^exponent, `sticky`: and a little more; rounded to the nearest, ties to even.
static double rounded_to(struct format format, uint64_t significand, int exponent, bool sticky) {
    if (significand == 0) return 0;
    int length = 64 - __builtin_clzll(significand);
    int drop = length - format.bits;
    if (exponent + drop < format.lowest) drop = format.lowest - exponent;
    if (drop > 64) return 0;
    if (drop > 0) {
        const uint64_t half = (uint64_t)1 << (drop - 1);
        const uint64_t rest = drop == 64 ? significand : significand & (2 * half - 1);
        significand = drop == 64 ? 0 : significand >> drop;
        if (rest > half || (rest == half && (sticky || (significand & 1)))) significand++;
        exponent += drop;
    }
    if (significand == 0) return 0;
    length = 64 - __builtin_clzll(significand);
    if (length + exponent > format.highest) return INFINITY;
    double value = (double)significand;  // at most 53 bits: exact
    for (; exponent < -1000; exponent += 500) value *= 0x1p-500;
    for (; exponent > 900; exponent -= 500) value *= 0x1p500;
    const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    return value * scale;
}

// digits * 10^exponent; `more`: and a little more.
static double decimal(struct format format, struct big *digits, int exponent, bool more) {
    if (digits->count == 0) return 0;
    struct big divisor = {1, {1}};
    if (exponent >= 0) times_ten_to(digits, exponent);
    else times_ten_to(&divisor, -exponent);
    // Scaled so that the quotient has 63 or 64 bits.
    const int shift = 64 - (bit_length(digits) - bit_length(&divisor));
    if (shift > 0) shift_left(digits, shift - 1);
    else shift_left(&divisor, 1 - shift);
    shift_left(&divisor, 63);
    uint64_t quotient = 0;
    for (int bit = 0; bit < 64; bit++) {
        // The remainder is doubled instead of halving the divisor.
        quotient <<= 1;
        if (compare(digits, &divisor) >= 0) {
            subtract(digits, &divisor);
            quotient |= 1;
        }
        times(digits, 2, 0);
    }
    return rounded_to(format, quotient, 1 - shift, more || digits->count != 0);
}

static bool same_letters(const char *text, const char *word) {
    for (; *word; text++, word++)
        if ((*text | 0x20) != *word) return false;
    return true;
}

static int digit_of(char c, int base) {
    const int value = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : 99;
    return value < base ? value : -1;
}

// The exponent after its letter; false where none is.
static bool read_exponent(const char **text, int *exponent) {
    const char *p = *text;
    const bool negative = *p == '-';
    if (*p == '-' || *p == '+') p++;
    if (digit_of(*p, 10) < 0) return false;
    int value = 0;
    for (; digit_of(*p, 10) >= 0; p++)
        if (value < 100000) value = 10 * value + digit_of(*p, 10);
    *exponent += negative ? -value : value;
    *text = p;
    return true;
}

static double read_hexadecimal(struct format format, const char **text) {
    const char *p = *text;
    uint64_t significand = 0;
    int exponent = 0;
    bool any = false, point = false, sticky = false;
    for (;; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        const int digit = digit_of(*p, 16);
        if (digit < 0) break;
        any = true;
        if (significand >> 60) {
            sticky |= digit != 0;
            exponent += point ? 0 : 4;
        } else {
            significand = significand << 4 | (uint64_t)digit;
            exponent -= point ? 4 : 0;
        }
    }
    if (any && (*p | 0x20) == 'p') {
        const char *after = p + 1;
        if (read_exponent(&after, &exponent)) p = after;
    }
    *text = any ? p : 0;
    return rounded_to(format, significand, exponent, sticky);
}

static double read_decimal(struct format format, const char **text) {
    // Digits beyond these change no rounding; that they are there may.
    enum { most_digits = 800 };
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const char *p = *text;
    struct big digits = {0};
    uint64_t few = 0;
    int count = 0, exponent = 0;
    bool any = false, point = false, more = false;
    for (;; p++) {
        if (*p == '.' && !point) {
            point = true;
            continue;
        }
        const int digit = digit_of(*p, 10);
        if (digit < 0) break;
        any = true;
        if (count == 0 && digit == 0) {
            exponent -= point ? 1 : 0;
        } else if (count < most_digits) {
            if (count < 19) few = 10 * few + (uint64_t)digit;
            if (digits.count) times(&digits, 10, (uint32_t)digit);
            else digits = (struct big){1, {(uint32_t)digit}};
            count++;
            exponent -= point ? 1 : 0;
        } else {
            more |= digit != 0;
            exponent += point ? 0 : 1;
        }
    }
    if (any && (*p | 0x20) == 'e') {
        const char *after = p + 1;
        if (read_exponent(&after, &exponent)) p = after;
    }
    *text = any ? p : 0;
    if (count == 0) return 0;
    if (count <= 15 && exponent >= -22 && exponent <= 22 && format.bits == 53)
        return exponent < 0 ? (double)few / tens[-exponent] : (double)few * tens[exponent];
    if (count + exponent > 400) return INFINITY;
    if (count + exponent < -400) return 0;
    return decimal(format, &digits, exponent, more);
}

// The number at the start of the text; returns where it ends, null where there is none.
static const char *read_number(struct format format, const char *text, double *value) {
    const bool negative = *text == '-';
    const char *p = text + (*text == '-' || *text == '+');
    if (same_letters(p, "infinity")) *value = INFINITY, p += 8;
    else if (same_letters(p, "inf")) *value = INFINITY, p += 3;
    else if (same_letters(p, "nan")) *value = NAN, p += 3;
    else if (p[0] == '0' && (p[1] | 0x20) == 'x') p += 2, *value = read_hexadecimal(format, &p);
    else *value = read_decimal(format, &p);
    if (negative) *value = -*value;
    return p;
}

const char *_swift_stdlib_strtod_clocale(const char *text, double *value) { return read_number(doubles, text, value); }

const char *_swift_stdlib_strtof_clocale(const char *text, float *value) {
    double wide = 0;
    const char *end = read_number(floats, text, &wide);
    *value = (float)wide;
    return end;
}

// --- What compilers call for what the machine has no instruction for ---

double round(double x) {
    const double whole = __builtin_trunc(x);
    return __builtin_fabs(x - whole) >= 0.5 ? whole + __builtin_copysign(1, x) : whole;
}

// The remainder of x / y with the sign of x, without loss: y times a power of two is taken off as long as it fits.
double fmod(double x, double y) {
    const double size = __builtin_fabs(y);
    double rest = __builtin_fabs(x);
    if (!(rest < INFINITY) || !(size > 0)) return NAN;
    while (rest >= size) {
        double part = size;
        while (part <= rest / 2) part *= 2;
        rest -= part;
    }
    return __builtin_copysign(rest, x);
}

typedef unsigned __int128 wide;
union halves {
    wide whole;
    struct {
        uint64_t low, high;
    };
};

// a * b of 64 bits each, all 128 bits.
static wide product(uint64_t a, uint64_t b) {
    const uint64_t low = (uint32_t)a, high = a >> 32, other_low = (uint32_t)b, other_high = b >> 32;
    const uint64_t first = low * other_low, second = high * other_low + (first >> 32);
    const uint64_t third = low * other_high + (uint32_t)second;
    union halves result;
    result.low = third << 32 | (uint32_t)first;
    result.high = high * other_high + (second >> 32) + (third >> 32);
    return result.whole;
}

wide __multi3(wide a, wide b) {
    const union halves x = {a}, y = {b};
    union halves result = {product(x.low, y.low)};
    result.high += x.low * y.high + x.high * y.low;
    return result.whole;
}

static wide divided(wide a, wide b, wide *rest) {
    const union halves x = {a}, y = {b};
    if (x.high == 0 && y.high == 0) {
        *rest = x.low % y.low;
        return x.low / y.low;
    }
    union halves quotient = {0}, left = {0};
    for (int bit = 127; bit >= 0; bit--) {
        left.high = left.high << 1 | left.low >> 63;
        left.low = left.low << 1 | ((bit >= 64 ? x.high >> (bit - 64) : x.low >> bit) & 1);
        if (left.high > y.high || (left.high == y.high && left.low >= y.low)) {
            left.high -= y.high + (left.low < y.low);
            left.low -= y.low;
            if (bit >= 64) quotient.high |= (uint64_t)1 << (bit - 64);
            else quotient.low |= (uint64_t)1 << bit;
        }
    }
    *rest = left.whole;
    return quotient.whole;
}

wide __udivti3(wide a, wide b) {
    wide rest;
    return divided(a, b, &rest);
}

wide __umodti3(wide a, wide b) {
    wide rest;
    divided(a, b, &rest);
    return rest;
}

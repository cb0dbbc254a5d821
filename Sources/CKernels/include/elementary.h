// Elementary functions in double precision, the same bits on every machine.
//
// C libraries round these differently, and one library differently from processor to processor. Here only IEEE add,
// subtract, multiply, divide are used, never fused, so a run has the same numbers wherever it runs, in the page too.
// The results are carried to about 2^-66 before they are rounded once: of a million random arguments all but a few
// hundreds at most are what rounding the true value gives.
#ifndef STEPGLASS_ELEMENTARY_H
#define STEPGLASS_ELEMENTARY_H

// e^x.
double stepglass_exponential(double x);

// ln x and log2 x: not a number below 0, -infinity at 0.
double stepglass_log(double x);
double stepglass_log2(double x);

// base^exponent; the special cases are those of C's pow.
double stepglass_pow(double base, double exponent);

// sin x and cos x, x in radians; not a number beyond +-2^31, where no caller goes.
double stepglass_sin(double x);
double stepglass_cos(double x);

// The error function, 2 / sqrt pi times the integral of e^-tt from 0 to x.
double stepglass_erf(double x);

// out[i] = x / 2 (1 + erf(x / sqrt 2)): GELU as it is defined (Hendrycks and Gimpel 2016), computed in double precision.
void stepglass_gelu_erf(const float *x, long count, float *out);
#endif

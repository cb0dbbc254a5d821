// Rounding that WebAssembly has no instruction for: to the nearest whole number, halves away from zero.

float roundf(float value) {
    float whole = __builtin_truncf(value);
    return __builtin_fabsf(value - whole) >= 0.5f ? whole + __builtin_copysignf(1, value) : whole;
}

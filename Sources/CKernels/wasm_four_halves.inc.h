// Four half floats as floats; `largest`: of their bits without the sign, to be looked at for what is infinite or no number.
INLINE v128_t four_halves(const uint8_t *place, v128_t *largest) {
    const v128_t given = wasm_i32x4_shl(wasm_i32x4_load16x4(place), 13);
    *largest = wasm_u32x4_max(*largest, wasm_i32x4_shl(given, 4));
    const v128_t bits = wasm_v128_and(given, wasm_i32x4_const_splat((int32_t)0x8FFFE000));
    return wasm_f32x4_mul(bits, wasm_f32x4_const_splat(0x1p112f));
}

// Whether among the largest there is the exponent of what is no finite number, all ones.
INLINE bool is_special(v128_t largest) {
    return wasm_v128_any_true(wasm_u32x4_ge(largest, wasm_i32x4_const_splat((int32_t)0xF8000000)));
}

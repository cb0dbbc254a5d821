// In the engine for records, in place of the standard library's tables of Unicode normalization, which would be a twelfth
// of it: no character is a combination of others, so that texts are equal where their bytes are. What users and files write
// is compared by its bytes anyway, here and natively; the names of fields, stages and options are ASCII.
#include <stdint.h>

uint16_t _swift_stdlib_getNormData(uint32_t scalar) {
    (void)scalar;
    return 0;  // combines with nothing, and is composed
}

// 18 bits: the character that a decomposition is of. This is none's.
uint32_t _swift_stdlib_getDecompositionEntry(uint32_t scalar) {
    (void)scalar;
    return UINT32_MAX;
}

const uint8_t *const _swift_stdlib_nfd_decompositions = 0;

uint32_t _swift_stdlib_getComposition(uint32_t first, uint32_t second) {
    (void)first;
    (void)second;
    return UINT32_MAX;
}

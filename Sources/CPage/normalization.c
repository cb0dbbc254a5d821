// Unicode's normalization form C by the tables of Swift's standard library, which are in the module anyway.
#include <stdbool.h>

#include "utf8proc.h"

// The standard library's look-ups.
uint16_t _swift_stdlib_getNormData(uint32_t scalar);           // from bit 3 on: the canonical combining class
uint32_t _swift_stdlib_getDecompositionEntry(uint32_t scalar); // 18 bits: the character it is of; 14 bits: where it stands
uint32_t _swift_stdlib_getComposition(uint32_t first, uint32_t second);  // 0xFFFFFFFF: none
uint8_t _swift_stdlib_getGeneralCategory(uint32_t scalar);
extern const uint8_t *const _swift_stdlib_nfd_decompositions;

// Hangul is by arithmetic (Unicode Standard, 3.12).
enum { S = 0xAC00, L = 0x1100, V = 0x1161, T = 0x11A7, VOWELS = 21, TAILS = 28, SYLLABLES = 11172 };

static int combining_class(uint32_t scalar) { return scalar < 0xC0 ? 0 : _swift_stdlib_getNormData(scalar) >> 3; }

// The full canonical decomposition's UTF-8, null where there is none.
static const uint8_t *decomposition(uint32_t scalar, int *bytes) {
    if (scalar < 0xC0) return 0;
    const uint32_t entry = _swift_stdlib_getDecompositionEntry(scalar);
    if ((entry & 0x3FFFF) != scalar) return 0;
    const uint8_t *text = _swift_stdlib_nfd_decompositions + (entry >> 18);
    *bytes = text[0];
    return text + 1;
}

const utf8proc_property_t *utf8proc_get_property(utf8proc_int32_t scalar) {
    static utf8proc_property_t property;
    int bytes;
    const bool is_syllable = scalar >= S && scalar < S + SYLLABLES;
    // The standard library numbers the marks 5, 6, 7 in the order of its enumeration.
    property.category = _swift_stdlib_getGeneralCategory((uint32_t)scalar);
    property.combining_class = (int16_t)combining_class((uint32_t)scalar);
    property.decomp_seqindex = is_syllable || decomposition((uint32_t)scalar, &bytes) ? 0 : UINT16_MAX;
    return &property;
}

utf8proc_ssize_t utf8proc_decompose_char(utf8proc_int32_t scalar, utf8proc_int32_t *to, utf8proc_ssize_t count,
                                         utf8proc_option_t options, int *last_boundclass) {
    if (scalar >= S && scalar < S + SYLLABLES) {
        const int index = scalar - S;
        to[0] = L + index / (VOWELS * TAILS);
        to[1] = V + index % (VOWELS * TAILS) / TAILS;
        to[2] = T + index % TAILS;
        return index % TAILS ? 3 : 2;
    }
    int bytes;
    const uint8_t *text = decomposition((uint32_t)scalar, &bytes);
    if (!text) {
        to[0] = scalar;
        return 1;
    }
    utf8proc_ssize_t parts = 0;
    for (int i = 0; i < bytes && parts < count;) {
        const int length = text[i] < 0x80 ? 1 : text[i] < 0xE0 ? 2 : text[i] < 0xF0 ? 3 : 4;
        int32_t part = length == 1 ? text[i] : text[i] & (0x7F >> length);
        for (int k = 1; k < length; k++) part = part << 6 | (text[i + k] & 0x3F);
        to[parts++] = part;
        i += length;
    }
    return parts;
}

static int32_t composed(int32_t first, int32_t second) {
    if (first >= L && first < L + 19 && second >= V && second < V + VOWELS)
        return S + ((first - L) * VOWELS + second - V) * TAILS;
    if (first >= S && first < S + SYLLABLES && (first - S) % TAILS == 0 && second > T && second < T + TAILS)
        return first + second - T;
    const uint32_t found = _swift_stdlib_getComposition((uint32_t)first, (uint32_t)second);
    return found == UINT32_MAX ? -1 : (int32_t)found;
}

// Composes what is decomposed and in canonical order (Unicode Standard, 3.11).
utf8proc_ssize_t utf8proc_normalize_utf32(utf8proc_int32_t *scalars, utf8proc_ssize_t count,
                                          utf8proc_option_t options) {
    utf8proc_ssize_t kept = 0, starter = -1;
    int last_class = 0;
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        const int32_t scalar = scalars[i];
        const int class = combining_class((uint32_t)scalar);
        // Blocked by what stands between, unless that has a smaller class.
        const bool adjacent = starter >= 0 && starter == kept - 1;
        if (starter >= 0 && (adjacent || last_class < class)) {
            const int32_t whole = composed(scalars[starter], scalar);
            if (whole >= 0) {
                scalars[starter] = whole;
                continue;
            }
        }
        scalars[kept] = scalar;
        if (class == 0) starter = kept;
        last_class = class;
        kept++;
    }
    return kept;
}

// Reads the super-blocks of the IQ and TQ formats: 256 integers, which for IQ are places in a codebook (see sg_codes_of), and
// their small scales. The layouts are those that ModelFiles states beside its dequantisation.
#include <string.h>

#include "pack.h"

static uint32_t word16(const uint8_t *b) { return b[0] | (uint32_t)b[1] << 8; }
static uint32_t word32(const uint8_t *b) { return word16(b) | word16(b + 2) << 16; }

// Seven signs are stored; the eighth makes their number even.
static uint32_t eight_signs(uint32_t seven) { return (seven & 127) | (uint32_t)__builtin_parity(seven & 127) << 7; }

// Four or eight places from the digits of a grid's point; sign k is bit k, and stands above the digit.
static void put_codes(const uint8_t *digits, int length, uint32_t signs, int sign_place, uint8_t *q) {
    for (int k = 0; k < length; k++) q[k] = (uint8_t)(digits[k] | (signs >> k & 1) << sign_place);
}

// The scales of IQ2 and IQ3 are odd: 2 s + 1 eighths, or quarters, of d.
static int8_t odd_scale(uint32_t s) { return (int8_t)(2 * s + 1); }

static void read_iq2(int32_t format, const uint8_t *b, struct sg_super_block *out) {
    const uint8_t *grid = sg_grid(format), *scales = format == SG_IQ2_XS ? b + 66 : b + 74;
    for (int eight = 0; eight < 32; eight++) {
        uint32_t place, signs;
        if (format == SG_IQ2_XXS) {
            const uint8_t *unit = b + 2 + eight / 4 * 8;
            const uint32_t word = word32(unit + 4);
            place = unit[eight % 4], signs = eight_signs(word >> 7 * (eight % 4));
            out->scale[eight / 4] = odd_scale(word >> 28);
        } else if (format == SG_IQ2_XS) {
            const uint32_t word = word16(b + 2 + 2 * eight);
            place = word & 511, signs = eight_signs(word >> 9);
        } else {
            place = b[2 + eight] | (uint32_t)(b[66 + eight / 4] >> 2 * (eight % 4) & 3) << 8, signs = b[34 + eight];
        }
        put_codes(grid + 8 * place, 8, signs, 2, out->q + 8 * eight);
    }
    if (format != SG_IQ2_XXS)
        for (int i = 0; i < 16; i++) out->scale[i] = odd_scale(scales[i / 2] >> i % 2 * 4 & 15);
    out->d = b;
}

static void read_iq3(int32_t format, const uint8_t *b, struct sg_super_block *out) {
    const uint8_t *grid = sg_grid(format);
    for (int four = 0; four < 64; four++) {
        uint32_t place = b[2 + four], signs;
        if (format == SG_IQ3_XXS) {
            const uint32_t word = word32(b + 66 + four / 8 * 4);
            signs = eight_signs(word >> 7 * (four / 2 % 4));
            out->scale[four / 8] = odd_scale(word >> 28);
        } else {
            place |= (uint32_t)(b[66 + four / 8] >> four % 8 & 1) << 8, signs = b[74 + four / 2];
            out->scale[four / 8] = odd_scale(b[106 + four / 16] >> four / 8 % 2 * 4 & 15);
        }
        put_codes(grid + 4 * place, 4, signs >> four % 2 * 4, 3, out->q + 4 * four);
    }
    out->d = b;
}

// One bit for each eight columns says which way their weights lean, by an eighth.
static void read_iq1(int32_t format, const uint8_t *b, struct sg_super_block *out) {
    const uint8_t *grid = sg_grid(format);
    for (int eight = 0; eight < 32; eight++) {
        uint32_t high, leans;
        if (format == SG_IQ1_S) {
            const uint32_t word = word16(b + 34 + eight / 4 * 2);
            high = word >> 3 * (eight % 4) & 7, leans = word >> 15;
            out->scale[eight / 4] = odd_scale(word >> 12 & 7);
        } else {
            const uint32_t four = b[32 + eight / 2] >> eight % 2 * 4;
            high = four & 7, leans = four >> 3 & 1;
            out->scale[eight / 2] = odd_scale(word16(b + 48 + eight / 8 * 2) >> eight / 2 % 4 * 3 & 7);
        }
        const uint32_t place = b[(format == SG_IQ1_S ? 2 : 0) + eight] | high << 8;
        put_codes(grid + 8 * place, 8, leans ? 255 : 0, 2, out->q + 8 * eight);
    }
    out->d = b;
    if (format == SG_IQ1_S) return;
    // The upper four bits of four words are d.
    out->made[0] = (uint8_t)(b[49] >> 4 | (b[51] & 0xF0));
    out->made[1] = (uint8_t)(b[53] >> 4 | (b[55] & 0xF0));
    out->d = out->made;
}

static void read_iq4_xs(const uint8_t *b, struct sg_super_block *out) {
    for (int unit = 0; unit < 8; unit++) {
        const uint32_t low = b[4 + unit / 2] >> unit % 2 * 4 & 15, high = word16(b + 2) >> 2 * unit & 3;
        out->scale[unit] = (int8_t)((int)(low | high << 4) - 32);
        for (int j = 0; j < 32; j++) out->q[32 * unit + j] = b[8 + 16 * unit + j % 16] >> j / 16 * 4 & 15;
    }
    out->d = b;
}

// Five digits of base 3 in a byte, as a fraction of 256: times 3 the first of them is what comes before the point.
static uint8_t third(uint8_t byte, int place) {
    static const uint8_t powers[5] = {1, 3, 9, 27, 81};
    return (uint8_t)((uint8_t)(byte * powers[place]) * 3 >> 8);
}

static void read_tq(int32_t format, const uint8_t *b, struct sg_super_block *out) {
    for (int i = 0; i < 256; i++) {
        if (format == SG_TQ2_0) out->q[i] = b[i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
        else if (i < 160) out->q[i] = third(b[i % 32], i / 32);
        else if (i < 240) out->q[i] = third(b[32 + (i - 160) % 16], (i - 160) / 16);
        else out->q[i] = third(b[48 + (i - 240) % 4], (i - 240) / 4);
    }
    out->d = b + (format == SG_TQ2_0 ? 64 : 52);
}

void sg_read_block(int32_t format, const uint8_t *block, struct sg_super_block *out) {
    switch (format) {
    case SG_IQ2_XXS: case SG_IQ2_XS: case SG_IQ2_S: read_iq2(format, block, out); break;
    case SG_IQ3_XXS: case SG_IQ3_S: read_iq3(format, block, out); break;
    case SG_IQ1_S: case SG_IQ1_M: read_iq1(format, block, out); break;
    case SG_IQ4_XS: read_iq4_xs(block, out); break;
    default: read_tq(format, block, out); break;
    }
}

// The exponent's bias goes from 7 to 15; a number below the least normal one (2^−6) is its fraction times 2^−9.
uint16_t sg_half_of_e4m3(uint8_t bits) {
    const uint32_t sign = (uint32_t)(bits & 0x80) << 8, exponent = bits >> 3 & 15, fraction = bits & 7;
    if ((bits & 0x7F) == 0x7F) return (uint16_t)(sign | 0x7E00);
    if (exponent > 0) return (uint16_t)(sign | (exponent + 8) << 10 | fraction << 7);
    if (fraction == 0) return (uint16_t)sign;
    const uint32_t top = fraction >= 4 ? 2 : fraction >= 2 ? 1 : 0;  // of fraction = 2^top · 1.…
    return (uint16_t)(sign | (top + 6) << 10 | (fraction << (10 - top) & 0x3FF));
}

uint16_t sg_half_of_scale(uint8_t bits) {
    if (bits == 0x7F) return 0;
    if (bits == 0xFF) return 22 << 10 | 7 << 7;  // no special number here: half of 480
    const uint16_t half = sg_half_of_e4m3(bits & 0x7F);
    return half == 0 ? 0 : (uint16_t)(half - (1 << 10));
}

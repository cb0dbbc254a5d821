// The page's engine and the module that it is lent (lent.h): where its bytes are, and whether its products are taken.

sg_half_unit *sg_lent_half_unit;

static const uint8_t lent_module[] = {
#include "lent.bytes"
};

const uint8_t *lentModule(void) { return lent_module; }
int32_t lentModuleCount(void) { return (int32_t)sizeof lent_module; }

// Whether an offered product has the bits of our own, over numbers of all sizes, whose sums nearly all must be rounded.
static bool is_alike(sg_half_unit *offered, int width) {
    uint8_t unit[32 * SG_UNIT];
    float x[4 * SG_UNIT];
    uint32_t seed = 1;
    for (int round = 0; round < 16; round++) {
        for (int i = 0; i < (int)sizeof unit; i += 2) {
            seed = seed * 1664525 + 1013904223;
            // The largest exponent, which no finite number has, is left out.
            const uint16_t half = (uint16_t)((seed >> 16 & 0x83FF) | (seed >> 3) % 31 << 10);
            memcpy(unit + i, &half, sizeof half);
        }
        for (int i = 0; i < width * SG_UNIT; i++) {
            seed = seed * 1664525 + 1013904223;
            // From 2^(-8 · round) on down, at last among the numbers that have no full precision.
            const int exponent = 127 - 8 * round + (round == 15 ? -6 : 0) - (int)(seed >> 24 & 1);
            const uint32_t bits = (seed & 0x807FFFFF) | (uint32_t)exponent << 23;
            memcpy(x + i, &bits, sizeof bits);
        }
        vfloat own[4], other[4];
        own_half_unit(width, unit, x, SG_UNIT, own);
        if (!offered(width, unit, x, SG_UNIT, (float *)other)) return false;
        if (memcmp(own, other, (size_t)width * sizeof *own) != 0) return false;
    }
    return true;
}

// Takes what is offered, the place of a function in the engine's table, where it gives the same bits; returns whether it does.
bool lend(sg_half_unit *offered) {
    if (!is_alike(offered, 1) || !is_alike(offered, 4)) return false;
    sg_lent_half_unit = offered;
    return true;
}

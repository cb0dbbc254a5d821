// What the two halves of packing share: a super-block of a file as integers and scales, and small floats as halves.
#ifndef STEPGLASS_PACK_H
#define STEPGLASS_PACK_H
#include "CKernels.h"
#include "facts.inc.h"

// Small scales and the integers of one row's super-block, in column order.
struct sg_super_block {
    uint8_t q[256];
    int8_t scale[16];     // one per 16 or 32 columns
    uint8_t minimum[16];
    const uint8_t *d, *dmin;
    uint8_t made[2];      // d where the file does not hold it in one piece
};

// The super-blocks that are none of the K formats: codes of the IQ formats, three values of the TQ formats.
void sg_read_block(int32_t format, const uint8_t *block, struct sg_super_block *out);

// An 8-bit float with four bits of exponent and three of fraction (E4M3: no infinity, not a number with all bits set) as a
// half float, exactly.
uint16_t sg_half_of_e4m3(uint8_t bits);

// Half of the unsigned one that scales FP4 in NVFP4, where 0x7F says 0 and the sign nothing.
uint16_t sg_half_of_scale(uint8_t bits);
#endif

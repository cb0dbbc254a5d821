// The kernels for 64-bit ARM with dot products of bytes.
#if defined(__aarch64__)
#define SG_SET neondot
#define SG_SET_NAME "neondot"
#define SG_NEON 1
#define SG_NEON_DOT 1
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#else
typedef int sg_neondot_is_for_arm64;
#endif

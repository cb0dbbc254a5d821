// The kernels for processors with AVX2, FMA and dot products of bytes.
#if defined(__x86_64__)
#define SG_SET avxvnni
#define SG_SET_NAME "avxvnni"
#define SG_AVX2 1
#define SG_AVX_VNNI 1
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#else
typedef int sg_avxvnni_is_for_x86_64;
#endif

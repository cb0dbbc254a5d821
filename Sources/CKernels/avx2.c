// The kernels for processors with AVX2 and FMA: two vector registers hold the 16 lanes.
#if defined(__x86_64__)
#define SG_SET avx2
#define SG_SET_NAME "avx2"
#define SG_AVX2 1
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#else
typedef int sg_avx2_is_for_x86_64;
#endif

// The kernels for processors with AVX-512: one vector register holds the 16 lanes.
#if defined(__x86_64__)
#define SG_SET avx512
#define SG_SET_NAME "avx512"
#define SG_AVX512 1
#define SG_WIDE_TILES 1
#define SG_BLOCK_TOKENS 4
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#else
typedef int sg_avx512_is_for_x86_64;
#endif

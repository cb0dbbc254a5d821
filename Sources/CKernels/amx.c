// The kernels for processors with matrix instructions beside AVX-512, for many tokens at once.
#if defined(__x86_64__)
#define SG_SET amx
#define SG_SET_NAME "amx"
#define SG_AVX512 1
#define SG_AVX512_VNNI 1
#define SG_AMX 1
#define SG_WIDE_TILES 1
#define SG_BLOCK_TOKENS 8
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c,avx512vnni,amx-tile,amx-int8"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#else
typedef int sg_amx_is_for_x86_64;
#endif

// The kernels for processors with AVX-512 and its dot products of bytes, and those with matrix instructions beside them.
#if defined(__x86_64__)
#define SG_SET avx512vnni
#define SG_SET_NAME "avx512vnni"
#define SG_AVX512 1
#define SG_AVX512_VNNI 1
#define SG_WIDE_TILES 1
#define SG_BLOCK_TOKENS 8
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c,avx512vnni"))), apply_to = function)
#include "kernels.inc.h"
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,f16c,avx512vnni,amx-tile,amx-int8"))), apply_to = function)
#include "matrix_tiles.inc.h"
#include "matrix_multiply.inc.h"
#pragma clang attribute pop
#else
typedef int sg_avx512vnni_is_for_x86_64;
#endif

// Chooses the kernel set for this processor at run time.
#include "CKernels.h"

extern const struct sg_kernels sg_plain;
#if defined(__x86_64__)
extern const struct sg_kernels sg_avx512, sg_avx2;
#elif defined(__aarch64__)
extern const struct sg_kernels sg_neon;
#endif

const struct sg_kernels *sg_kernels_at(int index) {
    const struct sg_kernels *sets[4] = {0};
    int count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma"))
        sets[count++] = &sg_avx512;
    // Every processor with AVX2 also converts half floats (F16C came first).
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets[count++] = &sg_avx2;
#elif defined(__aarch64__)
    sets[count++] = &sg_neon;
#endif
    sets[count++] = &sg_plain;
    return index >= 0 && index < count ? sets[index] : 0;
}

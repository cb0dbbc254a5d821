// Chooses at run time by what this processor has: the one place that asks it.
#include "dispatch.h"

#if defined(__x86_64__)
#include <cpuid.h>
extern const struct sg_kernels sg_avx512, sg_avx2;

static bool runs_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
}

// Every processor with AVX2 also converts half floats (F16C came first).
static bool runs_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#elif defined(__aarch64__)
extern const struct sg_kernels sg_neon;
#endif

extern const struct sg_kernels sg_plain;
static bool always(void) { return true; }

// The kernel sets of this architecture, best first.
static const struct {
    const struct sg_kernels *kernels;
    bool (*runs)(void);
} sets[] = {
#if defined(__x86_64__)
    {&sg_avx512, runs_avx512},
    {&sg_avx2, runs_avx2},
#elif defined(__aarch64__)
    {&sg_neon, always},
#endif
    {&sg_plain, always},
};

const struct sg_kernels *sg_kernels_at(int index) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    for (size_t set = 0; set < sizeof sets / sizeof *sets; set++)
        if (sets[set].runs() && index-- == 0) return sets[set].kernels;
    return 0;
}

const struct sg_kernels *sg_best(void) { return sg_kernels_at(0); }

bool sg_has_sha256(void) {
#if defined(__x86_64__)
    unsigned a, b, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 29 & 1);
#else
    return false;
#endif
}

// Chooses at run time by what this processor has: the one place that asks it.
#include <stdatomic.h>

#include "dispatch.h"

#if defined(__x86_64__)
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
// Every processor with AVX2 also converts half floats (F16C came first).
static bool runs_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

// A feature that the compiler may have no name for; the system saves AVX2's registers for it.
static bool has_feature(unsigned sub, int reg, int bit) {
    unsigned r[4];
    return __get_cpuid_count(7, sub, &r[0], &r[1], &r[2], &r[3]) && (r[reg] >> bit & 1);
}

static bool runs_avxvnni(void) { return runs_avx2() && has_feature(1, 0, 4); }

static bool runs_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("fma");
}

static bool runs_avx512vnni(void) { return runs_avx512() && __builtin_cpu_supports("avx512vnni"); }

// The tiles' registers are large: the system saves them for those only who ask (arch_prctl, for the whole process).
static bool runs_amx(void) {
#if defined(__linux__)
    const long request_permission = 0x1023, tile_data = 18;
    return runs_avx512vnni() && has_feature(0, 3, 24) && has_feature(0, 3, 25) &&
           syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
    return false;
#endif
}
#elif defined(__aarch64__)
#if defined(__linux__)
#include <sys/auxv.h>
#endif
static bool runs_neondot(void) {
#if defined(__linux__)
    return getauxval(AT_HWCAP) >> 20 & 1;
#else
    return true;  // every Mac of this architecture
#endif
}
#endif

static bool always(void) { return true; }

// The instruction sets of this architecture, best first, and whether this processor runs them.
#if defined(__x86_64__)
#define SETS(X) \
    X(amx, runs_amx) X(avx512vnni, runs_avx512vnni) X(avx512, runs_avx512) X(avxvnni, runs_avxvnni) X(avx2, runs_avx2) \
    X(plain, always)
#elif defined(__aarch64__)
#define SETS(X) X(neondot, runs_neondot) X(neon, always) X(plain, always)
#else
#define SETS(X) X(plain, always)
#endif

#define DECLARED(set, test) \
    extern const struct sg_kernels sg_##set; \
    extern const struct sg_passes sg_passes_##set;
#define TEST(set, test) test,
#define KERNELS(set, test) &sg_##set,
#define PASSES(set, test) &sg_passes_##set,
SETS(DECLARED)
static bool (*const tests[])(void) = {SETS(TEST)};
// Each in a list of its own: the linker leaves out what nobody asks for.
static const struct sg_kernels *const kernels[] = {SETS(KERNELS)};
static const struct sg_passes *const passes[] = {SETS(PASSES)};

// The place of one of the sets that this processor runs; -1 past the last. Asking the processor costs, most of all in a
// virtual machine, so it is asked once; threads that ask at the same time find the same.
static int place_of(int index) {
    enum { count = sizeof tests / sizeof *tests };
    static _Atomic(unsigned) found;  // bit i: set i runs; the highest bit: they were asked
    const unsigned asked = 1u << 31;
    unsigned runs = atomic_load_explicit(&found, memory_order_relaxed);
    if (runs == 0) {
#if defined(__x86_64__)
        __builtin_cpu_init();
#endif
        runs = asked;
        for (int set = 0; set < count; set++) runs |= (unsigned)tests[set]() << set;
        atomic_store_explicit(&found, runs, memory_order_relaxed);
    }
    for (int set = 0; set < count; set++)
        if ((runs >> set & 1) && index-- == 0) return set;
    return -1;
}

const struct sg_kernels *sg_kernels_at(int index) {
    const int place = place_of(index);
    return place < 0 ? 0 : kernels[place];
}

const struct sg_passes *sg_passes_at(int index) {
    const int place = place_of(index);
    return place < 0 ? 0 : passes[place];
}

// Measured: on Intel's servers the stream hint holds reading to a third of its speed; AMD's Zen 5 reads fastest with it.
static enum sg_fetch measured_hint(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_is("intel") ? SG_FETCH_ALL : SG_FETCH_STREAM;
#else
    return SG_FETCH_STREAM;
#endif
}

enum sg_fetch sg_fetch_hint;
__attribute__((constructor)) static void choose_hint(void) { sg_fetch_hint = measured_hint(); }
enum sg_fetch sg_get_fetch_hint(void) { return sg_fetch_hint; }
void sg_set_fetch_hint(enum sg_fetch hint) { sg_fetch_hint = hint; }

bool sg_has_sha256(void) {
#if defined(__x86_64__)
    return has_feature(0, 1, 29);
#else
    return false;
#endif
}

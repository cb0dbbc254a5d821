// The processors this process may use: Swift does not see the GNU function that tells.
#define _GNU_SOURCE
#include <unistd.h>
#if defined(__linux__)
#include <sched.h>
#endif

#include "CKernels.h"

int sg_allowed_processors(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (int)count;
}

// The allocator of glibc under its other names, counted. A program's own malloc takes the place of the library's for all
// libraries that it loads, Swift's among them; elsewhere, and under sanitizers, which do the same, nothing is counted.
#include "CAllocations.h"

#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SG_IS_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(SG_IS_SANITIZED)
#include <errno.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static __thread long count;

void *malloc(size_t size) {
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t blocks, size_t size) {
    count++;
    return __libc_calloc(blocks, size);
}

void *realloc(void *block, size_t size) {
    count++;
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    count++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *found = memalign(alignment, size);
    if (!found) return ENOMEM;
    *block = found;
    return 0;
}

long sg_allocations(void) { return count; }
#else
long sg_allocations(void) { return -1; }
#endif

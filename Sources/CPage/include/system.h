// The part of the C library that the engine's sources call, for a module without a system: memory comes from its own
// heap, there are no files, and one thread runs.
#pragma clang diagnostic ignored "-Wnullability-completeness"
#ifndef STEPGLASS_PAGE_SYSTEM_H
#define STEPGLASS_PAGE_SYSTEM_H
#include <stddef.h>
#include <stdint.h>

#include "math.h"
#include "string.h"
#include "unistd.h"

// Memory.
void *malloc(size_t count);
void *calloc(size_t count, size_t size);
void free(void *block);
int posix_memalign(void **block, size_t alignment, size_t count);

#define PROT_READ 1
#define PROT_WRITE 2
#define MAP_PRIVATE 2
#define MAP_ANON 0x20
#define MAP_ANONYMOUS 0x20
#define MAP_NORESERVE 0x4000
static void *_Nonnull const MAP_FAILED = (void *)-1;
#define MADV_DONTNEED 4
#define MADV_HUGEPAGE 14
void *mmap(void *address, size_t count, int protection, int flags, int file, int64_t offset);
int munmap(void *address, size_t count);
int madvise(void *address, size_t count, int advice);

// Files: every path is one that does not exist.
#define ENOENT 2
#define ENOTDIR 20
#define O_RDONLY 0
#define O_CLOEXEC 02000000
#define O_NONBLOCK 04000
#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFDIR 0040000
static const int errno = ENOENT;
struct stat {
    int st_mode;
    int64_t st_size;
};
int open(const char *path, int flags);
int close(int file);
int stat(const char *path, struct stat *status);
int fstat(int file, struct stat *status);
struct dirent {
    char d_name[256];
};
typedef struct DIR DIR;
DIR *opendir(const char *path);
struct dirent *readdir(DIR *folder);
int closedir(DIR *folder);

// Threads: none can be made, so nothing ever waits.
typedef int pthread_mutex_t;
typedef int pthread_cond_t;
int pthread_mutex_init(pthread_mutex_t *mutex, const void *attributes);
int pthread_mutex_destroy(pthread_mutex_t *mutex);
int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_unlock(pthread_mutex_t *mutex);
int pthread_cond_init(pthread_cond_t *condition, const void *attributes);
int pthread_cond_destroy(pthread_cond_t *condition);
int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int pthread_cond_broadcast(pthread_cond_t *condition);
int sched_yield(void);

// The clock, which the page gives.
#define CLOCK_MONOTONIC 1
struct timespec {
    int64_t tv_sec;
    long tv_nsec;
};
int clock_gettime(int clock, struct timespec *now);
#endif

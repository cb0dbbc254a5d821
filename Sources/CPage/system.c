// What a program asks of a system, where there is none: no files, one thread, the page's clock.
#include "system.h"

#include <stdbool.h>

// The two things that the module takes from the page.
__attribute__((import_module("page"), import_name("seconds"))) double page_seconds(void);
__attribute__((import_module("page"), import_name("random"))) uint32_t page_random(void);

int clock_gettime(int clock, struct timespec *now) {
    const double seconds = page_seconds();
    now->tv_sec = (int64_t)seconds;
    now->tv_nsec = (long)((seconds - (double)now->tv_sec) * 1e9);
    return 0;
}

// Only the order within hash tables depends on it.
void arc4random_buf(void *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) ((unsigned char *)bytes)[i] = (unsigned char)page_random();
}

long sysconf(int name) { return name == _SC_NPROCESSORS_ONLN ? 1 : 65536; }

int open(const char *path, int flags) { return -1; }
int close(int file) { return -1; }
int stat(const char *path, struct stat *status) { return -1; }
int fstat(int file, struct stat *status) { return -1; }
char *strerror(int number) { return "there are no files here"; }

int pthread_mutex_init(pthread_mutex_t *mutex, const void *attributes) { return 0; }
int pthread_mutex_destroy(pthread_mutex_t *mutex) { return 0; }
int pthread_mutex_lock(pthread_mutex_t *mutex) { return 0; }
int pthread_mutex_unlock(pthread_mutex_t *mutex) { return 0; }
int pthread_cond_init(pthread_cond_t *condition, const void *attributes) { return 0; }
int pthread_cond_destroy(pthread_cond_t *condition) { return 0; }
int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) { __builtin_trap(); }
int pthread_cond_broadcast(pthread_cond_t *condition) { return 0; }
int sched_yield(void) { return 0; }

// Swift's own code checks its stack frames against this.
uintptr_t __stack_chk_guard = 0x57E9B1A5;
_Noreturn void __stack_chk_fail(void) { __builtin_trap(); }

// The page calls it once, before anything else: what runs before `main` in a program.
void __wasm_call_ctors(void);
__attribute__((export_name("_initialize"))) void _initialize(void) { __wasm_call_ctors(); }

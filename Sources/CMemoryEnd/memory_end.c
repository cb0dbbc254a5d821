// How it is noticed that memory has ended. Swift's runtime writes a report and aborts where it gets none; libraries crash on
// a null pointer, or write a complaint of their own; a stack that may grow no further is a fault as well. All of it comes by
// here: the signals by their handlers, what is written by libc's `stderr`, which the command itself does not use.
#define _GNU_SOURCE
#include "CMemoryEnd.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <malloc.h>
#endif

static const int faults[] = {SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGSEGV, SIGFPE};
enum { FAULTS = sizeof faults / sizeof faults[0] };
static struct sigaction before[FAULTS];
static void (*cleaning)(void);
static char line[1024];
static _Atomic size_t length;
// For a stack that is at its end; that of the first thread alone grows.
static _Alignas(16) char spare[64 << 10];

/// The largest piece that the engine asks for at once is this large: where the system refuses it, memory is at its end.
static const size_t piece = 64 << 20;

static int is_at_its_end(void) {
    void *found = mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (found == MAP_FAILED) return 1;
    munmap(found, piece);
    return 0;
}

static void say(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = write(STDERR_FILENO, bytes, count);
        if (sent <= 0) return;
        bytes += sent;
        count -= (size_t)sent;
    }
}

static _Noreturn void end_with(const char *words, size_t count) {
    static atomic_flag told = ATOMIC_FLAG_INIT;
    // Several threads may come by here: one tells.
    if (!atomic_flag_test_and_set(&told)) {
        cleaning();
        say(words, count);
        _exit(1);
    }
    for (;;) pause();
}

static _Noreturn void end(void) { end_with(line, length); }

void sg_memory_end_now(const char *words) { end_with(words, strlen(words)); }

static void came(int number, siginfo_t *facts, void *context) {
    (void)context;
    if (is_at_its_end()) end();
    cleaning();
    for (int place = 0; place < FAULTS; place++) {
        if (faults[place] == number) sigaction(number, &before[place], NULL);
    }
    // What a processor stumbled over it stumbles over again; what was sent is sent again.
    if (facts->si_code <= 0) raise(number);
}

#ifdef __linux__
static ssize_t told(void *context, const char *bytes, size_t count) {
    (void)context;
    // The one report that may come of a wish that was too large, with memory left for others.
    static const char report[] = "Fatal error: failed to allocate";
    size_t head = sizeof report - 1;
    if ((count >= head && memcmp(bytes, report, head) == 0) || is_at_its_end()) end();
    say(bytes, count);
    return (ssize_t)count;
}

static int is_limited(int resource) {
    struct rlimit limit;
    return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}
#endif

void sg_memory_end_tell(const char *text) {
    size_t count = strnlen(text, sizeof line);
    memcpy(line, text, count);
    length = count;
}

void sg_memory_end_watch(void (*clean)(void)) {
    cleaning = clean;
    stack_t stack = {.ss_sp = spare, .ss_size = sizeof spare};
    sigaltstack(&stack, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = came;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int place = 0; place < FAULTS; place++) sigaction(faults[place], &action, &before[place]);
#ifdef __linux__
    cookie_io_functions_t functions = {.write = told};
    FILE *stream = fopencookie(NULL, "w", functions);
    if (stream != NULL) {
        setvbuf(stream, NULL, _IONBF, 0);
        stderr = stream;
    }
    // A thread's heap of its own takes 64 MB of addresses, of which there are few where they are counted.
    if (is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA)) mallopt(M_ARENA_MAX, 1);
#endif
}

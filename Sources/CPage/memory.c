// The heap of the page's module.
//
// Small blocks come from lists of equal size; large ones from one list in the order of addresses, where free neighbours
// become one. Memory that was never handed out is still zero, and none of its pages was touched.
#include "system.h"

#define PAGE 65536u
#define SMALL_LIMIT 32768u
#define CHUNK (1u << 20)

// Stands right before every block's first byte.
struct header {
    uint32_t size;    // of the whole block, header and alignment included; for small ones that of its class
    uint32_t offset;  // from the whole block's start to the first byte handed out
};

struct hole {
    uint32_t size;
    struct hole *next;
};

extern unsigned char __heap_base;
static uintptr_t top, end;      // never handed out: from `top` on; the memory ends at `end`
static struct hole *holes;      // free large blocks, by address
static struct hole *lists[64];  // free small blocks, by class
static uintptr_t chunk, chunk_end;

static uint32_t rounded(uint32_t size, uint32_t unit) { return (size + unit - 1) & ~(unit - 1); }

// Sizes up to 512 in steps of 16, then four steps to each doubling.
static uint32_t class_of(uint32_t size, uint32_t *whole) {
    if (size <= 512) {
        *whole = rounded(size, 16);
        return *whole / 16;
    }
    const uint32_t doubling = 31 - (uint32_t)__builtin_clz(size - 1), step = 1u << (doubling - 2);
    *whole = rounded(size, step);
    return 33 + (doubling - 9) * 4 + (*whole - (1u << doubling)) / step - 1;
}

// `size` bytes at a multiple of 16; 0 when the memory is at its end. `fresh`: all of them are zero.
static uintptr_t take_large(uint32_t size, int *fresh) {
    for (struct hole **link = &holes; *link; link = &(*link)->next) {
        struct hole *hole = *link;
        if (hole->size < size) continue;
        if (hole->size > size) {
            struct hole *rest = (struct hole *)((uintptr_t)hole + size);
            *rest = (struct hole){hole->size - size, hole->next};
            *link = rest;
        } else {
            *link = hole->next;
        }
        *fresh = 0;
        return (uintptr_t)hole;
    }
    if (top == 0) {
        top = rounded((uint32_t)(uintptr_t)&__heap_base, 16);
        end = __builtin_wasm_memory_size(0) * PAGE;
    }
    if (end - top < size) {
        const uint32_t missing = size - (uint32_t)(end - top);
        const uint32_t pages = (missing + PAGE - 1) / PAGE;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return 0;
        end += (uintptr_t)pages * PAGE;
    }
    const uintptr_t block = top;
    top += size;
    *fresh = 1;
    return block;
}

static void give_large(uintptr_t block, uint32_t size) {
    struct hole **link = &holes, *before = 0;
    while (*link && (uintptr_t)*link < block) {
        before = *link;
        link = &before->next;
    }
    struct hole *hole = (struct hole *)block;
    *hole = (struct hole){size, *link};
    *link = hole;
    if (hole->next && block + size == (uintptr_t)hole->next) {
        hole->size += hole->next->size;
        hole->next = hole->next->next;
    }
    if (before && (uintptr_t)before + before->size == block) {
        before->size += hole->size;
        before->next = hole->next;
    }
}

// One block at a multiple of `alignment` (a power of two, 16 at least), or null.
static void *take(size_t count, uint32_t alignment, int *fresh) {
    const uint32_t extra = alignment > 16 ? alignment + 16 : 16;
    if (count > 0xFFFFFFFFu - 2 * PAGE - extra) return 0;
    uint32_t size = (uint32_t)count + extra;
    uintptr_t block;
    *fresh = 0;
    if (size <= SMALL_LIMIT) {
        const uint32_t class = class_of(size, &size);
        if (lists[class]) {
            block = (uintptr_t)lists[class];
            lists[class] = lists[class]->next;
        } else {
            if (chunk_end - chunk < size) {
                int zero;
                chunk = take_large(CHUNK, &zero);
                if (!chunk) {
                    chunk_end = 0;
                    return 0;
                }
                chunk_end = chunk + CHUNK;
            }
            block = chunk;
            chunk += size;
        }
    } else {
        size = rounded(size, 16);
        block = take_large(size, fresh);
        if (!block) return 0;
    }
    const uintptr_t start = (block + sizeof(struct header) + alignment - 1) & ~(uintptr_t)(alignment - 1);
    ((struct header *)start)[-1] = (struct header){size, (uint32_t)(start - block)};
    return (void *)start;
}

void *malloc(size_t count) {
    int fresh;
    return take(count, 16, &fresh);
}

static void *zeroed(size_t count, uint32_t alignment) {
    int fresh;
    void *block = take(count, alignment, &fresh);
    if (block && !fresh) memset(block, 0, count);
    return block;
}

void *calloc(size_t count, size_t size) {
    size_t bytes;
    return __builtin_mul_overflow(count, size, &bytes) ? 0 : zeroed(bytes, 16);
}

int posix_memalign(void **block, size_t alignment, size_t count) {
    int fresh;
    *block = take(count, alignment > 16 ? (uint32_t)alignment : 16, &fresh);
    return *block ? 0 : 12;  // ENOMEM
}

void free(void *pointer) {
    if (!pointer) return;
    const struct header *header = (struct header *)pointer - 1;
    uint32_t size = header->size;
    const uintptr_t block = (uintptr_t)pointer - header->offset;
    if (size <= SMALL_LIMIT) {
        struct hole *hole = (struct hole *)block;
        const uint32_t class = class_of(size, &size);
        *hole = (struct hole){size, lists[class]};
        lists[class] = hole;
    } else {
        give_large(block, size);
    }
}

void *mmap(void *address, size_t count, int protection, int flags, int file, int64_t offset) {
    void *block = zeroed(count, 64);
    return block ? block : MAP_FAILED;
}

int munmap(void *address, size_t count) {
    free(address);
    return 0;
}

int madvise(void *address, size_t count, int advice) { return 0; }

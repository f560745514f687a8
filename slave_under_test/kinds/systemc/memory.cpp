// The memory of a SystemC slave: all that it and the SystemC library allocate lies in one place, so
// that it can be as after elaboration again without building the model anew. A kernel of SystemC
// can be elaborated once only.
//
// These functions stand in for those of the C library in everything that was loaded with the slave.
// Its own, because a slave may be loaded where the whole program has other ones.
#include "memory.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace
{

constexpr size_t arena_bytes = size_t{64} << 20;
constexpr size_t page_bytes = 4096;
constexpr unsigned first_class = 5, classes = 48; // sizes 2^n, header included
constexpr unsigned page_lists = 8, guards_max = 1024;

/// Right before each block.
struct alignas(16) header {
    size_t bytes; ///< asked for
    void *chunk;  ///< what goes back to the list; NULL: nothing does
};

struct free_block {
    free_block *next;
};

struct free_pages {
    size_t bytes;
    free_block *first;
};

// In the object's own writable segment, which the engine restores: so lists and ends are always
// those of the memory that is there.
struct {
    char *base, *top, *end;
    free_block *blocks[classes];
    free_pages pages[page_lists];
    struct {
        char *at;
        size_t bytes;
    } guard[guards_max];
    unsigned guards;
    size_t kept; ///< bytes of the file that are what was kept
} arena;

void *raw_map(void *at, size_t bytes, int protection, int flags, int file, off_t offset)
{
    return reinterpret_cast<void *>(syscall(SYS_mmap, at, bytes, protection, flags, file, offset));
}

bool reserve()
{
    if (arena.base != nullptr)
        return true;
    void *at = raw_map(nullptr, arena_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return false;
    arena.base = arena.top = static_cast<char *>(at);
    arena.end = arena.base + arena_bytes;
    return true;
}

char *take(size_t bytes, size_t align)
{
    if (!reserve())
        return nullptr;
    const uintptr_t at = (reinterpret_cast<uintptr_t>(arena.top) + align - 1) & ~(align - 1);
    if (bytes > reinterpret_cast<uintptr_t>(arena.end) - at)
        return nullptr;
    arena.top = reinterpret_cast<char *>(at) + bytes;
    return reinterpret_cast<char *>(at);
}

unsigned class_of(size_t bytes)
{
    unsigned n = first_class;
    while ((size_t{1} << n) < bytes)
        n++;
    return n;
}

void *allocate(size_t bytes)
{
    if (bytes > arena_bytes) {
        errno = ENOMEM;
        return nullptr;
    }
    const unsigned n = class_of(bytes + sizeof(header));
    char *chunk = reinterpret_cast<char *>(arena.blocks[n]);
    if (chunk != nullptr)
        arena.blocks[n] = arena.blocks[n]->next;
    else
        chunk = take(size_t{1} << n, sizeof(header));
    if (chunk == nullptr) {
        errno = ENOMEM;
        return nullptr;
    }
    auto *h = reinterpret_cast<header *>(chunk);
    *h = {bytes, chunk};
    return h + 1;
}

void *allocate_aligned(size_t align, size_t bytes)
{
    if (align <= sizeof(header))
        return allocate(bytes);
    auto *chunk = static_cast<char *>(allocate(bytes + align + sizeof(header)));
    if (chunk == nullptr)
        return nullptr;
    const uintptr_t at =
        (reinterpret_cast<uintptr_t>(chunk) + sizeof(header) + align - 1) & ~(align - 1);
    auto *h = reinterpret_cast<header *>(at) - 1;
    *h = {bytes, reinterpret_cast<header *>(chunk) - 1};
    return h + 1;
}

size_t whole_pages(size_t bytes)
{
    return (bytes + page_bytes - 1) & ~(page_bytes - 1);
}

bool is_ours(const void *at)
{
    return at >= arena.base && at < arena.end;
}

free_pages *list_of(size_t bytes)
{
    for (auto &list : arena.pages)
        if (list.bytes == bytes || list.bytes == 0) {
            list.bytes = bytes;
            return &list;
        }
    return nullptr;
}

void *map_pages(size_t asked)
{
    const size_t bytes = whole_pages(asked);
    free_pages *list = list_of(bytes);
    if (list != nullptr && list->first != nullptr) {
        void *at = list->first;
        list->first = list->first->next;
        memset(at, 0, bytes);
        return at;
    }
    void *at = take(bytes, page_bytes);
    return at != nullptr ? at : MAP_FAILED;
}

void open_guards()
{
    for (unsigned i = 0; i < arena.guards; i++)
        (void)syscall(SYS_mprotect, arena.guard[i].at, arena.guard[i].bytes,
                      PROT_READ | PROT_WRITE);
}

} // namespace

bool systemc_memory_keep()
{
    if (!reserve())
        return false;
    const int file = static_cast<int>(syscall(SYS_memfd_create, "i2cproof_systemc", 1U));
    const auto used = static_cast<size_t>(arena.top - arena.base);
    bool fine = file >= 0 && ftruncate(file, arena_bytes) == 0;
    for (size_t done = 0; fine && done < used;) {
        const ssize_t wrote = write(file, arena.base + done, used - done);
        fine = wrote > 0;
        done += fine ? static_cast<size_t>(wrote) : 0;
    }
    fine = fine && raw_map(arena.base, arena_bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, file, 0) != MAP_FAILED;
    if (file >= 0)
        (void)close(file);
    arena.kept = used;
    return fine;
}

/// Pages that were written fall back to what the file holds.
void systemc_memory_refresh()
{
    open_guards();
    (void)madvise(arena.base, whole_pages(static_cast<size_t>(arena.top - arena.base)),
                  MADV_DONTNEED);
}

// ---- in place of the C library's ----------------------------------------------------------------

extern "C" {

void *malloc(size_t bytes)
{
    return allocate(bytes);
}

void free(void *at)
{
    if (!is_ours(at))
        return;
    auto *block = static_cast<free_block *>((static_cast<header *>(at) - 1)->chunk);
    const auto *h = static_cast<header *>(static_cast<void *>(block));
    const unsigned n = class_of(h->bytes + sizeof(header));
    block->next = arena.blocks[n];
    arena.blocks[n] = block;
}

void *calloc(size_t count, size_t bytes)
{
    size_t all = 0;
    if (__builtin_mul_overflow(count, bytes, &all)) {
        errno = ENOMEM;
        return nullptr;
    }
    void *at = allocate(all);
    return at == nullptr ? nullptr : memset(at, 0, all);
}

size_t malloc_usable_size(void *at)
{
    return at == nullptr ? 0 : (static_cast<header *>(at) - 1)->bytes;
}

void *realloc(void *at, size_t bytes)
{
    void *other = allocate(bytes);
    if (other != nullptr && at != nullptr) {
        const size_t had = malloc_usable_size(at);
        memcpy(other, at, had < bytes ? had : bytes);
        free(at);
    }
    return other;
}

void *memalign(size_t align, size_t bytes)
{
    return allocate_aligned(align, bytes);
}

void *aligned_alloc(size_t align, size_t bytes)
{
    return allocate_aligned(align, bytes);
}

int posix_memalign(void **at, size_t align, size_t bytes)
{
    *at = allocate_aligned(align, bytes);
    return *at == nullptr ? ENOMEM : 0;
}

void *mmap(void *at, size_t bytes, int protection, int flags, int file, off_t offset) noexcept
{
    if (at == nullptr && (flags & MAP_ANONYMOUS) != 0)
        return map_pages(bytes);
    return raw_map(at, bytes, protection, flags, file, offset);
}

int munmap(void *at, size_t bytes) noexcept
{
    if (!is_ours(at))
        return static_cast<int>(syscall(SYS_munmap, at, bytes));
    const size_t whole = whole_pages(bytes);
    (void)syscall(SYS_mprotect, at, whole, PROT_READ | PROT_WRITE);
    free_pages *list = list_of(whole);
    if (list != nullptr) {
        auto *block = static_cast<free_block *>(at);
        block->next = list->first;
        list->first = block;
    }
    return 0;
}

int mprotect(void *at, size_t bytes, int protection) noexcept
{
    if (is_ours(at) && (protection & PROT_WRITE) == 0) {
        if (arena.guards == guards_max)
            return 0; // unguarded, and yet right
        arena.guard[arena.guards++] = {static_cast<char *>(at), bytes};
    }
    return static_cast<int>(syscall(SYS_mprotect, at, bytes, protection));
}
}

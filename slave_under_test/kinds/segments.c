#define _GNU_SOURCE // dlinfo
#include "slave_under_test/kinds/segments.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// What is read-only after relocation lies before what stays writable.
static slave_segment writable_part(uintptr_t base, const ElfW(Phdr) * all, int count,
                                   const ElfW(Phdr) * ph, size_t page)
{
    uintptr_t from = base + ph->p_vaddr;
    const uintptr_t to = from + ph->p_memsz;
    for (int i = 0; i < count; i++) {
        const uintptr_t begin = base + all[i].p_vaddr;
        const uintptr_t end = begin + all[i].p_memsz;
        if (all[i].p_type == PT_GNU_RELRO && begin <= from && end > from)
            from = end < to ? end : to;
    }
    return (slave_segment){
        .at = (unsigned char *)from, .bytes = to - from, .rest = (page - to % page) % page};
}

/// Asked of the object itself, since it may have been loaded apart from this program's own.
static bool find_segments(slave_segments *segments, void *handle)
{
    struct link_map *map = NULL;
    const ElfW(Phdr) *all = NULL;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return false;
    const int count = dlinfo(handle, RTLD_DI_PHDR, &all);
    for (int i = 0; i < count; i++) {
        if (all[i].p_type != PT_LOAD || !(all[i].p_flags & PF_W))
            continue;
        const slave_segment part = writable_part(map->l_addr, all, count, &all[i], page);
        if (part.bytes > 0 && segments->count < SLAVE_SEGMENT_MAX)
            segments->segment[segments->count++] = part;
    }
    return count > 0;
}

bool slave_segments_save(slave_segments *segments, void *handle)
{
    if (!find_segments(segments, handle))
        return false;
    for (unsigned i = 0; i < segments->count; i++) {
        slave_segment *g = &segments->segment[i];
        g->saved = malloc(g->bytes + g->rest);
        if (g->saved == NULL)
            return false;
        memcpy(g->saved, g->at, g->bytes + g->rest);
    }
    return true;
}

void slave_segments_refresh(const slave_segments *segments)
{
    for (unsigned i = 0; i < segments->count; i++) {
        const slave_segment *g = &segments->segment[i];
        memcpy(g->at, g->saved, g->bytes + g->rest);
    }
}

bool slave_segments_overran(const slave_segments *segments)
{
    for (unsigned i = 0; i < segments->count; i++) {
        const slave_segment *g = &segments->segment[i];
        if (memcmp(g->at + g->bytes, g->saved + g->bytes, g->rest) != 0)
            return true;
    }
    return false;
}

void slave_segments_free(slave_segments *segments)
{
    for (unsigned i = 0; i < segments->count; i++)
        free(segments->segment[i].saved);
    segments->count = 0;
}

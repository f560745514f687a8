#define _GNU_SOURCE // dl_iterate_phdr, dlinfo
#include "slave_under_test/kinds/segments.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    slave_segments *segments;
    const void *dynamic;
    bool found;
} search;

/// The part of `ph` that stays writable: what is read-only after relocation lies before it.
static slave_segment writable_part(const struct dl_phdr_info *info, const ElfW(Phdr) * ph,
                                   size_t page)
{
    uintptr_t from = info->dlpi_addr + ph->p_vaddr;
    const uintptr_t to = from + ph->p_memsz;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *relro = &info->dlpi_phdr[i];
        const uintptr_t begin = info->dlpi_addr + relro->p_vaddr;
        const uintptr_t end = begin + relro->p_memsz;
        if (relro->p_type == PT_GNU_RELRO && begin <= from && end > from)
            from = end < to ? end : to;
    }
    return (slave_segment){
        .at = (unsigned char *)from, .bytes = to - from, .rest = (page - to % page) % page};
}

static int on_object(struct dl_phdr_info *info, size_t size, void *ctx)
{
    (void)size;
    search *s = ctx;
    bool is_it = false;
    for (unsigned i = 0; i < info->dlpi_phnum; i++)
        is_it =
            is_it || (info->dlpi_phdr[i].p_type == PT_DYNAMIC &&
                      (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr) == s->dynamic);
    if (!is_it)
        return 0;
    s->found = true;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
        if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_W))
            continue;
        const slave_segment part = writable_part(info, ph, page);
        if (part.bytes > 0 && s->segments->count < SLAVE_SEGMENT_MAX)
            s->segments->segment[s->segments->count++] = part;
    }
    return 1;
}

bool slave_segments_save(slave_segments *segments, void *handle)
{
    struct link_map *map = NULL;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return false;
    search s = {.segments = segments, .dynamic = map->l_ld};
    dl_iterate_phdr(on_object, &s);
    for (unsigned i = 0; i < segments->count; i++) {
        slave_segment *g = &segments->segment[i];
        g->saved = malloc(g->bytes + g->rest);
        if (g->saved == NULL)
            return false;
        memcpy(g->saved, g->at, g->bytes + g->rest);
    }
    return s.found;
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

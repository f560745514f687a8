#define _GNU_SOURCE // dlinfo
#include "slave_under_test/kinds/firmware/object.h"

#include "slave_under_test/kinds/firmware/space.h"
#include "slave_under_test/kinds/segments.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct firmware_object {
    void *handle;
    slave_segments memory;
    firmware_link *link;
    const firmware_space *space;
    bool mapped;         ///< its registers are there
    unsigned char *file; ///< its ELF file, for the names of static variables
    size_t file_bytes;
    uintptr_t base;
};

// ---- names ------------------------------------------------------------------------------------

static bool map_file(firmware_object *o, const char *path)
{
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    o->file_bytes = (size_t)info.st_size;
    void *at = mmap(NULL, o->file_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    (void)close(fd);
    o->file = at == MAP_FAILED ? NULL : at;
    return o->file != NULL;
}

typedef struct {
    const ElfW(Sym) * at;
    size_t count;
    const char *names;
} symbols;

static symbols symbols_of(const firmware_object *o)
{
    const ElfW(Ehdr) *head = (const ElfW(Ehdr) *)(const void *)o->file;
    const ElfW(Shdr) *section = (const ElfW(Shdr) *)(const void *)(o->file + head->e_shoff);
    for (unsigned i = 0; i < head->e_shnum; i++)
        if (section[i].sh_type == SHT_SYMTAB)
            return (symbols){(const ElfW(Sym) *)(const void *)(o->file + section[i].sh_offset),
                             section[i].sh_size / sizeof(ElfW(Sym)),
                             (const char *)o->file + section[section[i].sh_link].sh_offset};
    return (symbols){NULL, 0, NULL};
}

uintptr_t firmware_object_base(const firmware_object *object)
{
    return object->base;
}

const char *firmware_object_function(const firmware_object *object, uintptr_t at)
{
    const symbols all = symbols_of(object);
    for (size_t i = 0; i < all.count; i++) {
        const ElfW(Sym) *s = &all.at[i];
        const uintptr_t from = object->base + s->st_value;
        if (ELF64_ST_TYPE(s->st_info) == STT_FUNC && at > from && at <= from + s->st_size)
            return all.names + s->st_name;
    }
    return "";
}

static bool find_variable(const firmware_object *object, const char *name, size_t length,
                          firmware_variable *found)
{
    const symbols all = symbols_of(object);
    unsigned hits = 0;
    for (size_t i = 0; i < all.count; i++) {
        const ElfW(Sym) *s = &all.at[i];
        const char *symbol = all.names + s->st_name;
        if (ELF64_ST_TYPE(s->st_info) != STT_OBJECT || strncmp(symbol, name, length) != 0 ||
            symbol[length] != '\0')
            continue;
        hits++;
        *found = (firmware_variable){(unsigned char *)(object->base + s->st_value), s->st_size};
    }
    return hits == 1;
}

bool firmware_object_variable(const firmware_object *object, const char *name,
                              firmware_variable *found)
{
    firmware_variable_name parts;
    return firmware_variable_split(name, &parts) &&
           find_variable(object, name, parts.length, found) &&
           firmware_variable_element(&parts, found);
}

/// Ours and the compiler's own begin with an underscore or our name, or have a dot.
static bool is_of_sources(const char *name)
{
    return name[0] != '\0' && name[0] != '_' && name[0] != '.' && strchr(name, '.') == NULL &&
           strncmp(name, "i2cproof", 8) != 0;
}

const char *firmware_object_variable_name(const firmware_object *object, unsigned i)
{
    const symbols all = symbols_of(object);
    for (size_t k = 0; k < all.count; k++) {
        const char *name = all.names + all.at[k].st_name;
        if (ELF64_ST_TYPE(all.at[k].st_info) == STT_OBJECT && all.at[k].st_size > 0 &&
            is_of_sources(name) && i-- == 0)
            return name;
    }
    return NULL;
}

const char *firmware_object_function_ending(const firmware_object *object, const char *ending,
                                            unsigned i)
{
    const symbols all = symbols_of(object);
    const size_t bytes = strlen(ending);
    for (size_t k = 0; k < all.count; k++) {
        const ElfW(Sym) *s = &all.at[k];
        const char *name = all.names + s->st_name;
        const size_t length = strlen(name);
        if (ELF64_ST_TYPE(s->st_info) == STT_FUNC && length > bytes &&
            strcmp(name + length - bytes, ending) == 0 && i-- == 0)
            return name;
    }
    return NULL;
}

// ---- loading ----------------------------------------------------------------------------------

static bool fail(char *message, size_t bytes, const char *name, const char *why)
{
    (void)snprintf(message, bytes, "%s: %s", name, why);
    return false;
}

static bool load(firmware_object *o, const char *path, const char *name, char *message,
                 size_t bytes)
{
    o->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (o->handle == NULL)
        return fail(message, bytes, name, dlerror());
    struct link_map *map = NULL;
    o->link = dlsym(o->handle, "i2cproof_firmware_link");
    if (o->link == NULL || o->link->version != FIRMWARE_LINK_VERSION)
        return fail(message, bytes, name, "made by another version of i2cproof");
    if (firmware_object_main(o) == NULL)
        return fail(message, bytes, name,
                    "no main() in its sources: a library needs a few lines that call it "
                    "(`i2cproof init` writes them; docs/bring-your-own.md)");
    if (dlinfo(o->handle, RTLD_DI_LINKMAP, &map) != 0 || !map_file(o, path))
        return fail(message, bytes, name, strerror(errno));
    o->base = map->l_addr;
    firmware_vector_fn *const tell_blocks = firmware_object_routine(o, "i2cproof_tell_blocks");
    if (tell_blocks != NULL)
        tell_blocks();
    o->mapped = firmware_space_map(o->space);
    if (!o->mapped)
        return fail(message, bytes, name, "the addresses of its registers are in use");
    o->link->io = o->space->hooked.at;
    o->link->io_bytes = o->space->hooked.bytes;
    o->link->costs = o->space->costs;
    if (!slave_segments_save(&o->memory, o->handle))
        return fail(message, bytes, name, "no memory for a copy of its variables");
    return true;
}

firmware_object *firmware_object_load(const char *path, const char *name,
                                      const firmware_space *space, char *message,
                                      size_t message_bytes)
{
    firmware_object *o = calloc(1, sizeof *o);
    if (o == NULL) {
        (void)fail(message, message_bytes, name, "out of memory");
        return NULL;
    }
    o->space = space;
    if (load(o, path, name, message, message_bytes))
        return o;
    firmware_object_free(o);
    return NULL;
}

void firmware_object_free(firmware_object *object)
{
    if (object == NULL)
        return;
    slave_segments_free(&object->memory);
    if (object->mapped)
        firmware_space_unmap(object->space);
    if (object->file != NULL)
        (void)munmap(object->file, object->file_bytes);
    if (object->handle != NULL)
        (void)dlclose(object->handle);
    free(object);
}

firmware_link *firmware_object_link(const firmware_object *object)
{
    return object->link;
}

firmware_main_fn *firmware_object_main(const firmware_object *object)
{
    firmware_main_fn *function = NULL;
    if (dlsym(object->handle, "i2cproof_main") != NULL)
        *(void **)&function = dlsym(object->handle, "i2cproof_run");
    return function;
}

firmware_vector_fn *firmware_object_routine(const firmware_object *object, const char *name)
{
    firmware_vector_fn *function = NULL;
    *(void **)&function = dlsym(object->handle, name);
    return function;
}

void firmware_object_refresh(firmware_object *object)
{
    const firmware_link link = *object->link; // it lies in that memory
    slave_segments_refresh(&object->memory);
    *object->link = link;
}

bool firmware_object_overran(const firmware_object *object)
{
    return slave_segments_overran(&object->memory);
}

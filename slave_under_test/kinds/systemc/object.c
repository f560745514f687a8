#define _GNU_SOURCE // dlmopen, dlinfo
#include "slave_under_test/kinds/systemc/object.h"

#include "slave_under_test/kinds/segments.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIBRARY_MAX = 32 };

struct systemc_object {
    void *handle;
    systemc_link *link;
    slave_segments memory[LIBRARY_MAX]; ///< of the object and of all that was loaded with it
    unsigned libraries;
};

static const struct link_map *first_of(const struct link_map *map)
{
    while (map->l_prev != NULL)
        map = map->l_prev;
    return map;
}

/// The loader itself is in every list of objects, and it is not the slave's.
static bool is_shared(const struct link_map *map)
{
    struct link_map *own = NULL;
    void *program = dlopen(NULL, RTLD_NOW);
    if (program == NULL || dlinfo(program, RTLD_DI_LINKMAP, &own) != 0)
        return true;
    for (const struct link_map *m = first_of(own); m != NULL; m = m->l_next)
        if (m->l_ld == map->l_ld)
            return true;
    return false;
}

static bool save_library(systemc_object *o, const struct link_map *map, Lmid_t space)
{
    if (is_shared(map) || map->l_name[0] == '\0')
        return true;
    void *handle = dlmopen(space, map->l_name, RTLD_NOW | RTLD_NOLOAD);
    if (handle == NULL || o->libraries == LIBRARY_MAX)
        return false;
    const bool saved = slave_segments_save(&o->memory[o->libraries++], handle);
    (void)dlclose(handle);
    return saved;
}

static bool save_memory(systemc_object *o)
{
    struct link_map *map = NULL;
    Lmid_t space = LM_ID_BASE;
    if (dlinfo(o->handle, RTLD_DI_LINKMAP, &map) != 0 ||
        dlinfo(o->handle, RTLD_DI_LMID, &space) != 0)
        return false;
    for (const struct link_map *m = first_of(map); m != NULL; m = m->l_next)
        if (!save_library(o, m, space))
            return false;
    return true;
}

static bool fail(char *message, size_t bytes, const char *name, const char *why)
{
    (void)snprintf(message, bytes, "%s: %s", name, why);
    return false;
}

static systemc_link *find_link(void *handle)
{
    systemc_link *(*get)(void) = NULL;
    *(void **)&get = dlsym(handle, "i2cproof_systemc_link");
    return get != NULL ? get() : NULL;
}

static bool load(systemc_object *o, const char *path, const char *name, char *message, size_t bytes)
{
    o->handle = dlmopen(LM_ID_NEWLM, path, RTLD_NOW | RTLD_LOCAL);
    if (o->handle == NULL)
        return fail(message, bytes, name, dlerror());
    o->link = find_link(o->handle);
    if (o->link == NULL || o->link->version != SYSTEMC_LINK_VERSION)
        return fail(message, bytes, name, "made by another version of i2cproof");
    o->link->on_exit = exit;
    if (!o->link->elaborate()) {
        (void)snprintf(message, bytes, "%s: cannot be elaborated: %s", name, o->link->end);
        return false;
    }
    if (!o->link->keep() || !save_memory(o))
        return fail(message, bytes, name, "no memory for a copy of it");
    return true;
}

systemc_object *systemc_object_load(const char *path, const char *name, char *message,
                                    size_t message_bytes)
{
    systemc_object *o = calloc(1, sizeof *o);
    if (o == NULL) {
        (void)fail(message, message_bytes, name, "out of memory");
        return NULL;
    }
    if (load(o, path, name, message, message_bytes))
        return o;
    systemc_object_free(o);
    return NULL;
}

void systemc_object_refresh(const systemc_object *object)
{
    object->link->refresh();
    for (unsigned i = 0; i < object->libraries; i++)
        slave_segments_refresh(&object->memory[i]);
}

systemc_link *systemc_object_link(const systemc_object *object)
{
    return object->link;
}

void systemc_object_free(systemc_object *object)
{
    if (object == NULL)
        return;
    for (unsigned i = 0; i < object->libraries; i++)
        slave_segments_free(&object->memory[i]);
    free(object);
}

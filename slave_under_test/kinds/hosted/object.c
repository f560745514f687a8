#define _GNU_SOURCE // memfd_create

#include "slave_under_test/kinds/hosted/object.h"

#include "slave_under_test/kinds/segments.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATE_MAX_BYTES = 1 << 28 };

/// Up to here the descriptor has been since its interface has its present version.
#define OLDEST_DESCRIPTOR_BYTES offsetof(i2cproof_slave, input_filter)

static const char descriptor_name[] = "i2cproof_slave_descriptor";

struct hosted_object {
    void *handle;
    int copy_fd;        ///< of the private copy; -1: none
    i2cproof_slave own; ///< its descriptor, with zeros for what it is too old to know
    const i2cproof_slave *slave;
    slave_segments memory;
    unsigned char *guarded; ///< guard page, pages of the state, guard page
    size_t guarded_bytes;
    unsigned char *state;
    size_t page;
};

// ---- the declared state -----------------------------------------------------------------------

static bool map_state(hosted_object *o)
{
    const size_t bytes = o->slave->state_bytes;
    if (bytes == 0)
        return true;
    const size_t pages = (bytes + o->page - 1) / o->page;
    o->guarded_bytes = (pages + 2) * o->page;
    void *at = mmap(NULL, o->guarded_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return false;
    o->guarded = at;
    if (mprotect(o->guarded + o->page, pages * o->page, PROT_READ | PROT_WRITE) != 0)
        return false;
    size_t align = o->slave->state_align;
    if (align == 0 || (align & (align - 1)) != 0 || align > o->page)
        align = 16;
    o->state = o->guarded + o->guarded_bytes - o->page - ((bytes + align - 1) & ~(align - 1));
    return true;
}

// ---- loading ----------------------------------------------------------------------------------

/// Looks at the file before the loader does: its words for a missing or foreign file are obscure.
static bool looks_loadable(const char *path, const char *name, char *message, size_t message_bytes)
{
    unsigned char magic[4] = {0};
    struct stat info;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info) != 0) {
        (void)snprintf(message, message_bytes, "%s: %s", name, strerror(errno));
    } else if (!S_ISREG(info.st_mode)) {
        (void)snprintf(message, message_bytes, "%s: not a file", name);
    } else if (read(fd, magic, sizeof magic) != (ssize_t)sizeof magic ||
               memcmp(magic, "\177ELF", sizeof magic) != 0) {
        (void)snprintf(message, message_bytes, "%s: not a shared object (no ELF file)", name);
    } else {
        (void)close(fd);
        return true;
    }
    if (fd >= 0)
        (void)close(fd);
    return false;
}

/// A copy of the file in memory; the loader takes it for another object. -1 on failure.
static int copy_to_memory(const char *path)
{
    const int from = open(path, O_RDONLY | O_CLOEXEC);
    const int to = memfd_create("i2cproof_slave", MFD_CLOEXEC);
    char block[1 << 14];
    ssize_t got = -1;
    while (from >= 0 && to >= 0 && (got = read(from, block, sizeof block)) > 0)
        if (write(to, block, (size_t)got) != got) {
            got = -1;
            break;
        }
    if (from >= 0)
        (void)close(from);
    if (got != 0 && to >= 0)
        (void)close(to);
    return got == 0 ? to : -1;
}

/// The loader looks for names without a slash in its own folders.
static bool open_object(hosted_object *o, const char *path)
{
    char place[4096];
    const int n = snprintf(place, sizeof place, "%s%s", strchr(path, '/') ? "" : "./", path);
    if (n < 0 || (size_t)n >= sizeof place)
        return false;
    void *loaded = dlopen(place, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (loaded != NULL) {
        dlclose(loaded);
        o->copy_fd = copy_to_memory(path);
        if (o->copy_fd < 0)
            return false;
        // The loader takes equal names for one object. A child may have closed a descriptor whose
        // object it inherited, and get the same number again: so the process is part of the name.
        (void)snprintf(place, sizeof place, "/proc/%d/fd/%d", (int)getpid(), o->copy_fd);
    }
    o->handle = dlopen(place, RTLD_NOW | RTLD_LOCAL);
    return o->handle != NULL;
}

static bool vectors_are_sound(const i2cproof_slave *s, const char *name, char *message,
                              size_t message_bytes)
{
    const uint32_t levels = I2CPROOF_ON_USI_START | I2CPROOF_ON_USI_OVERFLOW | I2CPROOF_ON_TWI |
                            I2CPROOF_ON_I2C_EVENT | I2CPROOF_ON_I2C_ERROR;
    const bool filtered = s->input_filter != 0;
    if (s->vector_count > 14) {
        (void)snprintf(message, message_bytes, "%s: %u interrupt vectors; at most 14 can be", name,
                       s->vector_count);
        return false;
    }
    for (uint32_t i = 0; i < s->vector_count; i++) {
        const i2cproof_vector *v = &s->vectors[i];
        const char *fault =
            v->name == NULL      ? "has no name"
            : v->routine == NULL ? "has no routine"
            : (v->causes & levels) && (v->causes & ~levels)
                ? "mixes a peripheral's flags, which stay until cleared, with edges"
            : filtered && (v->causes & (I2CPROOF_ON_USI_START | I2CPROOF_ON_USI_OVERFLOW))
                ? "is the USI's, which has no input filter"
                : NULL;
        if (fault == NULL)
            continue;
        (void)snprintf(message, message_bytes, "%s: interrupt vector %u (%s) %s", name, i,
                       v->name != NULL ? v->name : "?", fault);
        return false;
    }
    return true;
}

/// Version and size come first: nothing behind them is looked at before.
static bool head_is_sound(const i2cproof_slave *s, const char *name, char *message,
                          size_t message_bytes)
{
    if (s->interface_version != I2CPROOF_INTERFACE_VERSION)
        (void)snprintf(message, message_bytes,
                       "%s: made for version %u of the slave interface, this i2cproof has version "
                       "%u: build it again with its i2cproof_slave.h",
                       name, s->interface_version, I2CPROOF_INTERFACE_VERSION);
    else if (s->descriptor_bytes < OLDEST_DESCRIPTOR_BYTES || s->descriptor_bytes > sizeof *s)
        (void)snprintf(message, message_bytes, "%s: its %s is not one that I2CPROOF_SLAVE() makes",
                       name, descriptor_name);
    else
        return true;
    return false;
}

static bool descriptor_is_sound(const i2cproof_slave *s, const char *name, char *message,
                                size_t message_bytes)
{
    if (s->host == NULL)
        (void)snprintf(message, message_bytes, "%s: its %s is not one that I2CPROOF_SLAVE() makes",
                       name, descriptor_name);
    else if (s->state_bytes > STATE_MAX_BYTES)
        (void)snprintf(message, message_bytes, "%s: declares %zu bytes of state; at most %d can be",
                       name, s->state_bytes, STATE_MAX_BYTES);
    else
        return vectors_are_sound(s, name, message, message_bytes);
    return false;
}

static bool load(hosted_object *o, const char *path, const char *name, const i2cproof_host *host,
                 char *message, size_t message_bytes)
{
    if (!looks_loadable(path, name, message, message_bytes))
        return false;
    if (!open_object(o, path)) {
        const char *why = dlerror();
        (void)snprintf(message, message_bytes, "%s: cannot be loaded: %s", name,
                       why != NULL ? why : strerror(errno));
        return false;
    }
    const i2cproof_slave *exported = (const i2cproof_slave *)dlsym(o->handle, descriptor_name);
    if (exported == NULL) {
        (void)snprintf(message, message_bytes,
                       "%s: no symbol %s in it; one source file must say I2CPROOF_SLAVE(...)", name,
                       descriptor_name);
        return false;
    }
    if (!head_is_sound(exported, name, message, message_bytes))
        return false;
    memcpy(&o->own, exported, exported->descriptor_bytes);
    o->slave = &o->own;
    if (!descriptor_is_sound(o->slave, name, message, message_bytes))
        return false;
    *o->slave->host = host;
    if (slave_segments_save(&o->memory, o->handle) && map_state(o))
        return true;
    (void)snprintf(message, message_bytes, "%s: no memory for a copy of its variables", name);
    return false;
}

hosted_object *hosted_object_load(const char *path, const char *name, const i2cproof_host *host,
                                  char *message, size_t message_bytes)
{
    hosted_object *o = calloc(1, sizeof *o);
    if (o == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", name);
        return NULL;
    }
    o->copy_fd = -1;
    o->page = (size_t)sysconf(_SC_PAGESIZE);
    if (load(o, path, name, host, message, message_bytes))
        return o;
    hosted_object_free(o);
    return NULL;
}

void hosted_object_free(hosted_object *object)
{
    if (object == NULL)
        return;
    slave_segments_free(&object->memory);
    if (object->guarded != NULL)
        (void)munmap(object->guarded, object->guarded_bytes);
    if (object->handle != NULL)
        dlclose(object->handle);
    if (object->copy_fd >= 0)
        (void)close(object->copy_fd);
    free(object);
}

const i2cproof_slave *hosted_object_slave(const hosted_object *object)
{
    return object->slave;
}

void *hosted_object_state(const hosted_object *object)
{
    return object->state;
}

void hosted_object_refresh(hosted_object *object)
{
    slave_segments_refresh(&object->memory);
    if (object->state != NULL)
        memset(object->guarded + object->page, 0, object->guarded_bytes - 2 * object->page);
}

/// The state ends with its last page, so what is left of the first one lies in front of it.
static bool is_front_zero(const hosted_object *object)
{
    if (object->state == NULL)
        return true;
    for (const unsigned char *at = object->guarded + object->page; at < object->state; at++)
        if (*at != 0)
            return false;
    return true;
}

const char *hosted_object_overwrote(const hosted_object *object)
{
    if (slave_segments_overran(&object->memory))
        return "the slave wrote past the end of its variables";
    return is_front_zero(object) ? NULL : "the slave wrote in front of its state";
}

bool hosted_object_guards(const hosted_object *object, const void *address)
{
    const uintptr_t at = (uintptr_t)address;
    const uintptr_t from = (uintptr_t)object->guarded;
    const uintptr_t to = from + object->guarded_bytes;
    if (object->guarded == NULL || at < from || at >= to)
        return false;
    return at < from + object->page || at >= to - object->page;
}

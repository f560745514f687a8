#define _GNU_SOURCE // MAP_FIXED_NOREPLACE
#include "slave_under_test/kinds/firmware/space.h"

#include <assert.h>
#include <sys/mman.h>

enum { RANGES_MAX = 8 };

// What is mapped, by whom it may be used: addresses are one a process.
static struct {
    firmware_range range;
    unsigned users;
} mapped[RANGES_MAX];

static bool lay(firmware_range range)
{
    void *wanted = (void *)range.at;
    void *at = mmap(wanted, range.bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at != MAP_FAILED && at != wanted)
        (void)munmap(at, range.bytes); // a kernel that does not know the flag
    return at == wanted;
}

static bool map_range(firmware_range range)
{
    unsigned free_at = RANGES_MAX;
    for (unsigned i = 0; i < RANGES_MAX; i++) {
        if (mapped[i].users == 0)
            free_at = i;
        else if (mapped[i].range.at == range.at) {
            mapped[i].users++;
            return true;
        }
    }
    assert(free_at < RANGES_MAX);
    if (!lay(range))
        return false;
    mapped[free_at].range = range;
    mapped[free_at].users = 1;
    return true;
}

static void unmap_range(firmware_range range)
{
    for (unsigned i = 0; i < RANGES_MAX; i++)
        if (mapped[i].users > 0 && mapped[i].range.at == range.at && --mapped[i].users == 0)
            (void)munmap((void *)range.at, range.bytes);
}

bool firmware_space_map(const firmware_space *space)
{
    for (unsigned i = 0; i < FIRMWARE_MAPS_MAX && space->map[i].bytes > 0; i++)
        if (!map_range(space->map[i])) {
            while (i-- > 0)
                unmap_range(space->map[i]);
            return false;
        }
    return true;
}

void firmware_space_unmap(const firmware_space *space)
{
    for (unsigned i = 0; i < FIRMWARE_MAPS_MAX && space->map[i].bytes > 0; i++)
        unmap_range(space->map[i]);
}

/// What ended the process that firmware ran in, for a person.
#ifndef FIRMWARE_CRASH_H
#define FIRMWARE_CRASH_H

#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/firmware/family.h"
#include "slave_under_test/kinds/firmware/object.h"
#include "slave_under_test/kinds/mcu/lines.h"

typedef struct {
    const firmware_object *object;
    firmware_lines *lines; ///< NULL: none
    const firmware_family *family;
    const firmware_part *part;
    bool in_guard; ///< the address lies behind the end of the stack
} firmware_scene;

/// False: no more than the signal says.
bool firmware_tell_crash(const firmware_scene *scene, const slave_crash *crash, char *text,
                         size_t bytes);

#endif

/// Tells of calls of a function in firmware: of its name, while it is called, with its arguments.
/// The compiler leaves room for it at the head of each function (recipe.c).
///
/// Not seen: a call that the compiler has replaced by the function's own code.
///
/// Threads: one at a time.
#ifndef FIRMWARE_TAP_H
#define FIRMWARE_TAP_H

#include "slave_under_test/kinds/mcu/lines.h"

#include <stdbool.h>
#include <stdint.h>

enum { FIRMWARE_TAP_MAX = 16, FIRMWARE_TAP_NAME = 64, FIRMWARE_TAP_ROOM = 13 };

typedef struct firmware_tap firmware_tap;
typedef void firmware_tap_fn(void *ctx, const firmware_tap *tap, const int64_t *arg);

struct firmware_tap {
    void (*enter)(void); ///< first: the head of the function goes through it
    char name[FIRMWARE_TAP_NAME];
    firmware_function function;
    firmware_tap_fn *told;
    void *ctx;
};

/// Sets `tap` at the function, for as long as the object is loaded; enter, function, told and ctx
/// stay as they are. False: this machine's code cannot be changed so.
bool firmware_tap_set(firmware_tap *tap);

#endif

/// What the parts of this kind share: a slave that is built and loaded, and that slave on a bus.
#ifndef FIRMWARE_PRIVATE_H
#define FIRMWARE_PRIVATE_H

#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/firmware/core.h"
#include "slave_under_test/kinds/firmware/coverage.h"
#include "slave_under_test/kinds/firmware/family.h"
#include "slave_under_test/kinds/firmware/object.h"
#include "slave_under_test/kinds/firmware/tap.h"
#include "slave_under_test/kinds/mcu/lines.h"
#include "slave_under_test/kinds/mcu/outputs.h"
#include "slave_under_test/kinds/mcu/view.h"

/// In front of the stack: no access may get past it.
enum { FIRMWARE_GUARD_BYTES = 1 << 20 };

struct slave_instance {
    slave_image *image;
    i2c_sim *sim;
    i2c_node node;
    bool on, attached;
    slave_attach_options options;
    firmware_core core;
    firmware_outputs outputs;
    firmware_view view;
    int ended_by;                   ///< vector of the routine in which it ended
    char called[FIRMWARE_TAP_NAME]; ///< the function that main() calls for the case
    char doing[FIRMWARE_MOVE_BYTES];
};

struct slave_image {
    uint32_t attaches;
    slave_move stop; ///< where a debugger wants to stop; 0: nowhere
    firmware_object *object;
    firmware_lines *lines;       ///< NULL: none
    firmware_coverage *coverage; ///< NULL: its blocks do not count
    slave_model *model;
    const firmware_family *family;
    const firmware_part *part;
    uint64_t clock_hz;
    firmware_pin pin[2];
    firmware_chip *chip; ///< of the instance
    firmware_follow follow[FIRMWARE_FOLLOWS_MAX];
    unsigned follows;
    bool strict_registers;
    firmware_vector_fn *vector[FIRMWARE_VECTOR_MAX]; ///< NULL: it has no routine
    void *stack;                                     ///< guard page, stack
    firmware_watch watch[FIRMWARE_WATCH_MAX];
    unsigned watches;
    firmware_tap tap[FIRMWARE_TAP_MAX];
    unsigned taps;
    slave_instance instance;
};

/// As of slave_adapter.
slave_image *firmware_prepare(const slave_description *d, const slave_build_options *options,
                              char *message, size_t message_bytes);
void firmware_discard(slave_image *image);

#endif

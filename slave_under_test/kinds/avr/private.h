/// What the parts of this kind share: a slave that is built and loaded, and that slave on a bus.
#ifndef AVR_PRIVATE_H
#define AVR_PRIVATE_H

#include "models/mcu/avr/io.h"
#include "slave_under_test/kind.h"
#include "slave_under_test/kinds/avr/core.h"
#include "slave_under_test/kinds/mcu/lines.h"
#include "slave_under_test/kinds/mcu/outputs.h"
#include "slave_under_test/kinds/mcu/view.h"

enum { AVR_TEXT_BYTES = 160 };

struct slave_instance {
    slave_image *image;
    i2c_sim *sim;
    i2c_node node;
    bool on, attached;
    slave_attach_options options;
    avr_core core;
    avr_io io;
    firmware_outputs outputs;
    firmware_view view;
    int ended_by; ///< vector of the routine in which it ended
    char text[AVR_TEXT_BYTES];
};

struct slave_image {
    const avr_part *part;
    uint64_t clock_hz;
    avr_pin pin[2];
    avr_program *program;
    firmware_lines *lines; ///< NULL: none
    slave_model *model;
    avr_chip *chip;
    firmware_watch watch[FIRMWARE_WATCH_MAX];
    unsigned watches;
    slave_instance instance;
};

/// As of slave_adapter.
slave_image *avr_prepare(const slave_description *d, const slave_build_options *options,
                         char *message, size_t bytes);
void avr_discard(slave_image *image);
/// A variable of the program in the chip's memory.
bool avr_variable(const slave_image *image, const char *name, firmware_variable *found);

#endif

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
    int ended_by;                ///< vector of the routine in which it ended
    void (*on_store)(void *ctx); ///< told behind each write to a register; may be NULL
    void *on_store_ctx;
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
/// The part on a simulation, without a node yet. One an image; what was there before is dropped.
slave_instance *avr_board_place(slave_image *image, i2c_sim *sim,
                                const slave_attach_options *options);
/// Its pins are on that node, which hears all edges by avr_board_edge(); its tracks stand in
/// `scope`. It is off.
void avr_board_begin(slave_instance *s, i2c_node node, const char *scope);
void avr_board_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps);
void avr_board_on(slave_instance *s);
/// Its CPU stands still for good, and its pins stay as they are.
void avr_board_halt(slave_instance *s);
/// Why it does nothing more: "main() returned"; NULL: it runs. Lives until the next call.
const char *avr_board_end(slave_instance *s);
/// "usi_slave.c:112 send_ack()": where its CPU is; "" if unknown.
void avr_board_stands_at(const slave_instance *s, char *text, size_t bytes);
/// What has been printed of a line that was not ended.
void avr_board_end_line(slave_instance *s);
/// A variable of the program in the chip's memory.
bool avr_variable(const slave_image *image, const char *name, firmware_variable *found);

#endif

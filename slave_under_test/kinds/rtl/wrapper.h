/// The module that we put around a design, so that every design has the same few ports.
#ifndef RTL_WRAPPER_H
#define RTL_WRAPPER_H

#include "slave_under_test/kinds/rtl/design.h"
#include "slave_under_test/slave.h"

/// How the design's ports are used. Filled by rtl_wrapper_plan().
typedef struct {
    const slave_description *slave;
    const rtl_design *design;
    const char *port[SLAVE_PIN_COUNT]; ///< by slave_pin_role; NULL: it has none
    bool inverted[SLAVE_PIN_COUNT];
} rtl_plan;

/// Finds the bus pins, clock, reset and inputs that the slave's file names. False with a message
/// that says where in that file what is wrong, and which ports there are.
bool rtl_wrapper_plan(rtl_plan *plan, const slave_description *slave, const rtl_design *design,
                      char *message, size_t bytes);
/// Whether a line's pin is in both directions.
bool rtl_wrapper_inout(const rtl_plan *plan, slave_pin_role role);
/// Inputs that nothing drives, blank-separated; "": none.
void rtl_wrapper_tell_idle(const rtl_plan *plan, char *text, size_t bytes);
/// Writes the module i2cproof_top. False: the file cannot be written.
bool rtl_wrapper_write(const rtl_plan *plan, const char *path);

/// "file:line:column: TEXT" at a key of the slave's file, or at a word of it. Returns false.
bool rtl_fails_at(const slave_description *slave, const slave_place *place, char *message,
                  size_t bytes, const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif

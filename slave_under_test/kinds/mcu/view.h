/// What the waveform shows of firmware: the routine under way, the function in it, the register
/// bits behind the bus pins, what it prints, and the variables that are watched. They are looked at
/// at each hook in a routine, and where main() writes a register.
#ifndef MCU_KIND_VIEW_H
#define MCU_KIND_VIEW_H

#include "sim/trace.h"
#include "slave_under_test/kinds/mcu/variable.h"

#include <stdint.h>

enum {
    FIRMWARE_WATCH_MAX = 16,
    FIRMWARE_PIN_BITS = 8,
    FIRMWARE_PLACES = 256, ///< a power of two
    FIRMWARE_LINE_BYTES = 61
};

typedef struct {
    const char *name; ///< must outlive its use
    firmware_variable variable;
} firmware_watch;

/// In which function a place of the code is.
typedef struct {
    uintptr_t pc;
    const char *function;
} firmware_place;

/// Read only outside view.c.
typedef struct {
    i2c_trace *trace;  ///< NULL: nobody looks
    const char *scope; ///< of its tracks: "slave"
    int track_isr, track_function, track_uart;
    const char *function; ///< that was shown last
    firmware_place place[FIRMWARE_PLACES];
    unsigned pin_bits;
    int pin_track[FIRMWARE_PIN_BITS];
    bool pin_on[FIRMWARE_PIN_BITS];
    char line[FIRMWARE_LINE_BYTES]; ///< that is being printed
    unsigned printed;
    const firmware_watch *watch;
    unsigned watches;
    int track[FIRMWARE_WATCH_MAX];
    uint64_t last[FIRMWARE_WATCH_MAX];
} firmware_view;

/// `scope` and `watch` must outlive the view. All variables are told as they are at `at_ps`.
void firmware_view_open(firmware_view *view, i2c_trace *trace, const char *scope,
                        const firmware_watch *watch, unsigned watches, uint64_t at_ps);
/// The routine of that name begins, or goes on; "": main().
void firmware_view_routine(firmware_view *view, uint64_t at_ps, const char *name);
void firmware_view_look(firmware_view *view, uint64_t at_ps);
/// A register bit of a bus pin, in the order of calls from firmware_view_open() on.
void firmware_view_add_pin_bit(firmware_view *view, uint64_t at_ps, const char *name, bool on);
void firmware_view_pin_bit(firmware_view *view, uint64_t at_ps, unsigned i, bool on);
/// Name of the function that holds that place; "" if unknown. Must outlive the view.
typedef const char *firmware_function_fn(const void *ctx, uintptr_t pc);
/// The code is at `pc`; a routine (`__vector_9`) shows as `routine` has it.
void firmware_view_place(firmware_view *view, uint64_t at_ps, uintptr_t pc,
                         firmware_function_fn *function, const void *ctx, const char *routine);
/// The line that `byte` ends, or that is as long as one can be; NULL: it is not over.
const char *firmware_view_print(firmware_view *view, uint64_t at_ps, uint8_t byte);
/// What has been printed of a line so far, which ends; NULL: nothing.
const char *firmware_view_end_line(firmware_view *view, uint64_t at_ps);

#endif

/// What the waveform shows of firmware: the routine under way, and the variables that are watched.
/// They are looked at wherever a routine begins or ends and a register is written.
#ifndef MCU_KIND_VIEW_H
#define MCU_KIND_VIEW_H

#include "sim/trace.h"
#include "slave_under_test/kinds/mcu/variable.h"

#include <stdint.h>

enum { FIRMWARE_WATCH_MAX = 16 };

typedef struct {
    const char *name; ///< must outlive its use
    firmware_variable variable;
} firmware_watch;

/// Read only outside view.c.
typedef struct {
    i2c_trace *trace; ///< NULL: nobody looks
    int track_isr;
    const firmware_watch *watch;
    unsigned watches;
    int track[FIRMWARE_WATCH_MAX];
    uint64_t last[FIRMWARE_WATCH_MAX];
} firmware_view;

/// `watch` must outlive the view. All variables are told as they are at `at_ps`.
void firmware_view_open(firmware_view *view, i2c_trace *trace, const firmware_watch *watch,
                        unsigned watches, uint64_t at_ps);
/// The routine of that name begins, or goes on; "": main().
void firmware_view_routine(firmware_view *view, uint64_t at_ps, const char *name);
void firmware_view_look(firmware_view *view, uint64_t at_ps);

#endif

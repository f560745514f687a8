/// What a sweep varies, and the values that it tries.
#ifndef CLI_SWEEP_AXIS_H
#define CLI_SWEEP_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SWEEP_GRID_MAX = 65, SWEEP_VALUE_BYTES = 32, SWEEP_PHASES = 16 };

/// Word of the command line, what the table calls it.
#define SWEEP_WHAT_MAP(X)                                                                          \
    X(LATENCY, "latency", "extra latency")                                                         \
    X(MAIN_STALL, "main_stall", "main loop that stands still again and again")                     \
    X(IRQ_OFF, "irq_off", "interrupts off again and again")                                        \
    X(CPU_CLOCK, "cpu_clock", "CPU clock")                                                         \
    X(SPEED, "speed", "SCL clock")
#define SWEEP_WHAT_AS_ENUM(id, word, text) SWEEP_##id,
typedef enum { SWEEP_WHAT_MAP(SWEEP_WHAT_AS_ENUM) SWEEP_WHAT_COUNT } sweep_what;
#undef SWEEP_WHAT_AS_ENUM

/// Values are ps, or Hz of the two clocks; both ends are tried.
typedef struct {
    sweep_what what;
    uint64_t from, up_to;
    uint64_t resolution_ps; ///< times are whole multiples of it; clocks have three digits instead
} sweep_axis;

/// False: there is no such word.
bool sweep_what_read(const char *word, sweep_what *what);
const char *sweep_what_word(sweep_what what);
const char *sweep_what_text(sweep_what what);
bool sweep_is_time(sweep_what what);

/// The grid, rising: of times the squares of equal steps, since what a slave stands is often far
/// below the end; of clocks equal ratios. Returns how many.
unsigned sweep_grid(const sweep_axis *axis, uint64_t value[SWEEP_GRID_MAX]);
/// A value to try between two others. False: they are as near to each other as values can be.
bool sweep_between(const sweep_axis *axis, uint64_t low, uint64_t high, uint64_t *value);

/// "61.42 us", "100 kHz". Returns `text`.
const char *sweep_value_text(sweep_what what, uint64_t value, char text[SWEEP_VALUE_BYTES]);

/// The largest of 1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6 and 8 with any number of zeros up to `value`, so
/// that a promise has some room and reads well; 0 below 1 ns.
uint64_t sweep_round_down_ps(uint64_t value_ps);

#endif

/// The yardstick: the least C that moves a register read over a wired-AND bus. Two masks, a
/// bit-level master, a register-file slave that is called through a pointer on each edge; no queue,
/// no time, no rules, no trace. What the engine costs is told in units of this.
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include <stdint.h>

/// SCL clocks of one transfer: S 0x50+W ptr Sr 0x50+R 8 bytes P.
enum { LOOP_CLOCKS = 99 };

/// Runs the transfer `times` times; returns the sum of the bytes read, so that nothing is left out.
uint64_t loop_run(uint64_t times);
/// What one transfer's bytes add up to.
uint64_t loop_sum_of_one(void);

#endif

/// The yardstick: the least C that moves a register read over a wired-AND bus. Two masks, a
/// bit-level master, a register-file slave that is called through a pointer on each edge; no queue,
/// no time, no rules, no trace. What the engine costs is told in units of this.
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include <stdint.h>

/// SCL clocks of one transfer: S 0x50+W ptr Sr 0x50+R 8 bytes P.
enum { LOOP_CLOCKS = 99, LOOP_POINTER = 0x30, LOOP_READ_BYTES = 8 };

/// The bytes that the next transfer reads, new ones each time: a processor that has learnt one
/// transfer by heart would tell nothing about buses. Returns their sum.
uint64_t loop_data(uint64_t *random, uint8_t bytes[LOOP_READ_BYTES]);

/// Runs the transfer `times` times; returns the sum of the bytes read, so that nothing is left out
/// and all can be checked.
uint64_t loop_run(uint64_t times, uint64_t seed);
/// The same with the bus in a file of its own, so that each pull and each level is a call.
uint64_t loop_apart_run(uint64_t times, uint64_t seed);

#endif

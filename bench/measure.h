/// What the benchmarks measure and end alike. A program's own name stands in front of what it says.
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "slave_under_test/slave.h"

/// CPU time of this process.
double bench_cpu_s(void);
/// Sorts the values; count is at least 1.
double bench_median(double *values, unsigned count);
/// How often to measure, as the second argument says; without one `usual`.
unsigned bench_repeats(int argc, char **argv, unsigned usual, unsigned most);
/// The slave of the file, without its watches: their tracks are no wires and no pulls. The caller's
/// to free. Ends the program when it cannot be read.
slave_description *bench_read_slave(const char *path);
/// Prints why nothing can be measured, and exits with 2.
_Noreturn void bench_fail(const char *what);

#endif

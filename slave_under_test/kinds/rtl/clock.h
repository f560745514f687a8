/// The edges of a clock, rising ones first, by their number from 0 on: no error adds up, also where
/// a period is no whole number of picoseconds.
#ifndef RTL_CLOCK_H
#define RTL_CLOCK_H

#include <stdint.h>

typedef struct {
    uint64_t origin_ps; ///< of edge 0
    uint64_t hz;        ///< over 0
    uint64_t half_ps;   ///< between two edges; 0: no whole number
} rtl_clock;

rtl_clock rtl_clock_of(uint64_t hz, uint64_t origin_ps);
uint64_t rtl_clock_edge_ps(const rtl_clock *clock, uint64_t edge);
/// How many edges come before that time.
uint64_t rtl_clock_edges_before(const rtl_clock *clock, uint64_t at_ps);

#endif

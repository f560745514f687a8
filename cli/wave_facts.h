/// What a waveform must know of a case before its first line can be written: the unit of its times,
/// who drives lines high, and where the findings are.
#ifndef CLI_WAVE_FACTS_H
#define CLI_WAVE_FACTS_H

#include "sim/trace.h"

#include <stdbool.h>
#include <stdint.h>

enum { WAVE_MARK_MAX = 64, WAVE_RULE_BYTES = 32 };

/// A finding's place in time.
typedef struct {
    uint64_t at_ps;
    char rule[WAVE_RULE_BYTES];
} wave_mark;

/// Of one case.
typedef struct {
    uint64_t scale_ps;             ///< the coarsest of 1000, 100, 10, 1 that divides all its times
    uint64_t end_ps;               ///< how long the case took; 0: until its last record
    uint32_t highs[2];             ///< nodes that ever drive SCL, SDA high
    bool whole;                    ///< the records begin at time 0; false: the oldest ones are lost
    wave_mark mark[WAVE_MARK_MAX]; ///< by time
    unsigned marks;
} wave_facts;

/// Facts of a case without records.
void wave_facts_init(wave_facts *facts);
/// Takes in the records from number `from` on, counted from the first ever written. Returns the
/// number of the next one.
uint64_t wave_facts_look(wave_facts *facts, const i2c_trace *trace, uint64_t from);
/// Adds a finding; beyond WAVE_MARK_MAX it is left out.
void wave_facts_mark(wave_facts *facts, uint64_t at_ps, const char *rule);

#endif

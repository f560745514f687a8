/// The inside of a set of cases, shared by set.c, set_count.c and set_case.c alone.
#ifndef SET_PRIVATE_H
#define SET_PRIVATE_H

#include "scenarios/play/play_private.h"

/// The cases of one scenario with one master.
typedef struct {
    uint16_t program, scenario, master;
    uint16_t spec;  ///< the master as the scenario asks for it
    uint32_t first; ///< number of its first case, before the filter
    uint32_t count;
    uint32_t for_count[PLAY_FOR_MAX];
    uint32_t kinds; ///< of its sweep; 1 without a sweep
} set_block;

struct play_set {
    const slave_description *slave;
    play_set_options options;
    master_spec *masters; ///< the run's, and behind them what scenarios make of them
    uint32_t spec_count;
    uint32_t spec_room;
    bool *named; ///< of each of the run's masters: the slave's own file names it
    set_block *blocks;
    uint32_t block_count;
    uint32_t total;        ///< before the filter
    uint64_t filters_used; ///< a bit each filter that a case matches
    uint32_t *chosen;      ///< case numbers that the filter let through; NULL: all
    uint32_t count;
};

/// The i-th program of the set.
static inline const lang_program *set_program(const play_set *set, unsigned i)
{
    return set->options.programs[i];
}

// ---- set_count.c ----
/// Counts the cases of each scenario with each master: fills `blocks` and `total`, and adds the
/// masters that scenarios make of the run's. False: `message` says what cannot be played.
bool set_count_cases(play_set *set, char *message, size_t bytes);
/// The number of a scenario's `for` heads.
unsigned set_for_heads(const lang_program *program, const lang_scenario *scenario);
/// What the domains of a block's `for` heads are evaluated with.
lang_env set_env(const play_set *set, const set_block *b);
/// Which of a domain's `count` values the i-th of the `played` ones is.
uint64_t set_value_index(const play_set *set, uint64_t count, uint32_t i, uint32_t played);

// ---- set_case.c ----
/// Computes the case from its number, which is below `total`: all but its index.
void set_case(const play_set *set, uint32_t number, play_case *one);

#endif

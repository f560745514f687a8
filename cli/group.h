/// Distinct findings of a run: one cause is one finding, however many cases show it. Findings are
/// grouped by slave, rule and blamed place. The table is bounded: what does not fit is counted.
#ifndef CLI_GROUP_H
#define CLI_GROUP_H

#include "cli/pictures.h"
#include "cli/worker_log.h"
#include "scenarios/play/play.h"

#include <stdbool.h>
#include <stdint.h>

enum { GROUP_MAX = 256, GROUP_NAMES = 3, GROUP_NAME_BYTES = 64 };

enum { GROUP_PLACES = 40 };

/// A scenario that showed a finding.
typedef struct {
    uint16_t program, scenario; ///< as in play_case
    uint64_t masters;           ///< bit n: on master n of the slave's run
} group_place;

/// What a finding counts for, after waivers and baseline.
typedef enum {
    STANDING_COUNTS,  ///< as its verdict says
    STANDING_KNOWN,   ///< the baseline has it
    STANDING_ACCEPTED ///< an `accept` line of the slave waives it
} finding_standing;

typedef struct {
    unsigned slave; ///< of the run, counted from 0
    finding_standing standing;
    play_finding first;   ///< what it is known by, as it was in the first case with it
    play_case shown;      ///< the plainest case with it, of equal ones the first
    uint32_t effort;      ///< of that case, play_case_effort()
    play_finding finding; ///< as it was there
    worker_log log;       ///< what the slave printed there
    char point[32];       ///< of a swept shown case: the name of the point; else ""
    uint32_t cases;
    uint32_t leads;                               ///< cases in which it was the first finding
    uint64_t masters;                             ///< bit n: master n of the slave's run
    char scenario[GROUP_NAMES][GROUP_NAME_BYTES]; ///< the first few
    char last_scenario[GROUP_NAME_BYTES];
    uint32_t scenarios; ///< that showed it; cases come scenario by scenario
    group_place place[GROUP_PLACES];
    unsigned places;    ///< of them, the first
    uint32_t last_case; ///< number + 1 of the last case counted
    char wave[256];     ///< path of the VCD; "" none
    pictures pictures;
} finding_group;

typedef struct {
    finding_group *group; ///< in the order in which they were first seen
    unsigned count;
    uint64_t dropped; ///< findings beyond the table
} group_table;

bool group_table_init(group_table *table);
void group_table_free(group_table *table);

/// A finding of a case, as it comes in.
typedef struct {
    unsigned slave;
    const play_case *one;
    const char *scenario; ///< of the case
    uint32_t effort;      ///< how plain the case shows it: play_case_effort(); least is shown
    const play_finding *finding;
    finding_standing standing;
} group_finding;

/// Counts a finding, the findings of a case in their order. Returns its group, or NULL when the
/// table is full.
finding_group *group_add(group_table *table, const group_finding *added);

/// Whether this finding of this case is the one that stands for the group.
bool group_shows(const finding_group *group, const play_case *one, const play_finding *finding);

/// Orders them as a person wants them: slave by slave, the gravest first; then what came first in
/// the most cases, for that is a cause more often than a consequence.
void group_sort(group_table *table);

#endif

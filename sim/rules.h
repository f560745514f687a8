/// The rules of the bus. They see only time, levels and who pulls, so the same rule judges every
/// kind of slave, and the masters too. Each node is judged by its own pull changes, not only by
/// edges: a slave that pulls under the master's STOP makes no edge and is still wrong.
///
/// A rule is named by the first requirement row that it checks (I2C-RD-03); what no row covers has
/// a lower-case name. Layers above the engine have findings of their own kinds (a crash, an unmet
/// bracket) and use the same i2c_rule and i2c_finding.
#ifndef I2C_RULES_H
#define I2C_RULES_H

#include "sim/timing.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *id;     ///< what `expect fail` names
    const char *rows;   ///< requirement rows it checks, blank-separated; "" if none
    const char *clause; ///< "UM10204 3.1.6"; "" if none
    const char *title;  ///< "SDA not released after NACK"
    char level;         ///< of its first row: M, C, R, O or I. 0: the layer above knows
} i2c_rule;

/// What a finding does to the verdict of its case, where the level of the rule alone cannot say.
typedef enum {
    I2C_SEVERITY_BY_LEVEL,    ///< M and C fail, R warns, O and I note
    I2C_SEVERITY_FAIL,        ///< whatever the level: a line stays held past its bound
    I2C_SEVERITY_WARN,        ///< e.g. tVD exceeded where the set-up time is still kept
    I2C_SEVERITY_NOTE,        ///< declared so
    I2C_SEVERITY_UNDECLARED,  ///< a feature that is not declared: told, and no part of the verdict
    I2C_SEVERITY_INCOMPATIBLE ///< each node keeps its contract, but not together
} i2c_severity;

typedef struct {
    const i2c_rule *rule;
    i2c_severity severity;
    uint64_t at_ps;
    bool measured_known; ///< the two figures below mean something
    bool never;          ///< what was waited for never came; measured_ps is how long was waited
    int64_t measured_ps;
    int64_t limit_ps;
    uint8_t line;      ///< i2c_line, or 0xFF if about none
    uint32_t blame;    ///< nodes, bit n = node n; 0: nobody in particular
    uint32_t segment;  ///< STARTs seen before it (1 in the first segment)
    uint32_t byte;     ///< byte of that segment
    uint8_t clock;     ///< the clock that rose last in that byte, 1 to 9; 0: none since START
    char message[160]; ///< what was seen, a sentence fragment for a person
} i2c_finding;

/// Told of each finding, at most once per rule, severity, node and case; `*finding` lives during
/// the call. A finding whose measure is how long a pull lasted is told when the pull ends, at the
/// latest by i2c_sim_finish(); its at_ps is when it began to be wrong.
typedef void i2c_finding_fn(void *ctx, const i2c_finding *finding);

enum { I2C_FINDING_MAX = 24 };

/// What a master is known to do against its mode's table, listed and not hidden: findings of that
/// parameter are not made while the measured value is at or above `at_least_ps`; 0: never made, for
/// on real wires an interval of 0 can measure below 0.
typedef struct {
    i2c_timing_parameter parameter;
    int64_t at_least_ps;
    const char *why;
    bool behind_stretch; ///< only where another node lengthened the LOW before
} i2c_known_violation;

typedef struct {
    i2c_mode mode;                    ///< whose table it is held to
    const i2c_known_violation *known; ///< static
    unsigned known_count;
    bool push_pull_sda; ///< it drives SDA high at times (NXT); a note, not a failure
    /// It carries on with the transfer when a slave holds SCL longer than `stretch_limit_ps` beyond
    /// the instant at which it lets go; else it waits, or gives up in a way of its own.
    bool goes_on;
    uint64_t stretch_limit_ps;
} i2c_master_profile;

/// The least distance to a limit that was seen; the figure that a report prints as margin.
typedef struct {
    bool seen;
    int64_t measured_ps; ///< the value with the least margin
    int64_t limit_ps;
    int64_t margin_ps; ///< negative: violated
    uint64_t at_ps;
    uint64_t count; ///< values measured
} i2c_margin;

/// All values of an interval that were measured, against one limit.
typedef struct {
    uint64_t count; ///< 0: none, and the times below mean nothing
    int64_t sum_ps, least_ps, most_ps;
    int64_t limit_ps;
    bool at_most; ///< the limit is a maximum
} i2c_spread;

static inline void i2c_spread_take(i2c_spread *s, int64_t measured_ps)
{
    if (s->count == 0 || measured_ps < s->least_ps)
        s->least_ps = measured_ps;
    if (s->count == 0 || measured_ps > s->most_ps)
        s->most_ps = measured_ps;
    s->count++;
    s->sum_ps += measured_ps;
}

/// Adds the values of `seen`.
static inline void i2c_spread_join(i2c_spread *kept, const i2c_spread *seen)
{
    if (seen->count == 0)
        return;
    if (kept->count == 0) {
        *kept = *seen;
        return;
    }
    if (seen->least_ps < kept->least_ps)
        kept->least_ps = seen->least_ps;
    if (seen->most_ps > kept->most_ps)
        kept->most_ps = seen->most_ps;
    kept->count += seen->count;
    kept->sum_ps += seen->sum_ps;
}

/// What the value that comes nearest to the limit leaves of it; negative: violated.
static inline int64_t i2c_spread_margin_ps(const i2c_spread *s)
{
    return s->at_most ? s->limit_ps - s->most_ps : s->least_ps - s->limit_ps;
}

/// Whose times a spread is of. Hs-mode has limits of its own. A master that was set aside (a rival)
/// and parts that act for the harness (an injector) are OTHERS.
typedef enum {
    I2C_MADE_BY_SLAVE,
    I2C_MADE_BY_SLAVE_HS,
    I2C_MADE_BY_MASTER,
    I2C_MADE_BY_MASTER_HS,
    I2C_MADE_BY_OTHERS,
    I2C_MADE_COUNT
} i2c_made_by;

/// What the rules have found. Read only outside sim/.
typedef struct i2c_rules {
    i2c_finding finding[I2C_FINDING_MAX]; ///< by time, within an instant by precedence
    uint32_t repeats[I2C_FINDING_MAX];    ///< how often each came again
    uint64_t last_ps[I2C_FINDING_MAX];    ///< and when it came last
    unsigned findings;
    uint64_t dropped;                                  ///< findings beyond the table
    i2c_margin slave[I2C_TIMING_COUNT];                ///< what the slave under test made
    i2c_margin master[I2C_TIMING_COUNT];               ///< what the masters made
    i2c_spread made[I2C_MADE_COUNT][I2C_TIMING_COUNT]; ///< i2c_made_by: all that was made
    uint64_t longest_hold_ps; ///< longest time the slave under test held SCL low on its own
    uint64_t longest_hold_at_ps;
    uint64_t transfer_held_ps; ///< the most that its holds made together in a transfer, to its STOP
    int64_t start_hold_ps;     ///< tHD;STA of the last START or Sr of a judged master
    bool start_too_short;      ///< it was below the minimum of the master's mode, listed or not
    bool start_unseen;         ///< it was so short that no slave need have seen it
} i2c_rules;

enum { I2C_TIME_TEXT = 48 };
/// "4.5 us", "250 ns", "-30 ns": two places after the point, rounded towards 0. Returns `text`.
const char *i2c_time_text(char text[I2C_TIME_TEXT], int64_t time_ps);

/// All rules of the engine, in their order of precedence.
const i2c_rule *i2c_rule_at(unsigned i); ///< NULL past the end
const i2c_rule *i2c_rule_find(const char *id);
/// Whether `row` is one of the blank-separated `rows`.
bool i2c_rows_have(const char *rows, const char *row);

#endif

/// What the engine calls on the rules: one static pass a kind of change, findings out of line.
/// Private to sim/. The rules read nets and monitor of the simulation directly.
#ifndef I2C_JUDGE_H
#define I2C_JUDGE_H

#include "sim/monitor.h"
#include "sim/profile.h"
#include "sim/rules.h"

#include <stdbool.h>
#include <stdint.h>

/// Working state of the rules; its `rules` part is what others may read.
typedef struct {
    i2c_rules rules;
    bool off;        ///< config.rules_off
    bool suspended;  ///< between the point of a fault and recovery
    uint32_t slaves; ///< nodes judged as the slave under test
    i2c_profile profile;
    bool has_profile;
} i2c_judge;

struct i2c_sim;

void i2c_judge_reset(struct i2c_sim *sim);
/// A node joined.
void i2c_judge_node(struct i2c_sim *sim, unsigned node);
/// Settled pulls of a line changed (nets already hold the new ones; the level does not yet).
void i2c_judge_pulls(struct i2c_sim *sim, unsigned line, uint32_t pulled, uint32_t released);
/// A line crossed 50 %; the monitor has taken the edge, `event` is what it completed, or NULL.
void i2c_judge_scl_rise(struct i2c_sim *sim);
void i2c_judge_scl_fall(struct i2c_sim *sim, const i2c_event *event);
void i2c_judge_sda_edge(struct i2c_sim *sim, bool high, const i2c_event *event);
/// A rise that had passed 30 % was turned back before 70 % by `makers`.
void i2c_judge_runt(struct i2c_sim *sim, unsigned line, uint32_t makers);
/// Somebody drives high while somebody pulls.
void i2c_judge_contention(struct i2c_sim *sim, unsigned line, uint32_t highs, uint32_t pulls);
void i2c_judge_finish(struct i2c_sim *sim);

#endif

// A master that decides itself what it transfers, as a sketch does: the scenario gives it time, the
// rules judge what comes, and here is asked whether anything came of it that says something of the
// slave.
#include "scenarios/play/play_private.h"

#include <stdio.h>

/// A transfer under way when its time is over is let end.
#define OWN_END_PS (100 * I2C_PS_PER_MS)

bool own_decides(const play_stage *stage)
{
    return play_case_spec(stage->set, stage->one)->own_time_ps != 0;
}

void own_event(play_stage *stage, const i2c_event *event)
{
    own_transfers *own = &stage->own;
    const uint8_t addr7 = event->value >> 1;
    if (event->kind != I2C_EVENT_ACK || (event->owner >> master_node(stage->master) & 1u) == 0)
        return;
    stage->result->stimulus_seen = true;
    if (event->byte != 0)
        return;
    if (!slave_has_addr7(play_set_slave(stage->set), addr7)) {
        own->others += own->other_addr7 != addr7 || own->others == 0;
        own->other_addr7 = addr7;
        return;
    }
    own->asked++;
    own->answered += (event->by >> stage->slave_node & 1u) != 0;
    if (own->asked == 1)
        own->asked_ps = event->at_ps;
}

void own_begin(play_stage *stage)
{
    stage->own = (own_transfers){.asked = 0};
    master_begin_own(stage->master);
}

static bool slave_pulls(const play_stage *stage, i2c_line line)
{
    return (i2c_line_pullers(stage->sim, line) >> stage->slave_node & 1u) != 0;
}

/// Wire waits without limit, so a line that the slave holds is the end of the sketch.
static void report_hold(play_stage *stage, i2c_line line)
{
    char since[I2C_TIME_TEXT], message[FAILURE_BYTES];
    (void)i2c_time_text(since, (int64_t)i2c_line_fall_ps(stage->sim, line, I2C_AT_30));
    snprintf(message, sizeof message, "slave holds %s, low since %s: the sketch cannot go on",
             line == I2C_SCL ? "SCL" : "SDA", since);
    play_finding finding = verdict_new(stage, line == I2C_SCL ? "scl_stuck" : "bracket", message);
    snprintf(finding.expected, sizeof finding.expected, "every hold of a line ends");
    finding.verdict = PLAY_FAIL;
    verdict_add(stage, &finding);
}

/// Its address was on the wire, and it has never acknowledged it.
static void report_silent(play_stage *stage)
{
    const uint8_t own_addr7 = play_set_slave(stage->set)->addr7;
    const slave_adapter *adapter = stage->options.adapter;
    const char *why = adapter->silence == NULL ? NULL : adapter->silence(stage->slave);
    char message[FAILURE_BYTES];
    snprintf(message, sizeof message, "it acknowledged none of %u calls of its address%s%s",
             (unsigned)stage->own.asked, why == NULL ? "" : ": ", why == NULL ? "" : why);
    play_finding finding = verdict_new(stage, "silent", message);
    snprintf(finding.expected, sizeof finding.expected, "an ACK of 0x%02X", own_addr7);
    finding.at_ps = stage->own.asked_ps;
    verdict_add(stage, &finding);
}

static void tell_nothing_seen(play_stage *stage)
{
    const master_spec *spec = play_case_spec(stage->set, stage->one);
    const uint8_t own_addr7 = play_set_slave(stage->set)->addr7;
    char why[MASTER_TEXT_BYTES] = "", reason[2 * MASTER_TEXT_BYTES], time[I2C_TIME_TEXT];
    (void)i2c_time_text(time, (int64_t)spec->own_time_ps);
    master_silence(stage->master, why, sizeof why);
    if (!stage->result->stimulus_seen)
        snprintf(reason, sizeof reason, "the sketch made no transfer in %s: %s", time, why);
    else if (stage->own.others == 1)
        snprintf(reason, sizeof reason,
                 "the sketch called no address of the slave (0x%02X), only 0x%02X", own_addr7,
                 stage->own.other_addr7);
    else
        snprintf(reason, sizeof reason,
                 "the sketch called no address of the slave (0x%02X), only others", own_addr7);
    verdict_reason(stage, PLAY_ERROR, "", reason);
}

/// What the slave made of the sketch's transfers, and whether there were any.
static void judge(play_stage *stage)
{
    const uint64_t until_ps = i2c_sim_now_ps(stage->sim) + OWN_END_PS;
    const i2c_monitor *monitor = i2c_sim_monitor(stage->sim);
    while (monitor->open && i2c_sim_step_until(stage->sim, until_ps)) {
    }
    const bool holds_scl = monitor->open && slave_pulls(stage, I2C_SCL);
    const bool holds_sda = monitor->open && !holds_scl && slave_pulls(stage, I2C_SDA);
    if (holds_scl || holds_sda)
        report_hold(stage, holds_scl ? I2C_SCL : I2C_SDA);
    stage->left_open = monitor->open && !holds_scl && !holds_sda; // by the sketch
    if (stage->own.asked > 0 && stage->own.answered == 0)
        report_silent(stage);
    if (stage->own.asked == 0 && stage->found_count == 0)
        tell_nothing_seen(stage);
}

void own_end(play_stage *stage)
{
    const play_verdict verdict = stage->result->verdict;
    stage->left_open = verdict == PLAY_NOT_APPLICABLE || verdict == PLAY_ERROR;
    if (!stage->left_open)
        judge(stage);
    master_abandon(stage->master);
}

// A second master meets the transfer of the first one: the `rival` statement.
#include "scenarios/play/play_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// After the first master's transfer the rival's ends within this, or it is stuck.
#define PATIENCE_PS (100 * I2C_PS_PER_MS)
#define STEP_PS     (5 * I2C_PS_PER_US)

// ---- the rival's master ---------------------------------------------------------------------

static bool is_like_before(const play_stage *stage, const char *text)
{
    const play_rival *r = stage->rival;
    return r->master != NULL && strcmp(r->text, text) == 0 && r->like == stage->one->spec;
}

/// Reads the spec; the board is the first master's, whose pull-ups the bus has.
static bool read_spec(play_stage *stage, const char *text, master_spec *spec)
{
    const master_spec *own = play_case_spec(stage->set, stage->one);
    char why[MASTER_TEXT_BYTES];
    if (text[0] == '\0') {
        *spec = *own;
        return true;
    }
    if (!master_spec_read(spec, text, why, sizeof why)) {
        verdict_reason(stage, PLAY_ERROR, "", why);
        return false;
    }
    master_spec_share_wires(spec, &own->wires);
    return true;
}

/// A master that is on the bus stays there, idle, as long as the bus does.
static void free_old(play_rival *r)
{
    while (r->olds > 0)
        master_free(r->old[--r->olds]);
}

static bool leave_old(play_stage *stage)
{
    play_rival *r = stage->rival;
    if (!r->on)
        free_old(r); // they were on a bus that is no more
    if (r->olds == RIVAL_OLD_MAX) {
        verdict_reason(stage, PLAY_ERROR, "", "too many rivals in one case");
        return false;
    }
    if (r->master != NULL)
        r->old[r->olds++] = r->master;
    r->master = NULL;
    return true;
}

static bool make_master(play_stage *stage, const char *text)
{
    play_rival *r = stage->rival;
    if (is_like_before(stage, text))
        return true;
    if (!leave_old(stage))
        return false;
    r->on = false;
    if (!read_spec(stage, text, &r->spec))
        return false;
    snprintf(r->text, sizeof r->text, "%s", text);
    r->like = stage->one->spec;
    if (master_new(&r->master, &r->spec) == I2C_OK)
        return true;
    verdict_reason(stage, PLAY_ERROR, "", "out of memory");
    return false;
}

static bool put_on_bus(play_stage *stage)
{
    play_rival *r = stage->rival;
    if (r->on)
        return true;
    if (master_attach_as(r->master, stage->sim, "rival") != I2C_OK) {
        verdict_reason(stage, PLAY_ERROR, "", "the simulation's tables are full");
        return false;
    }
    i2c_sim_set_aside(stage->sim, master_node(r->master));
    rival_init(&r->part, stage->sim, r->master);
    r->on = true;
    return true;
}

// ---- whether they can meet ------------------------------------------------------------------

static bool refuse(play_stage *stage, const char *what)
{
    verdict_reason(stage, PLAY_NOT_APPLICABLE, "", what);
    return false;
}

/// Two masters share a bus only if both arbitrate (UM10204 3.1.8), and the faster one sets how
/// short SCL's high is.
static bool may_meet(play_stage *stage)
{
    const master_spec *own = play_case_spec(stage->set, stage->one);
    const master_spec *other = &stage->rival->spec;
    const master_info *info = master_spec_info(own);
    if (info->arbitration != NULL)
        info = master_spec_info(other);
    char reason[128];
    if (other->scl_hz > play_set_slave(stage->set)->scl_max_hz)
        return refuse(stage, "rival faster than the slave's speed");
    if (info->arbitration != NULL)
        return true;
    snprintf(reason, sizeof reason, "%s takes no part in arbitration", info->name);
    return refuse(stage, reason);
}

static bool is_able(play_stage *stage)
{
    const play_rival *r = stage->rival;
    char why[MASTER_TEXT_BYTES];
    char reason[160];
    if (master_can(r->master, &r->transfer, false, why, sizeof why))
        return true;
    snprintf(reason, sizeof reason, "rival: %.140s", why);
    return refuse(stage, reason);
}

// ---- the statement --------------------------------------------------------------------------

static bool have_rival(play_stage *stage)
{
    if (stage->rival == NULL)
        stage->rival = calloc(1, sizeof *stage->rival);
    if (stage->rival == NULL)
        verdict_reason(stage, PLAY_ERROR, "", "out of memory");
    return stage->rival != NULL;
}

static bool lay(play_stage *stage, const lang_node *node)
{
    play_rival *r = stage->rival;
    if (!plan_lay(stage, &r->plan, lang_at(stage->program, node->a)))
        return false;
    if (r->plan.captures) {
        verdict_reason(stage, PLAY_ERROR, "", "the bytes of a rival get no names");
        return false;
    }
    r->transfer = (master_transfer){r->plan.message, r->plan.messages};
    stage->frames.kept = stage->frames.used;
    return true;
}

void meet_ready(play_stage *stage, const lang_node *node)
{
    int64_t after_ps = 0;
    if ((node->b != LANG_NONE && !play_eval(stage, 0, node->b, &after_ps)) || !have_rival(stage))
        return;
    play_rival *r = stage->rival;
    if (!make_master(stage, lang_text(stage->program, node->c)) || !may_meet(stage) ||
        !put_on_bus(stage) || !lay(stage, node) || !is_able(stage))
        return;
    match_begin(stage, &r->match, &r->plan, master_node(r->master),
                stage->scenario->retries_ok || play_set_slave(stage->set)->busy_declared);
    rival_arm(&r->part, &r->transfer, after_ps > 0 ? (uint64_t)after_ps : 0);
    r->waits = true;
}

void meet_event(play_stage *stage, const i2c_event *event)
{
    play_rival *r = stage->rival;
    if (r == NULL || !r->on)
        return;
    rival_event(&r->part, event);
    if (r->waits)
        match_event(stage, &r->match, event);
}

// ---- the end --------------------------------------------------------------------------------

static void wait_for_rival(play_stage *stage)
{
    play_rival *r = stage->rival;
    const uint64_t until_ps = i2c_sim_now_ps(stage->sim) + PATIENCE_PS;
    if (r->part.armed)
        rival_disarm(&r->part); // the first master made no START
    while (!rival_is_over(&r->part) && i2c_sim_now_ps(stage->sim) < until_ps &&
           !i2c_sim_budget_spent(stage->sim))
        i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + STEP_PS);
    if (master_runs(r->master))
        master_reset(r->master);
}

bool meet_end(play_stage *stage)
{
    play_rival *r = stage->rival;
    if (r == NULL || !r->waits)
        return true;
    wait_for_rival(stage);
    r->waits = false;
    stage->frames.kept = 0;
    if (r->part.status != I2C_OK)
        verdict_reason(stage, PLAY_ERROR, "", i2c_status_text(r->part.status));
    return !r->part.begun || match_end(stage, &r->match, &r->part.outcome, r->plan.messages);
}

void meet_slave(play_stage *stage, const lang_node *node)
{
    int64_t within_ps = 0;
    if (!play_eval(stage, 0, node->d, &within_ps))
        return;
    stage->transfer_ps = i2c_sim_now_ps(stage->sim);
    meet_ready(stage, node);
    play_rival *r = stage->rival;
    if (r == NULL || !r->waits)
        return; // with a reason in the result
    const uint64_t until_ps = i2c_sim_now_ps(stage->sim) + (uint64_t)within_ps;
    while (r->part.armed && i2c_sim_now_ps(stage->sim) < until_ps && !act_out_of_budget(stage))
        i2c_sim_run(stage->sim, i2c_sim_now_ps(stage->sim) + STEP_PS);
    const bool met = !r->part.armed;
    const bool good = meet_end(stage);
    if (!met && !stage->ended)
        act_fail(stage, "sends", "the slave has made no START",
                 lang_text(stage->program, node->text));
    stage->ended = stage->ended || !good;
    stage->anchor_ps = i2c_sim_now_ps(stage->sim);
}

bool meet_returned(const play_stage *stage, int *returned)
{
    const play_rival *r = stage->rival;
    const bool known = r != NULL && r->on && r->part.begun;
    if (known)
        *returned = r->part.outcome.returned;
    return known;
}

bool meet_went(const play_stage *stage, lang_party party, bool lost)
{
    const play_rival *r = stage->rival;
    const matcher *m = party == LANG_PARTY_MASTER ? &stage->match : r != NULL ? &r->match : NULL;
    if (m == NULL)
        return false;
    // A START that it only joined is told as the other's.
    const bool joined = m != &stage->match && r->part.joined;
    return (joined || m->start_ps != I2C_NEVER_PS) && m->lost == lost;
}

uint32_t meet_node(const play_stage *stage)
{
    const play_rival *r = stage->rival;
    return r != NULL && r->on ? 1u << master_node(r->master) : 0;
}

void meet_free(play_stage *stage)
{
    if (stage->rival == NULL)
        return;
    free_old(stage->rival);
    master_free(stage->rival->master);
    free(stage->rival);
}

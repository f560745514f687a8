#include "cli/wave_levels.h"

#include "sim/sim.h"

#include <stdlib.h>

unsigned wave_levels_of(const i2c_trace *trace, unsigned line, wave_window window,
                        wave_level levels[WAVE_LEVELS_MAX])
{
    wave_level now = {.from_ps = window.from_ps, .high = true};
    const uint64_t end_ps = window.from_ps + window.span_ps;
    const uint64_t kept = i2c_trace_kept(trace);
    unsigned count = 1;
    levels[0] = now;
    for (uint64_t i = 0; i < kept && i2c_trace_at(trace, i)->at_ps < end_ps; i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        const bool level = r->kind == I2C_RECORD_LEVEL;
        if ((!level && r->kind != I2C_RECORD_PULLS) || (r->a & 1u) != line)
            continue;
        if (level)
            now.high = r->b != 0;
        else
            now.pulls = r->value;
        if (r->at_ps > now.from_ps) {
            if (count == WAVE_LEVELS_MAX)
                break;
            now.from_ps = r->at_ps;
            count++;
        }
        levels[count - 1] = now;
    }
    return count;
}

/// One thing to compare: 1 or 0 over time.
typedef struct {
    wave_level levels[2][WAVE_LEVELS_MAX];
    unsigned count[2];
    uint64_t begin_ps[2];
    uint32_t nodes[2];
    bool pull;
    uint64_t span_ps, tolerance_ps;
} comparison;

static bool value_of(const comparison *c, unsigned side, unsigned i)
{
    const wave_level *level = &c->levels[side][i];
    return c->pull ? (level->pulls & c->nodes[side]) != 0 : level->high;
}

static uint64_t after_ps(const comparison *c, unsigned side, unsigned i)
{
    return i < c->count[side] ? c->levels[side][i].from_ps - c->begin_ps[side] : c->span_ps;
}

/// When the two begin to differ for longer than the tolerance; the span if they never do.
static uint64_t first_difference(const comparison *c)
{
    unsigned at[2] = {0, 0};
    uint64_t now_ps = 0;
    uint64_t since_ps = I2C_NEVER_PS;
    while (now_ps < c->span_ps) {
        if (value_of(c, 0, at[0]) == value_of(c, 1, at[1]))
            since_ps = I2C_NEVER_PS;
        else if (since_ps == I2C_NEVER_PS)
            since_ps = now_ps;
        const uint64_t next[2] = {after_ps(c, 0, at[0] + 1), after_ps(c, 1, at[1] + 1)};
        now_ps = next[0] < next[1] ? next[0] : next[1];
        if (since_ps != I2C_NEVER_PS && now_ps - since_ps > c->tolerance_ps)
            return since_ps;
        for (unsigned side = 0; side < 2; side++)
            at[side] += next[side] == now_ps && at[side] + 1 < c->count[side];
    }
    return c->span_ps;
}

bool wave_differ(const wave_side *one, const wave_side *other, uint64_t tolerance_ps,
                 wave_difference *difference)
{
    comparison *c = malloc(sizeof *c);
    const wave_side *const sides[2] = {one, other};
    *difference = (wave_difference){.after_ps = one->window.span_ps};
    if (c == NULL)
        return false;
    c->span_ps = one->window.span_ps;
    c->tolerance_ps = tolerance_ps;
    for (unsigned line = 0; line < 2; line++) {
        for (unsigned i = 0; i < 2; i++) {
            c->count[i] = wave_levels_of(sides[i]->trace, line, sides[i]->window, c->levels[i]);
            c->begin_ps[i] = sides[i]->window.from_ps;
            c->nodes[i] = sides[i]->nodes;
        }
        for (unsigned pull = 0; pull < 2; pull++) {
            c->pull = pull != 0;
            const uint64_t at_ps = first_difference(c);
            if (at_ps < difference->after_ps)
                *difference = (wave_difference){true, line, c->pull, at_ps};
        }
    }
    free(c);
    return true;
}

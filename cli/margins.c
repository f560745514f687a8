#include "cli/margins.h"

#include "cli/text.h"

#include <inttypes.h>
#include <string.h>

enum { CELL_BYTES = TEXT_TIME_BYTES + 8 };

const char *margins_maker(i2c_made_by by)
{
    static const char *const makers[] = {[I2C_MADE_BY_SLAVE] = "slave",
                                         [I2C_MADE_BY_SLAVE_HS] = "slave, Hs",
                                         [I2C_MADE_BY_MASTER] = "master",
                                         [I2C_MADE_BY_MASTER_HS] = "master, Hs"};
    return makers[by];
}

static bool by_master(unsigned by)
{
    return by == I2C_MADE_BY_MASTER || by == I2C_MADE_BY_MASTER_HS;
}

/// A share of the limit; where that is 0, a time.
static const char *margin_text(const i2c_spread *s, char text[CELL_BYTES])
{
    const tally_margin margin = {
        .seen = true, .margin_ps = i2c_spread_margin_ps(s), .limit_ps = s->limit_ps};
    if (s->limit_ps > 0)
        snprintf(text, CELL_BYTES, "%" PRId64 " %%", tally_margin_percent(&margin));
    else
        text_signed_time(margin.margin_ps, text, CELL_BYTES);
    return text;
}

/// What the master's model says of itself is no surprise.
static bool is_listed(const master_spec *spec, i2c_timing_parameter parameter)
{
    for (unsigned i = 0; i < spec->known_count; i++)
        if (spec->known[i].parameter == parameter)
            return true;
    return false;
}

static void print_time(const console *c, const lineup_slave *from, const master_spec *spec,
                       unsigned by, unsigned parameter, const tally_time *time)
{
    const i2c_spread *s = &time->all;
    const bool over = i2c_spread_margin_ps(s) < 0;
    char limit[CELL_BYTES];
    char cell[4][CELL_BYTES];
    play_case one;
    play_set_case(from->set, time->least_in, &one);
    const char *bare = strchr(one.id, '/');
    text_signed_time(s->limit_ps, limit, sizeof limit);
    fprintf(c->out, "    %-10s  %-7s  %s %-8s %9" PRIu64 " %10s %10s %10s  %s%9s%s  %s%s\n",
            margins_maker((i2c_made_by)by), i2c_timing_symbol((i2c_timing_parameter)parameter),
            s->at_most ? "<=" : ">=", limit, s->count,
            text_signed_time(s->least_ps, cell[0], CELL_BYTES),
            text_signed_time(s->sum_ps / (int64_t)s->count, cell[1], CELL_BYTES),
            text_signed_time(s->most_ps, cell[2], CELL_BYTES),
            over ? console_paint(c, PAINT_RED) : "", margin_text(s, cell[3]),
            over ? console_plain(c) : "", bare == NULL ? one.id : bare + 1,
            over && by_master(by) && is_listed(spec, (i2c_timing_parameter)parameter)
                ? "  (listed by the master)"
                : "");
}

static bool made_any(const tally *sum, tally_edges edges)
{
    for (unsigned by = 0; by < I2C_MADE_BY_OTHERS; by++)
        for (unsigned i = 0; i < I2C_TIMING_COUNT; i++)
            if (sum->time[edges][by][i].all.count > 0)
                return true;
    return false;
}

/// Which edges the figures are from. A scenario may ask for wires of its own.
static void print_edges(const console *c, const master_spec *spec, tally_edges edges)
{
    fprintf(c->out, "  %s, ", spec->text);
    if (edges == TALLY_IDEAL)
        fputs("ideal edges: they take no time\n", c->out);
    else if (spec->wires.ideal)
        fputs("RC edges: where scenarios ask for them\n", c->out);
    else
        fprintf(c->out, "RC edges: %u ohm, %u pF, falls %u ns, unless a scenario asks for others\n",
                spec->wires.rp_ohm, spec->wires.cb_pf, spec->wires.tf_ns);
}

static void print_block(const console *c, const lineup_slave *from, const master_spec *spec,
                        const tally *sum, tally_edges edges)
{
    if (!made_any(sum, edges))
        return;
    print_edges(c, spec, edges);
    fprintf(c->out, "    %-10s  %-7s  %-11s %9s %10s %10s %10s  %9s  %s\n", "made by", "time",
            "limit", "count", "least", "mean", "most", "margin", "least margin in");
    for (unsigned by = 0; by < I2C_MADE_BY_OTHERS; by++)
        for (unsigned i = 0; i < I2C_TIMING_COUNT; i++)
            if (sum->time[edges][by][i].all.count > 0)
                print_time(c, from, spec, by, i, &sum->time[edges][by][i]);
}

void margins_print(const console *c, const run_state *state)
{
    for (unsigned i = 0; i < state->lineup->slave_count; i++) {
        const lineup_slave *from = &state->lineup->slave[i];
        if (tally_played(&state->slave[i].all) == 0)
            continue;
        fprintf(c->out, "%smargins of %s%s\n", console_paint(c, PAINT_BOLD),
                from->description->name, console_plain(c));
        for (unsigned m = 0; m < from->master_count; m++)
            for (unsigned edges = 0; edges < TALLY_EDGES; edges++)
                print_block(c, from, &from->master[m], &state->slave[i].sum[m], (tally_edges)edges);
    }
}

#include "cli/margins.h"

#include "cli/text.h"

#include <inttypes.h>
#include <string.h>

enum { CELL_BYTES = MARGINS_CELL_BYTES };

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

static void fill_row(margins_row *row, const lineup_slave *from, const master_spec *spec,
                     unsigned by, unsigned parameter, const tally_time *time)
{
    const i2c_spread *s = &time->all;
    char limit[TEXT_TIME_BYTES];
    play_case one;
    play_set_case(from->set, time->least_in, &one);
    const char *bare = strchr(one.id, '/');
    *row = (margins_row){.by = margins_maker((i2c_made_by)by),
                         .symbol = i2c_timing_symbol((i2c_timing_parameter)parameter),
                         .count = s->count,
                         .over = i2c_spread_margin_ps(s) < 0};
    row->listed = row->over && by_master(by) && is_listed(spec, (i2c_timing_parameter)parameter);
    snprintf(row->limit, CELL_BYTES, "%s %s",
             s->at_most ? "<=" : ">=", text_signed_time(s->limit_ps, limit, sizeof limit));
    text_signed_time(s->least_ps, row->least, CELL_BYTES);
    text_signed_time(s->sum_ps / (int64_t)s->count, row->mean, CELL_BYTES);
    text_signed_time(s->most_ps, row->most, CELL_BYTES);
    margin_text(s, row->share);
    snprintf(row->least_in, sizeof row->least_in, "%s", bare == NULL ? one.id : bare + 1);
}

bool margins_next(margins_walk *walk, const lineup_slave *from, unsigned number, const tally *sum)
{
    for (; walk->edges < TALLY_EDGES; walk->edges++, walk->by = 0)
        for (; walk->by < I2C_MADE_BY_OTHERS; walk->by++, walk->parameter = 0)
            for (; walk->parameter < I2C_TIMING_COUNT; walk->parameter++) {
                const tally_time *time = &sum->time[walk->edges][walk->by][walk->parameter];
                if (time->all.count == 0)
                    continue;
                fill_row(&walk->row, from, &from->master[number], walk->by, walk->parameter++,
                         time);
                return true;
            }
    return false;
}

const char *margins_edges_text(const master_spec *spec, tally_edges edges, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s, ", spec->text);
    if (edges == TALLY_IDEAL)
        text_add(text, bytes, "ideal edges: they take no time");
    else if (spec->wires.ideal)
        text_add(text, bytes, "RC edges: where scenarios ask for them");
    else
        text_add(text, bytes,
                 "RC edges: %u ohm, %u pF, falls %u ns, unless a scenario asks for others",
                 spec->wires.rp_ohm, spec->wires.cb_pf, spec->wires.tf_ns);
    return text;
}

static void print_row(const console *c, const margins_row *row)
{
    fprintf(c->out, "    %-10s  %-7s  %-11s %9" PRIu64 " %10s %10s %10s  %s%9s%s  %s%s\n", row->by,
            row->symbol, row->limit, row->count, row->least, row->mean, row->most,
            row->over ? console_paint(c, PAINT_RED) : "", row->share,
            row->over ? console_plain(c) : "", row->least_in,
            row->listed ? "  (listed by the master)" : "");
}

static void print_master(const console *c, const lineup_slave *from, unsigned number,
                         const tally *sum)
{
    char text[256];
    margins_walk walk = {0};
    unsigned edges = TALLY_EDGES;
    while (margins_next(&walk, from, number, sum)) {
        if (walk.edges != edges) {
            edges = walk.edges;
            fprintf(
                c->out, "  %s\n",
                margins_edges_text(&from->master[number], (tally_edges)edges, text, sizeof text));
            fprintf(c->out, "    %-10s  %-7s  %-11s %9s %10s %10s %10s  %9s  %s\n", "made by",
                    "time", "limit", "count", "least", "mean", "most", "margin", "least margin in");
        }
        print_row(c, &walk.row);
    }
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
            print_master(c, from, m, &state->slave[i].sum[m]);
    }
}

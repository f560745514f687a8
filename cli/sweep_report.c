#include "cli/sweep_report.h"

#include "cli/text.h"

#include <stdio.h>
#include <string.h>

enum { REASON_BYTES = 200, RANGE_BYTES = 2 * SWEEP_VALUE_BYTES + 8, LIST_BYTES = 256 };

/// Times inside natively compiled firmware are estimates, and so is what hangs on them.
static const char *about(const sweep *s)
{
    return s->slave->description->kind == SLAVE_FIRMWARE ? "~" : "";
}

/// The ends of the axis are what they are; a border in between is measured.
static const char *value_at(const sweep *s, unsigned i, char text[SWEEP_VALUE_BYTES])
{
    char value[SWEEP_VALUE_BYTES];
    const bool end = i == 0 || i + 1 == s->line.count;
    sweep_value_text(s->axis.what, s->line.point[i].value, value);
    snprintf(text, SWEEP_VALUE_BYTES, "%s%.*s", end ? "" : about(s), SWEEP_VALUE_BYTES - 2, value);
    return text;
}

/// "18.2 .. 19 us": the unit once where both have the same.
static void range_text(const sweep *s, const sweep_window *w, char *text, size_t bytes)
{
    char low[SWEEP_VALUE_BYTES];
    char high[SWEEP_VALUE_BYTES];
    value_at(s, w->first, low);
    value_at(s, w->last, high);
    char *unit = strchr(low, ' ');
    if (unit != NULL && strchr(high, ' ') != NULL && strcmp(unit, strchr(high, ' ')) == 0)
        *unit = '\0';
    if (w->first == w->last)
        snprintf(text, bytes, "%s", high);
    else
        snprintf(text, bytes, "%s .. %s", low, high);
}

/// How many phases fail in a window, and what is wrong at its point nearest to what passes.
static void reason_text(const sweep *s, const sweep_window *w, char *text, size_t bytes)
{
    const sweep_outcome *outcome = &s->line.point[w->first].outcome;
    unsigned least = 0;
    unsigned most = 0;
    sweep_window_phases(&s->line, w, &least, &most);
    text[0] = '\0';
    if (most < SWEEP_PHASES && least == most)
        text_add(text, bytes, "%u phase%s of %d: ", most, most == 1 ? "" : "s", SWEEP_PHASES);
    else if (most < SWEEP_PHASES)
        text_add(text, bytes, "%u to %u phases of %d: ", least, most, SWEEP_PHASES);
    text_add(text, bytes, "%s (%s)", outcome->why.title, outcome->why.rule);
}

static void print_row(const console *c, const char *word, paint colour, const char *range,
                      const char *reason)
{
    const char *const plain = console_plain(c);
    if (reason[0] == '\0')
        fprintf(c->out, "  %s%-12s%s %s\n", console_paint(c, colour), word, plain, range);
    else
        fprintf(c->out, "  %s%-12s%s %-18s  %s\n", console_paint(c, colour), word, plain, range,
                reason);
}

static void print_fails(const console *c, const sweep *s, const sweep_window *w, const char *word)
{
    char range[RANGE_BYTES];
    char reason[REASON_BYTES];
    range_text(s, w, range, sizeof range);
    reason_text(s, w, reason, sizeof reason);
    print_row(c, word, PAINT_RED, range, reason);
}

static void print_passes(const console *c, const sweep *s, const sweep_window *w)
{
    char range[RANGE_BYTES];
    const bool all = w->first == 0 && w->last + 1 == s->line.count;
    range_text(s, w, range, sizeof range);
    print_row(c, "passes", PAINT_GREEN, range, all ? "all that was tried" : "");
}

static void print_clocks(const console *c, const sweep *s)
{
    sweep_window w;
    char lowest[SWEEP_VALUE_BYTES];
    char declared[SWEEP_VALUE_BYTES];
    for (unsigned i = 0; sweep_window_at(&s->line, i, &w); i++) {
        if (w.fails)
            print_fails(c, s, &w, "fails");
        else
            print_passes(c, s, &w);
    }
    unsigned n = 0;
    while (sweep_window_at(&s->line, n + 1, &w))
        n++;
    if (s->axis.what != SWEEP_CPU_CLOCK || !sweep_window_at(&s->line, n, &w) || w.fails)
        return;
    fprintf(c->out, "  lowest clock that works up to the declared %s: %s\n",
            sweep_value_text(s->axis.what, s->axis.up_to, declared), value_at(s, w.first, lowest));
}

/// What is left of the axis when only the last failing window is taken off, and that window; then
/// those below it.
static void print_times(const console *c, const sweep *s)
{
    sweep_window w;
    sweep_window last = {.fails = false};
    char text[SWEEP_VALUE_BYTES];
    char range[RANGE_BYTES];
    char reason[REASON_BYTES];
    unsigned count = 0;
    while (sweep_window_at(&s->line, count, &w)) {
        last = w;
        count++;
    }
    if (!last.fails || last.first > 0) {
        const sweep_window passes = {.first = 0,
                                     .last = last.fails ? last.first - 1 : s->line.count - 1};
        range_text(s, &passes, range, sizeof range);
        print_row(c, "passes", PAINT_GREEN, range,
                  last.fails || count > 1 ? "" : "all that was tried");
    }
    if (last.fails) {
        reason_text(s, &last, reason, sizeof reason);
        snprintf(range, sizeof range, "from %s", value_at(s, last.first, text));
        print_row(c, "fails", PAINT_RED, range, reason);
    }
    for (unsigned i = 0; sweep_window_at(&s->line, i, &w); i++)
        if (w.fails && w.first != last.first)
            print_fails(c, s, &w, "also fails");
}

// ---- holds of SCL -------------------------------------------------------------------------------

static const char *limit_text(const master_spec *spec, char *text, size_t bytes)
{
    const uint64_t limit_ps = spec->stretch.limit_ps;
    if (limit_ps == 0)
        return "not at all";
    return limit_ps == I2C_NEVER_PS ? "without limit" : text_time(limit_ps, text, bytes);
}

/// Masters that would not wait so long, each with its own limit.
static void shorter_limits(uint64_t hold_ps, uint32_t most_hz, char *text, size_t bytes)
{
    char why[TEXT_TIME_BYTES];
    char limit[TEXT_TIME_BYTES];
    for (unsigned i = 0; i < master_model_count(); i++) {
        master_spec spec;
        if (!master_spec_read(&spec, master_model_info(i)->name, why, sizeof why) ||
            spec.scl_hz > most_hz || spec.stretch.limit_ps >= hold_ps)
            continue;
        text_add(text, bytes, "%s%s %s", text[0] == '\0' ? "" : ", ", spec.text,
                 limit_text(&spec, limit, sizeof limit));
    }
}

static void print_hold(const console *c, const sweep *s)
{
    uint64_t hold_ps = 0;
    uint64_t value = 0;
    char hold[TEXT_TIME_BYTES];
    char limit[TEXT_TIME_BYTES];
    char at[SWEEP_VALUE_BYTES];
    char others[LIST_BYTES] = "";
    if (!sweep_longest_hold(s, &hold_ps, &value))
        return;
    fprintf(c->out, "  longest hold of SCL  %s%s at %s; %s waits %s\n", about(s),
            text_time(hold_ps, hold, sizeof hold), sweep_value_text(s->axis.what, value, at),
            s->master->text, limit_text(s->master, limit, sizeof limit));
    shorter_limits(hold_ps, s->slave->description->scl_max_hz, others, sizeof others);
    if (others[0] != '\0')
        fprintf(c->out, "  too long for, who wait less: %s\n", others);
}

/// STARTs that are missed where all else passes: the master's own fault, which its retries may
/// mend.
static void print_short_starts(const console *c, const sweep *s)
{
    sweep_window passes;
    unsigned most = 0;
    if (!sweep_first_passes(s, &passes))
        return;
    for (unsigned i = passes.first; i <= passes.last; i++) {
        const unsigned phases = (unsigned)__builtin_popcount(s->line.point[i].outcome.short_start);
        most = phases > most ? phases : most;
    }
    if (most > 0)
        fprintf(c->out,
                "  missed       in %s%u phase%s of %d a START that %s holds below tHD;STA: that "
                "fails nothing\n",
                most > 1 ? "up to " : "", most, most > 1 ? "s" : "", SWEEP_PHASES, s->master->text);
}

// ---- all of it ----------------------------------------------------------------------------------

static void print_head(const console *c, const sweep *s)
{
    char vectors[LIST_BYTES];
    char clock[SWEEP_VALUE_BYTES];
    char time[TEXT_TIME_BYTES];
    char every[TEXT_TIME_BYTES];
    const slave_load *load = &s->request.load;
    sweep_vectors_text(s, vectors, sizeof vectors);
    fprintf(c->out, "%s%s on %s%s (%s), %s%s%s", console_paint(c, PAINT_BOLD),
            s->slave->description->name, s->master->text, console_plain(c),
            sweep_value_text(SWEEP_SPEED, s->master->scl_hz, clock), sweep_what_text(s->axis.what),
            vectors[0] != '\0' ? " of " : "", vectors);
    if (load->isr_load_ps > 0)
        fprintf(c->out, ", %s for %s every %s", load->isr_load_vector,
                text_time(load->isr_load_ps, time, sizeof time),
                text_time(load->isr_load_every_ps, every, sizeof every));
    fprintf(c->out, "; %d phases a point\n", SWEEP_PHASES);
}

static bool names_master(const sweep *s)
{
    const slave_description *d = s->slave->description;
    bool named = d->master_count == 0;
    for (uint32_t i = 0; i < d->master_count; i++) {
        master_spec spec;
        char why[TEXT_TIME_BYTES];
        named = named || (master_spec_read(&spec, d->masters[i].text, why, sizeof why) &&
                          strcmp(spec.text, s->master->text) == 0);
    }
    return named;
}

static void print_promise(const console *c, const sweep *s)
{
    char text[2 * MASTER_TEXT_BYTES];
    if (sweep_promise_text(s, text, sizeof text))
        fprintf(c->out, "  put in %s:   %s%s%s%s\n", s->slave->path, console_paint(c, PAINT_BOLD),
                text, console_plain(c), names_master(s) ? "" : "   (and the master in `masters`)");
    else if (sweep_is_time(s->axis.what) && s->request.vector[0] == '\0' &&
             s->request.load.isr_load_ps == 0)
        fprintf(c->out, "  no promise: nothing that a run would find kept\n");
}

void sweep_report(const console *c, const sweep *s)
{
    print_head(c, s);
    if (sweep_is_time(s->axis.what))
        print_times(c, s);
    else
        print_clocks(c, s);
    print_short_starts(c, s);
    print_hold(c, s);
    print_promise(c, s);
}

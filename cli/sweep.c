// Measures: plays the points that the search asks for, and then the promise that comes of it.
#include "cli/sweep.h"

#include "cli/console.h"
#include "cli/runner.h"
#include "models/masters/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROMISES_TRIED = 12, MESSAGE_BYTES = 512 };

// ---- the axis -----------------------------------------------------------------------------------

/// Twenty periods of the clock, so that a routine comes late by whole bytes.
static uint64_t usual_end_ps(const master_spec *spec)
{
    const uint64_t end_ps = 20 * I2C_PS_PER_S / (spec->scl_hz == 0 ? 1000 : spec->scl_hz);
    const uint64_t least_ps = 200 * I2C_PS_PER_US;
    const uint64_t most_ps = 10 * I2C_PS_PER_MS;
    return sweep_round_down_ps(end_ps < least_ps ? least_ps : end_ps > most_ps ? most_ps : end_ps);
}

static sweep_axis time_axis(const sweep *s)
{
    const sweep_request *r = &s->request;
    const bool stall = r->what == SWEEP_MAIN_STALL;
    const uint64_t usual_ps = stall ? 50 * I2C_PS_PER_MS : usual_end_ps(s->master);
    const uint64_t fine_ps = (stall ? 100 : 10) * I2C_PS_PER_NS;
    return (sweep_axis){.what = r->what,
                        .up_to = r->up_to != 0 ? r->up_to : usual_ps,
                        .resolution_ps = r->resolution_ps != 0 ? r->resolution_ps : fine_ps};
}

static sweep_axis clock_axis(const sweep *s)
{
    const sweep_request *r = &s->request;
    uint32_t least_hz = 0;
    uint32_t most_hz = 0;
    uint64_t up_to = 0;
    if (r->what == SWEEP_CPU_CLOCK) {
        const uint64_t hz = s->slave->adapter->cpu_hz(s->slave->image);
        up_to = r->up_to != 0 ? r->up_to : hz;
        return (sweep_axis){.what = r->what, .from = hz / 64 + 1, .up_to = up_to};
    }
    master_spec_clocks(s->master, &least_hz, &most_hz);
    up_to = r->up_to != 0 && r->up_to < most_hz ? r->up_to : most_hz;
    const uint64_t from = up_to / 100 > least_hz ? up_to / 100 : least_hz;
    return (sweep_axis){.what = r->what, .from = from, .up_to = up_to};
}

/// No run meets a master that is too fast, and so no promise on it would be tested.
static bool master_is_slow_enough(const sweep *s)
{
    const slave_description *d = s->slave->description;
    if (s->request.what == SWEEP_SPEED || s->master->scl_hz <= d->scl_max_hz)
        return true;
    console_error("%s on %s: master faster than the slave's speed", s->slave->path,
                  s->master->text);
    return false;
}

static bool axis_is_sound(const sweep *s)
{
    char from[SWEEP_VALUE_BYTES];
    char to[SWEEP_VALUE_BYTES];
    const sweep_axis *axis = &s->axis;
    if (axis->from < axis->up_to)
        return true;
    if (axis->what == SWEEP_SPEED && axis->from == axis->up_to)
        console_error("%s has one clock, %s: there is nothing to sweep", s->master->text,
                      sweep_value_text(axis->what, axis->from, from));
    else
        console_error("--up-to: nothing lies between %s and %s",
                      sweep_value_text(axis->what, axis->from, from),
                      sweep_value_text(axis->what, axis->up_to, to));
    return false;
}

// ---- points -------------------------------------------------------------------------------------

typedef struct {
    sweep *sweep;
    sweep_bench *bench; ///< NULL: one for each round, since its masters differ
    char error[sizeof((sweep_bench *)NULL)->error];
    char reason[sizeof((sweep_bench *)NULL)->reason];
    bool refused; ///< stderr has said why
} measuring;

static slave_lateness gate_of(sweep_what what)
{
    return what == SWEEP_MAIN_STALL ? SLAVE_MAIN_STALL
           : what == SWEEP_IRQ_OFF  ? SLAVE_IRQ_OFF
                                    : SLAVE_LATENCY;
}

static sweep_try try_of(const sweep *s, uint64_t value, uint16_t number, sweep_outcome *outcome)
{
    const sweep_request *r = &s->request;
    sweep_try t = {.master = number,
                   .trial = {.promise = {.what = gate_of(r->what)}, .load = r->load},
                   .outcome = outcome};
    snprintf(t.trial.vector, sizeof t.trial.vector, "%s", r->vector);
    if (sweep_is_time(r->what))
        t.trial.promise.time_ps = value;
    if (r->what == SWEEP_CPU_CLOCK)
        t.trial.load.cpu_hz = value;
    return t;
}

static void show_progress(void *ctx, uint32_t done, uint32_t all)
{
    const sweep *s = ctx;
    if (s->on_progress != NULL)
        s->on_progress(s->on_progress_ctx, done, all);
}

static bool open_bench(sweep_bench *bench, sweep *s, const master_spec *masters, unsigned count)
{
    const sweep_setting setting = {.options = s->options,
                                   .lineup = s->lineup,
                                   .slave = s->slave,
                                   .gate = gate_of(s->request.what),
                                   .masters = masters,
                                   .master_count = count};
    const bool fine = sweep_bench_open(bench, &setting);
    bench->on_progress = show_progress;
    bench->on_progress_ctx = s;
    return fine;
}

static bool play_tries(measuring *m, sweep_bench *bench, sweep_try *tries, unsigned count)
{
    const bool fine = sweep_bench_play(bench, tries, count);
    snprintf(m->error, sizeof m->error, "%s", bench->error);
    if (m->reason[0] == '\0')
        snprintf(m->reason, sizeof m->reason, "%s", bench->reason);
    return fine;
}

static bool measure_values(void *ctx, axis_point *point, unsigned count)
{
    measuring *m = ctx;
    sweep_try *tries = calloc(count + 1, sizeof *tries);
    if (tries == NULL)
        return false;
    for (unsigned i = 0; i < count; i++)
        tries[i] = try_of(m->sweep, point[i].value, 0, &point[i].outcome);
    const bool fine = play_tries(m, m->bench, tries, count);
    free(tries);
    return fine;
}

/// The sweep's master at another clock; false: its model has none such.
static bool master_at(const sweep *s, uint64_t hz, master_spec *spec)
{
    char text[2 * MASTER_TEXT_BYTES];
    char why[MESSAGE_BYTES];
    const char *given = s->master->text;
    snprintf(text, sizeof text, "%.*s@%llu%s", (int)strcspn(given, "@,"), given,
             (unsigned long long)hz, given + strcspn(given, ","));
    return master_spec_read(spec, text, why, sizeof why);
}

/// At most LINEUP_MASTER_MAX points.
static bool measure_some_speeds(measuring *m, axis_point *point, unsigned count)
{
    master_spec spec[LINEUP_MASTER_MAX];
    sweep_try tries[LINEUP_MASTER_MAX];
    sweep_bench bench;
    uint16_t made = 0;
    for (unsigned i = 0; i < count; i++) {
        if (!master_at(m->sweep, point[i].value, &spec[made])) {
            point[i].outcome.impossible = true;
            continue;
        }
        tries[made] = try_of(m->sweep, point[i].value, made, &point[i].outcome);
        made++;
    }
    bool fine = made == 0;
    if (!fine && open_bench(&bench, m->sweep, spec, made))
        fine = play_tries(m, &bench, tries, made);
    else if (!fine)
        m->refused = true;
    if (made > 0)
        sweep_bench_close(&bench);
    return fine;
}

static bool measure_speeds(void *ctx, axis_point *point, unsigned count)
{
    for (unsigned i = 0; i < count; i += LINEUP_MASTER_MAX) {
        const unsigned left = count - i;
        if (!measure_some_speeds(ctx, point + i,
                                 left < LINEUP_MASTER_MAX ? left : LINEUP_MASTER_MAX))
            return false;
    }
    return true;
}

// ---- the promise --------------------------------------------------------------------------------

bool sweep_first_passes(const sweep *s, sweep_window *window)
{
    return sweep_window_at(&s->line, 0, window) && !window->fails;
}

/// Looks for a round time that all of the gate keeps: its parts are no points of the sweep.
static bool find_promise(sweep *s, measuring *m)
{
    sweep_window passes;
    const sweep_request *r = &s->request;
    const bool alone = r->vector[0] == '\0' && r->load.isr_load_ps == 0;
    if (!sweep_is_time(r->what) || !alone || !sweep_first_passes(s, &passes))
        return true;
    uint64_t value_ps = sweep_round_down_ps(s->line.point[passes.last].value);
    for (unsigned i = 0; i < PROMISES_TRIED && value_ps > 0; i++) {
        sweep_outcome outcome = {0};
        sweep_try t = try_of(s, value_ps, 0, &outcome);
        t.whole = true;
        if (!play_tries(m, m->bench, &t, 1))
            return false;
        if (outcome.failed == 0) {
            s->promise_ps = value_ps;
            return true;
        }
        value_ps = sweep_round_down_ps(value_ps - 1);
    }
    return true;
}

bool sweep_promise_text(const sweep *s, char *text, size_t bytes)
{
    char time[SWEEP_VALUE_BYTES];
    char why[256];
    master_spec spec;
    // A slave's file cannot name a master of a file: no run would hold the slave to it.
    if (s->promise_ps == 0 || !master_spec_read(&spec, s->master->text, why, sizeof why))
        return false;
    quantity_write(time, sizeof time, QUANTITY_TIME, s->promise_ps);
    snprintf(text, bytes, "tolerates %s %s on %s", sweep_what_word(s->request.what), time,
             s->master->text);
    return true;
}

// ---- all of it ----------------------------------------------------------------------------------

static sweep_status end_of(const measuring *m)
{
    if (runner_caught() != 0)
        return SWEEP_INTERRUPTED;
    if (m->refused)
        return SWEEP_REFUSED;
    console_error("%s", m->error[0] != '\0' ? m->error : "out of memory");
    return SWEEP_BROKEN;
}

static bool anything_played(const sweep *s, const measuring *m)
{
    for (unsigned i = 0; i < s->line.count; i++)
        if (s->line.point[i].outcome.phases != 0)
            return true;
    console_error("%s on %s: no transfer of the sweep applies%s%s", s->slave->path, s->master->text,
                  m->reason[0] != '\0' ? ": " : "", m->reason);
    return false;
}

sweep_status sweep_measure(sweep *s)
{
    sweep_bench bench = {0};
    const bool speeds = s->request.what == SWEEP_SPEED;
    measuring m = {.sweep = s, .bench = speeds ? NULL : &bench};
    sweep_status status = SWEEP_REFUSED;
    s->axis = sweep_is_time(s->request.what) ? time_axis(s) : clock_axis(s);
    if (!master_is_slow_enough(s) || !axis_is_sound(s))
        return SWEEP_REFUSED;
    if (speeds || open_bench(&bench, s, s->master, 1)) {
        const bool fine =
            sweep_search(&s->axis, speeds ? measure_speeds : measure_values, &m, &s->line) &&
            find_promise(s, &m);
        status = !fine ? end_of(&m) : anything_played(s, &m) ? SWEEP_DONE : SWEEP_REFUSED;
    }
    sweep_bench_close(&bench);
    return status;
}

void sweep_free(sweep *s)
{
    sweep_line_free(&s->line);
}

// ---- what was found -----------------------------------------------------------------------------

void sweep_vectors_text(const sweep *s, char *text, size_t bytes)
{
    const lineup_slave *one = s->slave;
    const char *name = "";
    size_t used = 0;
    text[0] = '\0';
    if (s->request.what != SWEEP_LATENCY)
        return;
    if (s->request.vector[0] != '\0') {
        snprintf(text, bytes, "%s", s->request.vector);
        return;
    }
    for (unsigned i = 0; (name = slave_vector(one->adapter, one->image, i)) != NULL && used < bytes;
         i++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", i == 0 ? "" : ", ", name);
}

bool sweep_longest_hold(const sweep *s, uint64_t *hold_ps, uint64_t *value)
{
    sweep_window passes;
    *hold_ps = *value = 0;
    for (unsigned n = 0; sweep_window_at(&s->line, n, &passes); n++)
        for (unsigned i = passes.first; !passes.fails && i <= passes.last; i++)
            if (s->line.point[i].outcome.longest_hold_ps > *hold_ps) {
                *hold_ps = s->line.point[i].outcome.longest_hold_ps;
                *value = s->line.point[i].value;
            }
    return *hold_ps > 0;
}

// ---- the map ------------------------------------------------------------------------------------

static bool map_masters(const sweep *s, sweep_map *map)
{
    uint32_t least_hz = 0;
    uint32_t most_hz = 0;
    master_spec_clocks(s->master, &least_hz, &most_hz);
    for (unsigned i = 0; i < SWEEP_MAP_SPEEDS; i++) {
        const uint64_t hz = (uint64_t)most_hz * (i + 1) / SWEEP_MAP_SPEEDS;
        if (hz >= least_hz && master_at(s, hz, &map->master[map->speeds]) &&
            (map->speeds == 0 ||
             map->master[map->speeds].scl_hz > map->master[map->speeds - 1].scl_hz))
            map->speeds++;
    }
    if (map->speeds == 0)
        map->master[map->speeds++] = *s->master;
    return map->speeds > 0;
}

/// To the end of the sweep, or to twice of what passes before, where that is less.
static void map_values(const sweep *s, sweep_map *map)
{
    sweep_window passes;
    uint64_t end_ps = s->axis.up_to;
    if (sweep_first_passes(s, &passes) && s->line.point[passes.last].value < end_ps / 2)
        end_ps = 2 * s->line.point[passes.last].value;
    const uint64_t step_ps = sweep_round_down_ps(end_ps / (SWEEP_MAP_VALUES - 1));
    for (unsigned i = 0; i < SWEEP_MAP_VALUES; i++)
        map->value[map->values++] = (step_ps == 0 ? I2C_PS_PER_NS : step_ps) * i;
}

sweep_status sweep_map_run(const sweep *s, sweep_map *map)
{
    sweep_bench bench = {0};
    measuring m = {.sweep = (sweep *)(uintptr_t)s};
    *map = (sweep_map){0};
    map_values(s, map);
    const unsigned cells = map_masters(s, map) ? map->speeds * map->values : 0;
    map->cell = calloc(cells + 1, sizeof *map->cell);
    sweep_try *tries = calloc(cells + 1, sizeof *tries);
    bool fine = map->cell != NULL && tries != NULL;
    for (unsigned i = 0; fine && i < cells; i++)
        tries[i] =
            try_of(s, map->value[i % map->values], (uint16_t)(i / map->values), &map->cell[i]);
    if (fine && !open_bench(&bench, m.sweep, map->master, map->speeds))
        fine = !(m.refused = true);
    fine = fine && play_tries(&m, &bench, tries, cells);
    sweep_bench_close(&bench);
    free(tries);
    return fine ? SWEEP_DONE : end_of(&m);
}

void sweep_map_free(sweep_map *map)
{
    free(map->cell);
    *map = (sweep_map){0};
}

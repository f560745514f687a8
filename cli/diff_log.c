#include "cli/diff_log.h"

#include "sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 1 << 22, CALLS_MAX = 1 << 16 };

// ---- taking notes -------------------------------------------------------------------------------

static void begin_world(diff_log *log)
{
    log->seen = log->fell_ps = log->changed_ps = 0;
    log->edge_ps[I2C_SCL] = log->edge_ps[I2C_SDA] = 0;
    log->open = log->early = false;
    log->restarted_ps = UINT64_MAX;
    log->level[I2C_SCL] = log->level[I2C_SDA] = true;
}

void diff_log_clear(diff_log *log)
{
    log->step_count = log->call_count = log->world = 0;
    log->full = false;
    begin_world(log);
}

void diff_log_free(diff_log *log)
{
    free(log->steps);
    free(log->calls);
    memset(log, 0, sizeof *log);
}

/// Room for one more of `*count` things; false: the log is full.
static bool grow(diff_log *log, void **at, uint32_t count, uint32_t *room, size_t bytes,
                 uint32_t most)
{
    if (count < *room)
        return true;
    const uint32_t more = *room == 0 ? 1024 : *room * 2;
    void *other = more > most ? NULL : realloc(*at, more * bytes);
    log->full = log->full || other == NULL;
    if (other == NULL)
        return false;
    *at = other;
    *room = more;
    return true;
}

static void add(diff_log *log, diff_step step)
{
    void *at = log->steps;
    step.world = log->world;
    step.open = log->open || log->early;
    if (!log->full &&
        grow(log, &at, log->step_count, &log->step_room, sizeof *log->steps, STEPS_MAX)) {
        log->steps = at;
        log->steps[log->step_count++] = step;
    }
}

static void end_pulse(diff_log *log, unsigned line, uint64_t at_ps)
{
    const uint64_t length_ps = at_ps - log->edge_ps[line];
    log->open = log->open || (length_ps > log->spike_ps && length_ps < log->sure_ps);
    log->edge_ps[line] = at_ps;
}

static void scl_moves(diff_log *log, bool high, uint64_t at_ps)
{
    log->level[I2C_SCL] = high;
    if (!high) {
        log->fell_ps = at_ps;
        return;
    }
    const bool moved = log->changed_ps > log->fell_ps;
    add(log, (diff_step){.at_ps = at_ps,
                         .kind = log->level[I2C_SDA] ? DIFF_BIT_1 : DIFF_BIT_0,
                         .low_ps = at_ps - log->fell_ps,
                         .sda_ps = moved ? log->changed_ps - log->fell_ps : 0});
}

/// While SCL is high the bit that it brought was none: START and STOP are in its place.
static void sda_moves(diff_log *log, bool high, uint64_t at_ps)
{
    log->level[I2C_SDA] = high;
    log->changed_ps = at_ps;
    if (log->level[I2C_SCL] && !high)
        log->early = log->restarted_ps != UINT64_MAX && at_ps - log->restarted_ps < log->ready_ps;
    if (log->level[I2C_SCL])
        add(log, (diff_step){.at_ps = at_ps, .kind = high ? DIFF_STOP : DIFF_START});
}

static bool is_spike(const i2c_trace *trace, const i2c_record *r)
{
    return r->kind == I2C_RECORD_TRACK && r->value != 0 && r->b < trace->tracks &&
           strncmp(trace->track[r->b].name, "spike_", 6) == 0;
}

void diff_log_take(diff_log *log, const i2c_trace *trace)
{
    const uint64_t oldest = trace->written - i2c_trace_kept(trace);
    for (uint64_t i = log->seen > oldest ? log->seen : oldest; i < trace->written; i++) {
        const i2c_record *r = &trace->record[i & (trace->capacity - 1u)];
        const bool high = r->b != 0;
        log->open = log->open || (log->spike_ps == 0 && is_spike(trace, r));
        if (r->kind != I2C_RECORD_LEVEL || log->level[r->a == I2C_SDA] == high)
            continue;
        end_pulse(log, r->a == I2C_SCL ? I2C_SCL : I2C_SDA, r->at_ps);
        if (r->a == I2C_SCL)
            scl_moves(log, high, r->at_ps);
        else
            sda_moves(log, high, r->at_ps);
    }
    log->seen = trace->written;
}

void diff_log_restart(diff_log *log, const i2c_trace *trace, uint64_t at_ps)
{
    diff_log_take(log, trace);
    log->restarted_ps = at_ps;
}

void diff_log_end_world(diff_log *log, const i2c_trace *trace, uint64_t at_ps)
{
    diff_log_take(log, trace);
    add(log, (diff_step){.at_ps = at_ps, .kind = DIFF_WORLD_END});
    log->world++;
    begin_world(log);
}

void diff_log_call(diff_log *log, const slave_call *call)
{
    void *at = log->calls;
    if (log->full ||
        !grow(log, &at, log->call_count, &log->call_room, sizeof *log->calls, CALLS_MAX))
        return;
    log->calls = at;
    diff_call *kept = &log->calls[log->call_count++];
    *kept = (diff_call){.call = *call,
                        .world = log->world,
                        .step = log->step_count,
                        .open = log->open || log->early};
    (void)snprintf(kept->name, sizeof kept->name, "%s", call->function);
    kept->call.function = NULL;
}

void diff_log_drop(diff_log *log, const char *function)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < log->call_count; i++)
        if (strcmp(log->calls[i].name, function) != 0)
            log->calls[kept++] = log->calls[i];
    log->call_count = kept;
}

// ---- where a step is ----------------------------------------------------------------------------

/// A bit that rose with the START or STOP behind it is none: the next step says so.
static bool is_bit(const diff_log *log, uint32_t i)
{
    if (log->steps[i].kind > DIFF_BIT_1)
        return false;
    return i + 1 >= log->step_count ||
           (log->steps[i + 1].kind != DIFF_START && log->steps[i + 1].kind != DIFF_STOP);
}

static void append(char *text, size_t bytes, const char *more)
{
    const size_t length = strlen(text);
    if (length + strlen(more) < bytes)
        (void)snprintf(text + length, bytes - length, "%s", more);
}

static void take_bit(diff_place *p, bool high, char *before, size_t bytes)
{
    char word[16] = "";
    if (p->bit == 9) {
        append(before, bytes, high ? " N" : " A");
        p->byte++;
        p->bit = 0;
        p->value = 0;
    } else {
        p->value = (uint8_t)(p->value << 1 | (high ? 1 : 0));
    }
    if (p->bit == 8 && p->byte == 0)
        (void)snprintf(word, sizeof word, " 0x%02X+%c", p->value >> 1, p->value & 1 ? 'R' : 'W');
    else if (p->bit == 8)
        (void)snprintf(word, sizeof word, " 0x%02X", p->value);
    append(before, bytes, word);
}

/// What stands before step `at`, and in which bit it is.
static diff_place place_of(const diff_log *log, uint32_t at, char *before, size_t bytes)
{
    diff_place p = {0};
    uint32_t from = at;
    while (from > 0 && log->steps[from - 1].kind != DIFF_WORLD_END)
        from--;
    before[0] = '\0';
    for (uint32_t i = from; i < at; i++) {
        const diff_kind kind = log->steps[i].kind;
        if (kind == DIFF_START) {
            if (!p.in_segment) {
                p.transfer++;
                p.segment = 0;
                before[0] = '\0';
            }
            append(before, bytes, p.in_segment ? " Sr" : "S");
            p.segment++;
            p.byte = p.bit = 0;
            p.value = 0;
            p.in_segment = true;
        } else if (kind == DIFF_STOP) {
            append(before, bytes, " P");
            p.in_segment = false;
        } else if (p.in_segment && is_bit(log, i)) {
            p.bit++;
            take_bit(&p, kind == DIFF_BIT_1, before, bytes);
        }
    }
    p.bit++;
    return p;
}

// ---- comparing ----------------------------------------------------------------------------------

/// One simulation's part of a log.
typedef struct {
    const diff_log *log;
    uint32_t step, step_end;
    uint32_t call, call_end;
} part;

/// The part behind that one; its world's number is `world`.
static void next_part(part *p, uint32_t world)
{
    const diff_log *log = p->log;
    p->step = p->step_end;
    p->call = p->call_end;
    while (p->step_end < log->step_count && log->steps[p->step_end].world == world)
        p->step_end++;
    while (p->call_end < log->call_count && log->calls[p->call_end].world == world)
        p->call_end++;
}

static const diff_step *step_at(const part *p, uint32_t i)
{
    static const diff_step none = {.kind = DIFF_NOTHING};
    return i < p->step_end - p->step ? &p->log->steps[p->step + i] : &none;
}

/// What would come is not known: the log was full before.
static bool is_cut(const part *p, uint32_t i)
{
    return p->log->full && p->step + i == p->log->step_count;
}

static bool is_late(uint64_t a, uint64_t b, uint64_t bound_ps)
{
    return bound_ps != I2C_NEVER_PS && (a > b ? a - b : b - a) > bound_ps;
}

static bool times_differ(const diff_step *a, const diff_step *b, uint64_t bound_ps)
{
    return a->kind <= DIFF_BIT_1 &&
           (is_late(a->low_ps, b->low_ps, bound_ps) || is_late(a->sda_ps, b->sda_ps, bound_ps));
}

static void tell_step(const diff_step *step, const diff_place *place, char *text, size_t bytes)
{
    static const char *const says[] = {
        "SDA low", "SDA high", "a START", "a STOP", "the simulation ends", "nothing more"};
    const bool ack = step->kind <= DIFF_BIT_1 && place->in_segment && place->bit == 9;
    (void)snprintf(text, bytes, "%s%s", says[step->kind],
                   !ack                       ? ""
                   : step->kind == DIFF_BIT_0 ? ": an acknowledge"
                                              : ": no acknowledge");
}

static void tell_times(const diff_step *step, char *text, size_t bytes)
{
    (void)snprintf(
        text, bytes, "SCL low for %" PRIu64 " ns, SDA settled %" PRIu64 " ns behind its fall",
        (uint64_t)(step->low_ps / I2C_PS_PER_NS), (uint64_t)(step->sda_ps / I2C_PS_PER_NS));
}

static void tell_call(const diff_call *c, char *text, size_t bytes)
{
    if (c == NULL) {
        (void)snprintf(text, bytes, "no such call");
        return;
    }
    size_t length = (size_t)snprintf(text, bytes, "%s(", c->name);
    for (unsigned k = 0; k < c->call.args && length < bytes; k++)
        length += (size_t)snprintf(text + length, bytes - length, "%s%" PRId64, k > 0 ? ", " : "",
                                   c->call.arg[k]);
    if (length < bytes)
        (void)snprintf(text + length, bytes - length, ")");
}

static bool same_call(const diff_call *a, const diff_call *b)
{
    return strcmp(a->name, b->name) == 0 && a->call.args == b->call.args &&
           memcmp(a->call.arg, b->call.arg, a->call.args * sizeof a->call.arg[0]) == 0;
}

/// A difference, and whether it is behind a pulse that a slave may hear or not.
typedef struct {
    diff_first first;
    bool open;
} difference;

static difference of_steps(const part *a, const part *b, uint64_t bound_ps)
{
    difference d = {.first = {.verdict = DIFF_SAME}};
    uint32_t i = 0;
    while (step_at(a, i)->kind != DIFF_NOTHING && step_at(a, i)->kind == step_at(b, i)->kind &&
           !times_differ(step_at(a, i), step_at(b, i), bound_ps))
        i++;
    const diff_step *step[2] = {step_at(a, i), step_at(b, i)};
    if ((step[0]->kind == DIFF_NOTHING && step[1]->kind == DIFF_NOTHING) || is_cut(a, i) ||
        is_cut(b, i))
        return d;
    const part *of = step[0]->kind != DIFF_NOTHING ? a : b;
    d.open = step[0]->open || step[1]->open;
    d.first.verdict = step[0]->kind != step[1]->kind ? DIFF_WIRE : DIFF_TIMES;
    d.first.at = i;
    d.first.place = place_of(of->log, of->step + i, d.first.before, sizeof d.first.before);
    for (unsigned side = 0; side < 2; side++) {
        d.first.at_ps[side] = step[side]->at_ps;
        if (d.first.verdict == DIFF_WIRE)
            tell_step(step[side], &d.first.place, d.first.did[side], sizeof d.first.did[side]);
        else
            tell_times(step[side], d.first.did[side], sizeof d.first.did[side]);
    }
    return d;
}

static const diff_call *call_at(const part *p, uint32_t i)
{
    return p->call + i < p->call_end ? &p->log->calls[p->call + i] : NULL;
}

/// The other one goes on with what comes behind this call.
static bool is_one_more(const part *p, uint32_t i, const diff_call *other)
{
    const diff_call *behind = call_at(p, i + 1);
    return call_at(p, i) != NULL &&
           (other == NULL ? behind == NULL : behind != NULL && same_call(behind, other));
}

/// The first calls that differ; of slaves that go off one of them may have had one call more.
static bool calls_agree(const part *a, const part *b, bool goes_off, uint32_t at[2])
{
    at[0] = at[1] = 0;
    for (;;) {
        const diff_call *one = call_at(a, at[0]), *other = call_at(b, at[1]);
        if (one == NULL && other == NULL)
            return true;
        if (one != NULL && other != NULL && same_call(one, other)) {
            at[0]++;
            at[1]++;
        } else if (goes_off && is_one_more(a, at[0], other)) {
            at[0]++;
            goes_off = false;
        } else if (goes_off && is_one_more(b, at[1], one)) {
            at[1]++;
            goes_off = false;
        } else {
            return false;
        }
    }
}

static difference of_calls(const part *a, const part *b, bool goes_off)
{
    difference d = {.first = {.verdict = DIFF_SAME}};
    uint32_t at[2];
    if (a->log->full || b->log->full || calls_agree(a, b, goes_off, at))
        return d;
    const part *of = call_at(a, at[0]) != NULL ? a : b;
    const diff_call *has = of == a ? call_at(a, at[0]) : call_at(b, at[1]);
    d.open = has->open;
    d.first.verdict = DIFF_HOST;
    d.first.at = has->step - of->step;
    d.first.place = place_of(of->log, has->step, d.first.before, sizeof d.first.before);
    for (unsigned side = 0; side < 2; side++) {
        const diff_call *call = call_at(side == 0 ? a : b, at[side]);
        d.first.at_ps[side] = call != NULL ? call->call.at_ps : 0;
        tell_call(call, d.first.did[side], sizeof d.first.did[side]);
    }
    return d;
}

static difference of_world(const part *a, const part *b, const diff_rules *rules)
{
    const difference wire = of_steps(a, b, rules->bound_ps);
    const difference host = of_calls(a, b, rules->goes_off);
    if (host.first.verdict == DIFF_SAME ||
        (wire.first.verdict != DIFF_SAME && wire.first.at <= host.first.at))
        return wire;
    return host;
}

diff_first diff_compare(const diff_log *a, const diff_log *b, const diff_rules *rules,
                        uint32_t *open)
{
    part of_a = {.log = a}, of_b = {.log = b};
    const uint32_t worlds = (a->world > b->world ? a->world : b->world) + 1;
    *open = 0;
    for (uint32_t world = 0; world < worlds; world++) {
        next_part(&of_a, world);
        next_part(&of_b, world);
        difference d = of_world(&of_a, &of_b, rules);
        d.first.world = world;
        if (d.first.verdict != DIFF_SAME && !d.open)
            return d.first;
        *open += d.first.verdict != DIFF_SAME;
    }
    return (diff_first){.verdict = DIFF_SAME};
}

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
    if (!log->full &&
        grow(log, &at, log->step_count, &log->step_room, sizeof *log->steps, STEPS_MAX)) {
        log->steps = at;
        log->steps[log->step_count++] = step;
    }
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
    if (log->level[I2C_SCL])
        add(log, (diff_step){.at_ps = at_ps, .kind = high ? DIFF_STOP : DIFF_START});
}

void diff_log_take(diff_log *log, const i2c_trace *trace)
{
    const uint64_t oldest = trace->written - i2c_trace_kept(trace);
    for (uint64_t i = log->seen > oldest ? log->seen : oldest; i < trace->written; i++) {
        const i2c_record *r = &trace->record[i & (trace->capacity - 1u)];
        const bool high = r->b != 0;
        if (r->kind != I2C_RECORD_LEVEL || log->level[r->a == I2C_SDA] == high)
            continue;
        if (r->a == I2C_SCL)
            scl_moves(log, high, r->at_ps);
        else
            sda_moves(log, high, r->at_ps);
    }
    log->seen = trace->written;
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
    *kept = (diff_call){.call = *call, .world = log->world, .step = log->step_count};
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

static const diff_step *step_at(const diff_log *log, uint32_t i)
{
    static const diff_step none = {.kind = DIFF_NOTHING};
    return i < log->step_count ? &log->steps[i] : &none;
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

static void tell_call(const diff_log *log, uint32_t i, char *text, size_t bytes)
{
    if (i >= log->call_count) {
        (void)snprintf(text, bytes, "no such call");
        return;
    }
    const diff_call *c = &log->calls[i];
    size_t length = (size_t)snprintf(text, bytes, "%s(", c->name);
    for (unsigned k = 0; k < c->call.args && length < bytes; k++)
        length += (size_t)snprintf(text + length, bytes - length, "%s%" PRId64, k > 0 ? ", " : "",
                                   c->call.arg[k]);
    if (length < bytes)
        (void)snprintf(text + length, bytes - length, ")");
}

static bool same_call(const diff_call *a, const diff_call *b)
{
    return a->world == b->world && strcmp(a->name, b->name) == 0 && a->call.args == b->call.args &&
           memcmp(a->call.arg, b->call.arg, a->call.args * sizeof a->call.arg[0]) == 0;
}

static diff_first of_steps(const diff_log *a, const diff_log *b, uint64_t bound_ps)
{
    diff_first first = {.verdict = DIFF_SAME};
    const uint32_t most = a->step_count > b->step_count ? a->step_count : b->step_count;
    uint32_t i = 0;
    // A log that is full says nothing of what would come.
    while (i < most && step_at(a, i)->kind == step_at(b, i)->kind &&
           !times_differ(step_at(a, i), step_at(b, i), bound_ps))
        i++;
    if (i == most || (a->full && i == a->step_count) || (b->full && i == b->step_count))
        return first;
    const diff_step *step[2] = {step_at(a, i), step_at(b, i)};
    first.verdict = step[0]->kind != step[1]->kind ? DIFF_WIRE : DIFF_TIMES;
    first.at = i;
    first.world = i < a->step_count ? step[0]->world : step[1]->world;
    first.place =
        place_of(a, i < a->step_count ? i : a->step_count, first.before, sizeof first.before);
    for (unsigned side = 0; side < 2; side++) {
        first.at_ps[side] = step[side]->at_ps;
        if (first.verdict == DIFF_WIRE)
            tell_step(step[side], &first.place, first.did[side], sizeof first.did[side]);
        else
            tell_times(step[side], first.did[side], sizeof first.did[side]);
    }
    return first;
}

static diff_first of_calls(const diff_log *a, const diff_log *b)
{
    diff_first first = {.verdict = DIFF_SAME};
    const uint32_t most = a->call_count > b->call_count ? a->call_count : b->call_count;
    const uint32_t least = a->call_count + b->call_count - most;
    uint32_t i = 0;
    while (i < least && same_call(&a->calls[i], &b->calls[i]))
        i++;
    if (i == most || a->full || b->full)
        return first;
    const diff_call *has = i < a->call_count ? &a->calls[i] : &b->calls[i];
    const diff_log *of = i < a->call_count ? a : b;
    first.verdict = DIFF_HOST;
    first.at = has->step;
    first.world = has->world;
    first.place = place_of(of, has->step, first.before, sizeof first.before);
    for (unsigned side = 0; side < 2; side++) {
        const diff_log *log = side == 0 ? a : b;
        first.at_ps[side] = i < log->call_count ? log->calls[i].call.at_ps : 0;
        tell_call(log, i, first.did[side], sizeof first.did[side]);
    }
    return first;
}

diff_first diff_compare(const diff_log *a, const diff_log *b, uint64_t bound_ps)
{
    const diff_first wire = of_steps(a, b, bound_ps);
    const diff_first host = of_calls(a, b);
    if (host.verdict == DIFF_SAME || (wire.verdict != DIFF_SAME && wire.at <= host.at))
        return wire;
    return host;
}

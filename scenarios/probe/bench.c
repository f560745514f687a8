// The bus on which the probe asks: a fresh slave, a master, and eyes on SCL.
#include "scenarios/probe/probe_private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Questions of one world end long before; a slave that holds SCL for ever does not.
#define WORLD_PS (2 * I2C_PS_PER_S)
/// After a transfer a slave may finish what it does on the bus.
#define REST_PS (20 * I2C_PS_PER_US)
/// No write makes a slave that works busy for so long.
#define BUSY_PATIENCE_PS (100 * I2C_PS_PER_MS)

static void tell_step(const bench *b)
{
    if (b->options->on_step != NULL)
        b->options->on_step(b->options->on_step_ctx, b->report->step);
}

void bench_step(bench *b, const char *text)
{
    if (b->report->hung) // it says where
        return;
    snprintf(b->report->step, sizeof b->report->step, "%s", text);
    tell_step(b);
}

/// START, Sr and address count messages; ACKs are told with the byte's number.
static void on_event(void *ctx, const i2c_event *event)
{
    bench *b = ctx;
    if (event->kind == I2C_EVENT_START || event->kind == I2C_EVENT_SR)
        b->message++;
    if (event->kind != I2C_EVENT_ACK || b->message < 0 || b->message >= BENCH_MESSAGES)
        return;
    bench_answer *answer = &b->answer[b->message];
    const bool acked = (event->by >> b->slave_node & 1u) != 0;
    if (event->byte == 0)
        answer->address_acked = acked;
    else if (acked && answer->acked == event->byte - 1)
        answer->acked++;
}

/// A routine that does not end. Of other findings the suite speaks.
static void on_finding(void *ctx, const i2c_finding *finding)
{
    bench *b = ctx;
    if (strcmp(finding->rule->id, "hang") == 0)
        b->report->hung = true;
}

bool bench_init(bench *b, const probe_options *options, probe_report *report)
{
    *b = (bench){.options = options, .report = report, .worn = true};
    void *memory = malloc(i2c_trace_bytes(BENCH_TRACE_RECORDS));
    if (memory == NULL)
        return false;
    b->trace = i2c_trace_init(memory, BENCH_TRACE_RECORDS);
    return master_new(&b->master, options->master) == I2C_OK;
}

static void end_world(bench *b)
{
    if (b->slave != NULL)
        b->options->adapter->detach(b->slave);
    b->slave = NULL;
}

void bench_free(bench *b)
{
    end_world(b);
    master_free(b->master);
    i2c_sim_free(b->sim);
    free(b->trace);
}

// ---- eyes on SCL --------------------------------------------------------------------------------

static probe_place place_of(const bench *b)
{
    const uint32_t in_byte = b->rises % 9;
    if (b->rises == 0)
        return PROBE_AT_START;
    if (in_byte == 0 || in_byte == 8)
        return PROBE_AT_BYTE;
    return b->rises < 9 ? PROBE_AT_ADDRESS : PROBE_AT_BIT;
}

static void end_hold(bench *b, uint64_t at_ps)
{
    if (b->alone_since_ps == I2C_NEVER_PS || !b->open)
        return;
    probe_holds *holds = &b->report->hold[place_of(b)];
    const uint64_t held_ps = at_ps - b->alone_since_ps;
    if (held_ps > holds->longest_ps)
        holds->longest_ps = held_ps;
}

static void see_pullers(bench *b, uint32_t pullers, uint64_t at_ps)
{
    const uint32_t own = UINT32_C(1) << b->slave_node;
    if ((pullers & own) != 0 && (b->scl_pullers & own) == 0 && b->open)
        b->report->hold[place_of(b)].pulls++;
    if (b->scl_pullers == own)
        end_hold(b, at_ps);
    b->alone_since_ps = pullers == own ? at_ps : I2C_NEVER_PS;
    b->scl_pullers = pullers;
}

static void see(bench *b, const i2c_record *record)
{
    if (record->kind == I2C_RECORD_PULLS && record->a == I2C_SCL)
        see_pullers(b, record->value, record->at_ps);
    else if (record->kind == I2C_RECORD_LEVEL && record->a == I2C_SCL && record->b != 0)
        b->rises++;
    else if (record->kind == I2C_RECORD_EVENT && record->a == I2C_EVENT_STOP)
        b->open = false;
    else if (record->kind == I2C_RECORD_EVENT &&
             (record->a == I2C_EVENT_START || record->a == I2C_EVENT_SR)) {
        b->open = true;
        b->rises = 0;
    }
}

static void look(bench *b)
{
    const uint64_t lost = b->trace->written - i2c_trace_kept(b->trace);
    for (uint64_t i = b->trace_read > lost ? b->trace_read - lost : 0; i < i2c_trace_kept(b->trace);
         i++)
        see(b, i2c_trace_at(b->trace, i));
    b->trace_read = b->trace->written;
}

// ---- a world ------------------------------------------------------------------------------------

static bool new_sim(bench *b)
{
    i2c_trace_clear(b->trace);
    const i2c_sim_config config = {.wires = b->options->master->wires,
                                   .seed = 1,
                                   .budget_ps = WORLD_PS + b->ready_ps,
                                   .on_event = on_event,
                                   .on_event_ctx = b,
                                   .trace = b->trace,
                                   .rules_off = true};
    const i2c_status status =
        b->sim == NULL ? i2c_sim_new(&b->sim, &config) : i2c_sim_reset(b->sim, &config);
    return status == I2C_OK;
}

bool bench_reset_at(bench *b, uint64_t at_ps)
{
    const slave_attach_options options = {.threshold = b->options->master->threshold,
                                          .seed = 1,
                                          .on_finding = on_finding,
                                          .on_finding_ctx = b};
    tell_step(b); // a slow slave is asked a question on many
    end_world(b);
    b->message = -1;
    b->trace_read = 0;
    b->scl_pullers = 0;
    b->alone_since_ps = I2C_NEVER_PS;
    b->open = false;
    b->worn = false;
    if (!new_sim(b))
        return false;
    b->slave = b->options->adapter->attach(b->options->image, b->sim, &options);
    if (b->slave == NULL || master_attach(b->master, b->sim) != I2C_OK)
        return false;
    b->slave_node = b->options->adapter->node(b->slave);
    i2c_sim_run(b->sim, at_ps);
    return true;
}

bool bench_reset(bench *b)
{
    return bench_reset_at(b, b->ready_ps);
}

static bool still_pulls(const bench *b, i2c_line line)
{
    return (i2c_line_pullers(b->sim, line) >> b->slave_node & 1u) != 0;
}

/// What a transfer leaves behind on the lines; a bus that is not idle serves no further question.
static void rest(bench *b, bool ended)
{
    i2c_sim_run(b->sim, i2c_sim_now_ps(b->sim) + REST_PS);
    look(b);
    const bool held = !ended && still_pulls(b, I2C_SCL);
    b->report->scl_stuck = b->report->scl_stuck || held;
    b->report->hung = b->report->hung || (held && !b->may_hold);
    b->report->sda_stuck = b->report->sda_stuck || (ended && still_pulls(b, I2C_SDA));
    b->worn = b->worn || !ended || still_pulls(b, I2C_SCL) || still_pulls(b, I2C_SDA);
}

bool bench_play(bench *b, const master_message *messages, uint32_t count)
{
    const master_transfer transfer = {messages, count};
    master_outcome outcome;
    char why[MASTER_TEXT_BYTES];
    assert(count <= BENCH_MESSAGES);
    memset(b->answer, 0, sizeof b->answer);
    if (b->report->hung)
        return false;
    if (!master_can(b->master, &transfer, false, why, sizeof why))
        return false;
    if (b->worn && !bench_reset(b))
        return false;
    b->message = -1;
    b->report->transfers++;
    master_run(b->master, &transfer, &outcome);
    const bool ended = outcome.end == MASTER_DONE || outcome.end == MASTER_NACKED;
    rest(b, ended);
    return ended;
}

// ---- transfers ----------------------------------------------------------------------------------

bool bench_address_acked(bench *b, uint8_t first_byte)
{
    uint8_t unused[1];
    const bool read = (first_byte & 1u) != 0;
    const master_message message = {.begin = MASTER_START,
                                    .addressed = true,
                                    .address = first_byte,
                                    .count = read ? 1 : 0,
                                    .into = read ? unused : NULL,
                                    .stop = true};
    bench_play(b, &message, 1);
    return b->answer[0].address_acked;
}

int32_t bench_write(bench *b, uint8_t addr7, const uint8_t *data, uint32_t count)
{
    const master_message message = {.begin = MASTER_START,
                                    .addressed = true,
                                    .address = (uint8_t)(addr7 << 1),
                                    .count = count,
                                    .data = data,
                                    .stop = true};
    bench_play(b, &message, 1);
    return b->answer[0].address_acked ? (int32_t)b->answer[0].acked : -1;
}

int32_t bench_put(bench *b, const uint8_t *data, uint32_t count)
{
    return bench_write(b, b->report->addr7, data, count);
}

static master_message read_message(const bench *b, master_begin begin, uint8_t *into,
                                   uint32_t count)
{
    return (master_message){.begin = begin,
                            .addressed = true,
                            .address = (uint8_t)(b->report->addr7 << 1 | 1),
                            .count = count,
                            .into = into,
                            .stop = true};
}

int32_t bench_read(bench *b, uint8_t *into, uint32_t count)
{
    const master_message message = read_message(b, MASTER_START, into, count);
    const bool fine = bench_play(b, &message, 1);
    return fine && b->answer[0].address_acked ? (int32_t)count : -1;
}

int32_t bench_fetch(bench *b, const uint8_t *pointer, uint32_t pointer_bytes, uint8_t *into,
                    uint32_t count)
{
    const master_message messages[] = {{.begin = MASTER_START,
                                        .addressed = true,
                                        .address = (uint8_t)(b->report->addr7 << 1),
                                        .count = pointer_bytes,
                                        .data = pointer},
                                       read_message(b, MASTER_JOIN, into, count)};
    const bool fine = bench_play(b, messages, 2);
    const bool acked = b->answer[0].acked == pointer_bytes && b->answer[1].address_acked;
    return fine && acked ? (int32_t)count : -1;
}

void bench_wait(bench *b, uint64_t time_ps)
{
    i2c_sim_run(b->sim, i2c_sim_now_ps(b->sim) + time_ps);
}

uint64_t bench_settle(bench *b)
{
    const uint64_t begin_ps = i2c_sim_now_ps(b->sim);
    const uint8_t first_byte = (uint8_t)(b->report->addr7 << 1);
    uint64_t asked_ps = begin_ps;
    while (!b->worn && !bench_address_acked(b, first_byte)) {
        if (b->report->hung)
            return I2C_NEVER_PS;
        asked_ps = i2c_sim_now_ps(b->sim);
        if (asked_ps - begin_ps > BUSY_PATIENCE_PS)
            return I2C_NEVER_PS;
    }
    return asked_ps - begin_ps;
}

uint32_t bench_most_bytes(bench *b)
{
    static const uint8_t data[BENCH_BYTES];
    char why[MASTER_TEXT_BYTES];
    uint32_t most = BENCH_BYTES;
    for (; most > 1; most--) {
        const master_message message = {.begin = MASTER_START,
                                        .addressed = true,
                                        .address = (uint8_t)(b->report->addr7 << 1),
                                        .count = most,
                                        .data = data,
                                        .stop = true};
        const master_transfer transfer = {&message, 1};
        if (master_can(b->master, &transfer, false, why, sizeof why))
            break;
    }
    return most;
}

bool bench_forbidden(const bench *b, uint32_t pointer, uint32_t count)
{
    const slave_description *slave = b->options->slave;
    for (uint32_t i = 0; i < slave->never_write_count; i++)
        if (pointer <= slave->never_write[i].last && pointer + count > slave->never_write[i].first)
            return true;
    return false;
}

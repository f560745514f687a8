// The design's clock is a timer's here and no follower's: beside a slave that keeps up, too, both
// would go in small strides.
#include "slave_under_test/kinds/rtl/master.h"

#include "models/masters/model.h"
#include "slave_under_test/kinds/rtl/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MODELS_MAX = 64, RETURNED_OK = 0, RETURNED_NACK = 1, RETURNED_OTHER = 4 };

// The same as of slaves.
static const uint64_t output_delay_ps = 10 * I2C_PS_PER_NS;

typedef enum { COMMAND_START, COMMAND_WRITE, COMMAND_READ, COMMAND_STOP } command;

/// What is awaited of a command.
typedef enum { NOTHING, TAKEN, DONE } awaited;

typedef struct {
    rtl_signal valid, ready, command, data, nack, rx_data, rx_nack;
} command_ports;

typedef struct {
    master base;
    rtl_model *model; ///< made with the first attach; the image's to discard
    command_ports port;
    rtl_clock clock;
    uint64_t edge;
    i2c_timer tick, reset_ends, pads;
    bool in_reset;
    awaited awaits;
    bool ended; ///< nothing is awaited, or never comes
    i2c_drive asked[2];
} rtl_master;

struct master_image {
    slave_image *design;
    master_spec spec;
    rtl_model *model[MODELS_MAX];
    unsigned models;
};

static const slave_image *design_of(const rtl_master *m)
{
    return ((const master_image *)m->base.spec.made_of)->design;
}

// ---- signals --------------------------------------------------------------------------------

static uint64_t get(const rtl_signal *signal)
{
    uint64_t value = 0;
    memcpy(&value, signal->at, (signal->bits + 7) / 8);
    return value;
}

static void set(const rtl_signal *signal, uint64_t value)
{
    memcpy(signal->at, &value, (signal->bits + 7) / 8);
}

static bool find_ports(const rtl_link *link, rtl_model *model, command_ports *port,
                       const char **missing)
{
    const struct {
        const char *name;
        rtl_signal *signal;
        unsigned bits;
    } wanted[] = {{"in_cmd_valid", &port->valid, 1}, {"cmd_ready", &port->ready, 1},
                  {"in_cmd", &port->command, 2},     {"in_cmd_data", &port->data, 8},
                  {"in_cmd_nack", &port->nack, 1},   {"rx_data", &port->rx_data, 8},
                  {"rx_nack", &port->rx_nack, 1}};
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        *missing = wanted[i].name + (strncmp(wanted[i].name, "in_", 3) == 0 ? 3 : 0);
        if (!link->find(model, wanted[i].name, wanted[i].signal) ||
            wanted[i].signal->bits != wanted[i].bits)
            return false;
    }
    return true;
}

// ---- pins and time --------------------------------------------------------------------------

static void put_out(void *ctx, uint64_t now_ps)
{
    rtl_master *m = ctx;
    (void)now_ps;
    i2c_node_set(m->base.sim, m->base.node, I2C_SDA, m->asked[I2C_SDA]);
    i2c_node_set(m->base.sim, m->base.node, I2C_SCL, m->asked[I2C_SCL]);
}

static i2c_drive drive_of(unsigned pins, unsigned pulls, unsigned drives)
{
    return (pins & pulls) != 0 ? I2C_PULLED : (pins & drives) != 0 ? I2C_DRIVEN_HIGH : I2C_RELEASED;
}

/// A command is taken, and later done, where the design says so.
static void look_at_command(rtl_master *m)
{
    const bool ready = get(&m->port.ready) != 0;
    if (m->awaits == TAKEN && !ready) {
        set(&m->port.valid, 0);
        design_of(m)->link->touch(m->model);
        m->awaits = DONE;
    } else if (m->awaits == DONE && ready) {
        m->awaits = NOTHING;
        m->ended = true;
    }
}

static void look(rtl_master *m)
{
    const rtl_state *state = design_of(m)->link->state(m->model);
    const i2c_drive scl = drive_of(state->pins, RTL_PULLS_SCL, RTL_DRIVES_SCL);
    const i2c_drive sda = drive_of(state->pins, RTL_PULLS_SDA, RTL_DRIVES_SDA);
    if (!m->in_reset && (scl != m->asked[I2C_SCL] || sda != m->asked[I2C_SDA])) {
        m->asked[I2C_SCL] = scl;
        m->asked[I2C_SDA] = sda;
        i2c_timer_set(m->base.sim, &m->pads, i2c_sim_now_ps(m->base.sim) + output_delay_ps);
    }
    m->ended = m->ended || state->end != RTL_RUNS;
    look_at_command(m);
}

/// A design that waits for a command or a line need not be clocked for that.
static void set_tick(rtl_master *m)
{
    const uint64_t now_ps = i2c_sim_now_ps(m->base.sim);
    const uint64_t passed = rtl_clock_edges_before(&m->clock, now_ps);
    if (m->base.abandoned || design_of(m)->link->state(m->model)->rests)
        return;
    if (m->edge < passed) // it has rested
        m->edge = passed + (passed - m->edge) % 2;
    i2c_timer_set(m->base.sim, &m->tick, rtl_clock_edge_ps(&m->clock, m->edge));
}

/// An edge of its clock, or a whole period of one of which the falls do not matter.
static void on_tick(void *ctx, uint64_t now_ps)
{
    rtl_master *m = ctx;
    const rtl_link *link = design_of(m)->link;
    const uint64_t edges = link->falls_idle ? 2 : 1;
    for (uint64_t done = 0; done < edges;)
        done += link->run(m->model, edges - done, now_ps, m->clock.half_ps);
    m->edge += edges;
    look(m);
    set_tick(m);
}

static void put_in(rtl_master *m)
{
    unsigned inputs = m->in_reset ? RTL_IN_RESET : 0;
    inputs |= i2c_node_level(m->base.sim, m->base.node, I2C_SCL) ? RTL_SCL_HIGH : 0;
    inputs |= i2c_node_level(m->base.sim, m->base.node, I2C_SDA) ? RTL_SDA_HIGH : 0;
    design_of(m)->link->put(m->model, inputs, i2c_sim_now_ps(m->base.sim));
    look(m);
    set_tick(m);
}

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    (void)line;
    (void)high;
    (void)now_ps;
    put_in(ctx);
}

static void on_reset_end(void *ctx, uint64_t now_ps)
{
    rtl_master *m = ctx;
    (void)now_ps;
    m->in_reset = false;
    put_in(m);
}

// ---- life -----------------------------------------------------------------------------------

static void prints(void *ctx, const char *text)
{
    const rtl_master *m = ctx;
    char at[I2C_TIME_TEXT];
    (void)i2c_time_text(at, (int64_t)i2c_sim_now_ps(m->base.sim));
    (void)printf("%s: %s: %s\n", design_of(m)->top, at, text);
}

static void power_up(rtl_master *m)
{
    const slave_image *design = design_of(m);
    m->in_reset = design->has_reset;
    m->awaits = NOTHING;
    m->ended = false;
    m->asked[0] = m->asked[1] = I2C_RELEASED;
    m->clock = rtl_clock_of(design->clock_hz, i2c_sim_now_ps(m->base.sim) + 1);
    m->edge = 0;
    design->link->fresh(m->model, 1,
                        RTL_SCL_HIGH | RTL_SDA_HIGH | (m->in_reset ? RTL_IN_RESET : 0));
    set(&m->port.valid, 0);
    if (m->in_reset)
        i2c_timer_set(m->base.sim, &m->reset_ends, i2c_sim_now_ps(m->base.sim) + design->reset_ps);
    put_in(m);
}

static bool make_model(rtl_master *m)
{
    master_image *image = (master_image *)(uintptr_t)m->base.spec.made_of;
    const rtl_host host = {.prints = prints, .ctx = m};
    const char *missing = NULL;
    if (m->model != NULL)
        return true;
    if (image->models == MODELS_MAX)
        return false;
    m->model = image->design->link->make(&host);
    if (m->model == NULL)
        return false;
    image->model[image->models++] = m->model;
    return find_ports(image->design->link, m->model, &m->port, &missing);
}

static i2c_status attach(master *base)
{
    rtl_master *m = (rtl_master *)base;
    const i2c_status status = master_join(base, I2C_HEAR_ALL, on_edge);
    if (status != I2C_OK)
        return status;
    if (!make_model(m))
        return I2C_NO_MEMORY;
    m->tick = (i2c_timer){on_tick, m, false};
    m->pads = (i2c_timer){put_out, m, false};
    m->reset_ends = (i2c_timer){on_reset_end, m, false};
    power_up(m);
    return I2C_OK;
}

static void stop_clock(rtl_master *m)
{
    i2c_timer_cancel(m->base.sim, &m->tick);
    i2c_timer_cancel(m->base.sim, &m->pads);
    i2c_timer_cancel(m->base.sim, &m->reset_ends);
    m->ended = true;
}

static void abandon(master *base)
{
    stop_clock((rtl_master *)base);
}

static void reset(master *base)
{
    rtl_master *m = (rtl_master *)base;
    stop_clock(m);
    i2c_node_release(base->sim, base->node, I2C_SDA);
    i2c_node_release(base->sim, base->node, I2C_SCL);
    base->abandoned = false;
    power_up(m);
}

static bool adopt_start(master *base, i2c_node from)
{
    (void)base;
    (void)from;
    return false; // its START is its own
}

// ---- transfers ------------------------------------------------------------------------------

/// False: the command did not come to its end.
static bool give(rtl_master *m, command what, uint8_t data, bool nack)
{
    if (m->base.abandoned || design_of(m)->link->state(m->model)->end != RTL_RUNS)
        return false;
    set(&m->port.command, (uint64_t)what);
    set(&m->port.data, data);
    set(&m->port.nack, nack);
    set(&m->port.valid, 1);
    design_of(m)->link->touch(m->model);
    m->awaits = TAKEN;
    m->ended = false;
    set_tick(m);
    return i2c_sim_run_until(m->base.sim, &m->ended, I2C_NEVER_PS) && !m->base.abandoned &&
           m->awaits == NOTHING;
}

static bool was_nacked(const rtl_master *m)
{
    return get(&m->port.rx_nack) != 0;
}

typedef enum { FINE, REFUSED, BROKEN } course;

static course write_byte(rtl_master *m, uint8_t byte)
{
    if (!give(m, COMMAND_WRITE, byte, false))
        return BROKEN;
    return was_nacked(m) ? REFUSED : FINE;
}

static course write_all(rtl_master *m, const master_message *message)
{
    for (uint32_t i = 0; i < message->count; i++) {
        const course one = write_byte(m, message->data[i]);
        if (one == BROKEN || (one == REFUSED && !message->past_nack))
            return one;
    }
    return FINE;
}

static course read_all(rtl_master *m, const master_message *message, master_outcome *outcome)
{
    for (uint32_t i = 0; i < message->count; i++) {
        const bool ack = message->acks != NULL ? message->acks[i] != 0 : i + 1 < message->count;
        if (!give(m, COMMAND_READ, 0, !ack))
            return BROKEN;
        if (message->into != NULL)
            message->into[i] = (uint8_t)get(&m->port.rx_data);
        outcome->bytes_read++;
    }
    return FINE;
}

static course run_message(rtl_master *m, const master_message *message, master_outcome *outcome)
{
    i2c_sim_tag(m->base.sim, m->base.node, 0, (uint16_t)outcome->message);
    if (!give(m, COMMAND_START, 0, false))
        return BROKEN;
    if (!message->addressed)
        return FINE;
    const course addressed = write_byte(m, message->address);
    if (addressed != FINE)
        return addressed;
    return (message->address & 1) != 0 ? read_all(m, message, outcome) : write_all(m, message);
}

static void tell_broken(const rtl_master *m, master_outcome *outcome)
{
    const rtl_state *state = design_of(m)->link->state(m->model);
    outcome->returned = RETURNED_OTHER;
    outcome->end = m->base.abandoned ? MASTER_ABANDONED : MASTER_STUCK;
    if (m->base.abandoned || state->end == RTL_RUNS)
        return;
    outcome->end = MASTER_GAVE_UP;
    (void)snprintf(outcome->why, sizeof outcome->why, "the master's own model has ended: %.100s",
                   state->why);
}

static void run(master *base, const master_transfer *transfer, master_outcome *outcome)
{
    rtl_master *m = (rtl_master *)base;
    outcome->end = MASTER_DONE;
    outcome->returned = RETURNED_OK;
    for (uint32_t i = 0; i < transfer->count; i++) {
        outcome->message = i;
        course now = run_message(m, &transfer->message[i], outcome);
        const bool refused = now == REFUSED;
        if (now != BROKEN && (refused || transfer->message[i].stop) &&
            !give(m, COMMAND_STOP, 0, false))
            now = BROKEN;
        if (now == BROKEN) {
            tell_broken(m, outcome);
            return;
        }
        if (refused) {
            outcome->end = MASTER_NACKED;
            outcome->returned = RETURNED_NACK;
            return;
        }
    }
}

static bool can(const master *base, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    (void)base;
    (void)transfer;
    (void)cut_is_fine;
    if (why_bytes > 0)
        why[0] = '\0';
    return true;
}

// ---- what it is -----------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    spec->wires = master_usual_board(spec->mode);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, I2C_NEVER_PS};
    spec->data_sample = spec->ack_sample = (master_sample){MASTER_SAMPLES_AFTER_RISE, 0, 0};
}

static const char *const no_speeds[] = {NULL};
static const master_parameter no_parameters[] = {{NULL, NULL, NULL, NULL}};

static const master_model model = {
    .info = {.name = "rtl",
             .about = "a controller in Verilog, of a file of its own",
             .source = "the design",
             .confidence = "it is the design",
             .duty = "its own",
             .stretch = "its own",
             .limits = "its own",
             .arbitration = NULL,
             .not_modelled = "metastability",
             .speeds = no_speeds,
             .parameter = no_parameters},
    .hz_min = 1,
    .hz_max = 3400000,
    .bytes = sizeof(rtl_master),
    .preset = preset,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = abandon,
    .reset = reset,
    .adopt_start = adopt_start,
};

static void make_spec(master_image *image, const slave_description *file)
{
    master_spec *spec = &image->spec;
    memset(spec, 0, sizeof *spec);
    spec->model = &model;
    spec->made_of = image;
    (void)snprintf(spec->text, sizeof spec->text, "%s", file->name);
    spec->asked_hz = spec->scl_hz = file->scl_max_hz;
    spec->mode = master_mode_of(spec->scl_hz);
    preset(spec);
}

static bool has_ports(const master_image *image, const slave_description *file, char *message,
                      size_t bytes)
{
    command_ports port;
    const char *missing = NULL;
    if (find_ports(image->design->link, image->design->model, &port, &missing))
        return true;
    const slave_place *at = &file->declared[SLAVE_KEY_TOP];
    (void)snprintf(message, bytes,
                   "%s:%u:%u: top: module %s has no port %s of the right width, which a master "
                   "needs (cmd_valid, cmd_ready, cmd[1:0], cmd_data[7:0], cmd_nack, rx_data[7:0], "
                   "rx_nack)",
                   file->path, (unsigned)at->line, (unsigned)at->column, file->top, missing);
    return false;
}

static void discard(master_image *image)
{
    if (image == NULL)
        return;
    for (unsigned i = 0; i < image->models; i++)
        image->design->link->discard(image->model[i]);
    rtl_discard(image->design);
    free(image);
}

static master_image *prepare(const master_source *from, const slave_build_options *options,
                             char *message, size_t message_bytes)
{
    static const char *const looked_at[] = {"cmd_ready", "rx_data", "rx_nack"};
    const slave_description *file = from->file;
    if (file->kind != SLAVE_RTL || file->clock_hz == 0) {
        (void)snprintf(message, message_bytes, "%s: a master is of kind rtl, with a clock",
                       file->path);
        return NULL;
    }
    slave_description design = *file;
    master_image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", file->path);
        return NULL;
    }
    design.watch = (slave_strings){.at = looked_at, .count = 3};
    image->design = rtl_prepare(&design, options, message, message_bytes);
    if (image->design != NULL && has_ports(image, file, message, message_bytes)) {
        make_spec(image, file);
        return image;
    }
    discard(image);
    return NULL;
}

static void give_spec(const master_image *image, master_spec *spec)
{
    *spec = image->spec;
}

const master_adapter *rtl_master_adapter(void)
{
    static const master_adapter adapter = {.name = "rtl",
                                           .described = true,
                                           .prepare = prepare,
                                           .discard = discard,
                                           .spec = give_spec};
    return &adapter;
}

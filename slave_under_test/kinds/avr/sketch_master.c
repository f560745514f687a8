// The board that a sketch runs on, as a master: a part of kind avr whose pins are a master's.
#include "slave_under_test/kinds/avr/sketch_master.h"

#include "models/masters/model.h"
#include "slave_under_test/kinds/avr/private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 1024, STANDS_BYTES = 96, TWEN = 0x04, TWPS = 0x03 };
typedef enum { P_MCU, P_CLOCK, P_TIME } sketch_parameter;

/// Of what the real core's makefiles know as boards with the variant `standard`.
static const char *const parts[] = {"atmega328p", "atmega328", "atmega168", "atmega168p", NULL};

typedef struct {
    master base;
    slave_instance *board; ///< the image's
    uint32_t judged_hz;    ///< of `judged`
    master_spec judged;    ///< what Wire makes of the clock that the sketch has chosen
} sketch_master;

struct master_image {
    char path[PATH_BYTES];         ///< of the sketch
    char argument[PATH_BYTES + 8]; ///< as a person wrote it
    slave_description file;
    const char *source[1];
    slave_image *board;
    master_spec spec;
};

// ---- by which table it is judged ------------------------------------------------------------

/// Wire's known violations at that clock, on the wires of the case.
static bool wire_at(master_spec *wire, uint32_t hz, const i2c_wires *wires)
{
    char text[MASTER_TEXT_BYTES], why[MASTER_TEXT_BYTES];
    (void)snprintf(text, sizeof text, "arduino@%u", (unsigned)hz);
    if (!master_spec_read(wire, text, why, sizeof why))
        return false;
    master_spec_share_wires(wire, wires);
    return true;
}

/// The clock of the TWI: ATmega328P data sheet, 21.5.2.
static uint32_t twi_hz(const avr_io *io)
{
    const uint64_t cycles =
        16 + (UINT64_C(2) * io->reg[io->twbr] << 2 * (io->reg[io->twsr] & TWPS));
    return (uint32_t)(avr_io_clock_hz(io) / cycles);
}

static bool twi_is_on(const avr_io *io)
{
    return (io->reg[io->twcr] & TWEN) != 0;
}

/// A sketch chooses its clock when it likes (Wire.setClock()).
static void on_store(void *ctx)
{
    sketch_master *m = ctx;
    const avr_io *io = &m->board->io;
    const uint32_t hz = twi_is_on(io) ? twi_hz(io) : m->judged_hz;
    if (hz == m->judged_hz)
        return;
    m->judged_hz = hz;
    if (!wire_at(&m->judged, hz, &m->base.spec.wires))
        return;
    const i2c_master_profile profile = master_spec_profile(&m->judged);
    i2c_sim_set_master_profile(m->base.sim, m->base.node, &profile);
}

// ---- life -----------------------------------------------------------------------------------

static void on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    const sketch_master *m = ctx;
    avr_board_edge(m->board, line, high, now_ps);
}

static void on_print(void *ctx, const char *line)
{
    const sketch_master *m = ctx;
    char told[MASTER_TEXT_BYTES + FIRMWARE_LINE_BYTES];
    (void)snprintf(told, sizeof told, "%.*s: %s", (int)strcspn(m->base.spec.text, ","),
                   m->base.spec.text, line);
    if (m->base.on_print != NULL)
        m->base.on_print(m->base.on_print_ctx, told);
}

static i2c_status attach(master *base)
{
    sketch_master *m = (sketch_master *)base;
    const master_image *image = base->spec.made_of;
    const i2c_status status = master_join(base, I2C_HEAR_ALL, on_edge);
    if (status != I2C_OK)
        return status;
    const slave_attach_options options = {
        .threshold = base->spec.threshold, .on_print = on_print, .on_print_ctx = m};
    m->judged_hz = base->spec.scl_hz;
    m->board = avr_board_place(image->board, base->sim, &options);
    m->board->on_store = on_store;
    m->board->on_store_ctx = m;
    avr_board_begin(m->board, base->node, base->name);
    return I2C_OK;
}

static void begin(master *base)
{
    avr_board_on(((sketch_master *)base)->board);
}

static void abandon(master *base)
{
    sketch_master *m = (sketch_master *)base;
    avr_board_end_line(m->board);
    avr_board_halt(m->board);
}

static void reset(master *base)
{
    sketch_master *m = (sketch_master *)base;
    avr_board_halt(m->board);
    i2c_node_release(base->sim, base->node, I2C_SDA);
    i2c_node_release(base->sim, base->node, I2C_SCL);
}

static bool adopt_start(master *base, i2c_node from)
{
    (void)base;
    (void)from;
    return false; // its START is its own
}

/// Only what can be seen: nobody knows what a sketch means to do.
static void silence(const master *base, char *text, size_t bytes)
{
    const sketch_master *m = (const sketch_master *)base;
    char at[STANDS_BYTES] = "";
    const char *end = avr_board_end(m->board);
    avr_board_stands_at(m->board, at, sizeof at);
    if (end != NULL)
        (void)snprintf(text, bytes, "%s", end);
    else
        (void)snprintf(text, bytes, "%s; at the end it is %s%s",
                       twi_is_on(&m->board->io) ? "it has called Wire.begin(), and nothing more"
                                                : "it has not called Wire.begin()",
                       at[0] != '\0' ? "at " : "running", at);
}

// ---- transfers ------------------------------------------------------------------------------

static bool can(const master *base, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes)
{
    (void)base;
    (void)transfer;
    (void)cut_is_fine;
    (void)snprintf(why, why_bytes, "a sketch decides itself what it transfers");
    return false;
}

static void run(master *base, const master_transfer *transfer, master_outcome *outcome)
{
    (void)base;
    (void)transfer;
    outcome->end = MASTER_ABANDONED;
}

// ---- what it is -----------------------------------------------------------------------------

static void preset(master_spec *spec)
{
    spec->wires = master_usual_board(spec->mode);
    spec->threshold = I2C_AT_50;
    spec->stretch = (master_stretch){MASTER_WAITS, I2C_NEVER_PS};
    spec->own_time_ps = spec->value[P_TIME];
}

static void finish(master_spec *spec)
{
    master_spec wire;
    if (!wire_at(&wire, spec->scl_hz, &spec->wires))
        return;
    memcpy(spec->known, wire.known, sizeof spec->known);
    spec->known_count = wire.known_count;
    spec->data_sample = wire.data_sample;
    spec->ack_sample = wire.ack_sample;
}

static const char *const speeds[] = {"100k", NULL};
static const master_parameter parameters[] = {
    {"mcu", "atmega328p, atmega328, atmega168 or atmega168p", "atmega328p", "the part"},
    {"clock", "1M to 20M", "16M", "of its CPU"},
    {"time", "1ms to 60s", "1s", "it is let run for so long"},
    {NULL, NULL, NULL, NULL}};
static const master_parameter_rule rules[] = {
    [P_MCU] = {parts, 0, 0, QUANTITY_COUNT, false},
    [P_CLOCK] = {NULL, 1000000, 20000000, QUANTITY_FREQUENCY, false},
    [P_TIME] = {NULL, I2C_PS_PER_MS, 60 * I2C_PS_PER_S, QUANTITY_TIME, false}};

static const master_model model = {
    .info = {.name = "sketch",
             .about = "an Arduino sketch, of a file of its own, that decides what it transfers",
             .source = "the sketch, Arduino's core and Wire library, executed by simavr",
             .confidence = "software: exact; the TWI: data sheet",
             .duty = "of the AVR's TWI",
             .stretch = "as the sketch and Wire have it",
             .limits = "its own",
             .arbitration = NULL,
             .not_modelled = "pins beside the bus, ADC, SPI, what is sent to Serial",
             .speeds = speeds,
             .parameter = parameters},
    .rule = rules,
    .hz_min = 1,
    .hz_max = 400000,
    .bytes = sizeof(sketch_master),
    .preset = preset,
    .finish = finish,
    .attach = attach,
    .can = can,
    .run = run,
    .abandon = abandon,
    .reset = reset,
    .adopt_start = adopt_start,
    .begin = begin,
    .silence = silence,
};

// ---- preparing ------------------------------------------------------------------------------

/// Where the path ends: behind an `.ino` that a comma follows, or nothing.
static size_t path_length(const char *text)
{
    static const char ending[] = ".ino";
    for (const char *at = strstr(text, ending); at != NULL; at = strstr(at + 1, ending)) {
        const char *behind = at + sizeof ending - 1;
        if (*behind == '\0' || *behind == ',')
            return (size_t)(behind - text);
    }
    return 0;
}

static bool fails(const master_image *image, const char *why, char *message, size_t bytes)
{
    (void)snprintf(message, bytes, "%s: %s", image->argument, why);
    return false;
}

/// The sketch's name takes the place of the model's in what a case id shows.
static bool name_it(master_image *image, char *message, size_t bytes)
{
    char settings[MASTER_TEXT_BYTES];
    const char *slash = strrchr(image->path, '/');
    (void)snprintf(settings, sizeof settings, "%s", image->spec.text + strlen(model.info.name));
    const int n = snprintf(image->spec.text, sizeof image->spec.text, "%s%s",
                           slash == NULL ? image->path : slash + 1, settings);
    return (n > 0 && (size_t)n < sizeof image->spec.text) ||
           fails(image, "its name is too long", message, bytes);
}

static bool read_argument(master_image *image, const char *text, char *message, size_t bytes)
{
    char settings[MASTER_TEXT_BYTES], why[2 * MASTER_TEXT_BYTES];
    const size_t length = path_length(text);
    const int n = snprintf(image->argument, sizeof image->argument, "--master sketch:%s", text);
    if (n < 0 || (size_t)n >= sizeof image->argument ||
        strlen(text + length) + sizeof "sketch" > sizeof settings)
        return fails(image, "too long", message, bytes);
    if (length == 0)
        return fails(image, "expected sketch:FILE.ino[,key=value]...", message, bytes);
    (void)snprintf(image->path, sizeof image->path, "%.*s", (int)length, text);
    (void)snprintf(settings, sizeof settings, "%s%s", model.info.name, text + length);
    if (!master_spec_read_model(&image->spec, &model, settings, why, sizeof why))
        return fails(image, why, message, bytes);
    image->spec.made_of = image;
    return name_it(image, message, bytes);
}

/// What a slave's file would say of it.
static void describe(master_image *image)
{
    const uint64_t *value = image->spec.value;
    image->source[0] = image->path;
    image->file = (slave_description){.path = image->argument,
                                      .folder = ".",
                                      .name = "sketch",
                                      .kind = SLAVE_AVR,
                                      .sources = {.at = image->source, .count = 1},
                                      .mcu = parts[value[P_MCU]],
                                      .cpu_hz = (uint32_t)value[P_CLOCK]};
}

static void discard(master_image *image)
{
    if (image != NULL)
        avr_discard(image->board);
    free(image);
}

static master_image *prepare(const master_source *from, const slave_build_options *options,
                             char *message, size_t bytes)
{
    master_image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        (void)snprintf(message, bytes, "--master sketch:%s: out of memory", from->text);
        return NULL;
    }
    if (read_argument(image, from->text, message, bytes)) {
        describe(image);
        image->board = avr_prepare(&image->file, options, message, bytes);
    }
    if (image->board != NULL)
        return image;
    discard(image);
    return NULL;
}

static void give_spec(const master_image *image, master_spec *spec)
{
    *spec = image->spec;
}

const master_adapter *sketch_master_adapter(void)
{
    static const master_adapter adapter = {
        .name = "sketch", .prepare = prepare, .discard = discard, .spec = give_spec};
    return &adapter;
}

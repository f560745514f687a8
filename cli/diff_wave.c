#include "cli/diff_wave.h"

#include "cli/draw.h"
#include "cli/files.h"
#include "cli/runner.h"
#include "cli/wave.h"
#include "vcd/vcd.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { SIGNALS = 4, GTKW_BYTES = 8192, VIEW_PS_BEFORE_US = 100, VIEW_PS_AFTER_US = 50 };

/// A wave's signals: the two lines, and whether the slave pulls them.
static const char *const names[SIGNALS] = {"scl", "sda", "slave_scl_pull", "slave_sda_pull"};

typedef struct {
    wave_request request;
    uint32_t world;
} world_job;

static bool play_world(void *ctx)
{
    static play_result result;
    world_job *j = ctx;
    return wave_play_world(&j->request, j->world, &result);
}

/// One side of the case; of a slave that ends its process what was recorded until then.
static void play_side(const diff_request *request, const play_case *one, uint32_t world,
                      unsigned side, i2c_trace *trace)
{
    world_job j = {.request = {.set = request->side[0]->set,
                               .one = one,
                               .adapter = request->side[side]->adapter,
                               .image = request->side[side]->image,
                               .trace = trace},
                   .world = world};
    const runner_limits limits = {.case_ms = 0};
    (void)runner_apart(&limits, play_world, &j, NULL, 0);
    if (trace->capacity != WAVE_TRACE_RECORDS || trace->nodes > I2C_NODE_MAX)
        (void)i2c_trace_init(trace, WAVE_TRACE_RECORDS);
}

static unsigned slave_node(const i2c_trace *trace)
{
    unsigned node = 0;
    while (node < trace->nodes && strncmp(trace->node[node], "slave", I2C_TRACE_NAME_BYTES) != 0)
        node++;
    return node < trace->nodes ? node : 0;
}

// ---- the VCD ------------------------------------------------------------------------------------

typedef struct {
    const i2c_trace *trace;
    uint64_t next; ///< record of the ring's kept ones
    unsigned node;
    vcd_signal signal[SIGNALS];
} side_wave;

static void declare(vcd_writer *w, side_wave *s, const char *scope)
{
    (void)vcd_writer_scope(w, VCD_SCOPE_MODULE, scope);
    for (unsigned i = 0; i < SIGNALS; i++) {
        const vcd_var var = {.type = VCD_VAR_WIRE, .width = 1, .name = names[i]};
        if (vcd_writer_var(w, &var, &s->signal[i]) == VCD_OK)
            (void)vcd_writer_bit(w, s->signal[i], i < 2 ? VCD_1 : VCD_0);
    }
    (void)vcd_writer_upscope(w);
}

static void put_record(vcd_writer *w, const side_wave *s, const i2c_record *r)
{
    const bool sda = r->a == I2C_SDA;
    if (r->kind == I2C_RECORD_LEVEL)
        (void)vcd_writer_bit(w, s->signal[sda ? 1 : 0], r->b != 0 ? VCD_1 : VCD_0);
    else if (r->kind == I2C_RECORD_PULLS)
        (void)vcd_writer_bit(w, s->signal[sda ? 3 : 2], r->value >> s->node & 1u ? VCD_1 : VCD_0);
}

static uint64_t time_of(const side_wave *s)
{
    return s->next < i2c_trace_kept(s->trace) ? i2c_trace_at(s->trace, s->next)->at_ps
                                              : I2C_NEVER_PS;
}

/// The records of both in the order of time.
static bool write_vcd(const char *path, side_wave *side, char *message, size_t message_bytes)
{
    const vcd_writer_config config = {.timescale = 1, .unit = VCD_PS, .version = "i2cproof"};
    vcd_writer *w = NULL;
    if (vcd_writer_open_path(&w, path, &config, NULL) != VCD_OK) {
        (void)snprintf(message, message_bytes, "%s: cannot be written", path);
        return false;
    }
    declare(w, &side[0], "A");
    declare(w, &side[1], "B");
    (void)vcd_writer_start(w, 0);
    uint64_t last_ps = 0; // a level is recorded when it is certain, a pull when it is made
    for (;;) {
        side_wave *s = time_of(&side[0]) <= time_of(&side[1]) ? &side[0] : &side[1];
        if (time_of(s) == I2C_NEVER_PS)
            break;
        last_ps = time_of(s) > last_ps ? time_of(s) : last_ps;
        (void)vcd_writer_time(w, last_ps);
        put_record(w, s, i2c_trace_at(s->trace, s->next++));
    }
    const bool fine = vcd_writer_finish(w) == VCD_OK;
    if (!fine)
        (void)snprintf(message, message_bytes, "%s", vcd_writer_error(w)->text);
    vcd_writer_free(w);
    return fine;
}

static bool write_gtkw(const char *path, uint64_t at_ps, char *message, size_t message_bytes)
{
    char text[GTKW_BYTES];
    const uint64_t before_ps = VIEW_PS_BEFORE_US * I2C_PS_PER_US;
    int n =
        snprintf(text, sizeof text,
                 "[*] i2cproof\n[dumpfile] \"diff.vcd\"\n[savefile] \"diff.gtkw\"\n"
                 "[timestart] %" PRIu64 "\n[size] 1400 500\n[pos] -1 -1\n*-25.000000 %" PRIu64
                 " -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1\n"
                 "[sst_width] 200\n[signals_width] 240\n[sst_expanded] 0\n",
                 at_ps > before_ps ? at_ps - before_ps : 0, at_ps);
    for (unsigned side = 0; side < 2; side++)
        for (unsigned i = 0; i < SIGNALS; i++)
            n += snprintf(text + n, sizeof text - (size_t)n, "@28\n[color] %d\n+{%c %s} %c.%s\n",
                          side == 0 ? 4 : 2, side == 0 ? 'A' : 'B', names[i], side == 0 ? 'A' : 'B',
                          names[i]);
    out_file *file = out_file_new(path, message, message_bytes);
    if (file == NULL)
        return false;
    out_file_text(file, text);
    return out_file_commit(file, message, message_bytes);
}

static bool write_both(const diff_outcome *outcome, i2c_trace *const *trace, const char *folder,
                       char *message, size_t message_bytes)
{
    char path[DRAW_PATH_BYTES];
    side_wave side[2];
    for (unsigned i = 0; i < 2; i++)
        side[i] = (side_wave){.trace = trace[i], .node = slave_node(trace[i])};
    (void)snprintf(path, sizeof path, "%s/waves", folder);
    if (!folder_make(path, message, message_bytes))
        return false;
    (void)snprintf(path, sizeof path, "%s/waves/diff.vcd", folder);
    if (!write_vcd(path, side, message, message_bytes))
        return false;
    const uint64_t at_ps = outcome->first.at_ps[outcome->first.at_ps[0] != 0 ? 0 : 1];
    (void)snprintf(path, sizeof path, "%s/waves/diff.gtkw", folder);
    return write_gtkw(path, at_ps, message, message_bytes);
}

bool diff_wave(const diff_request *request, const diff_outcome *outcome, const char *folder,
               char *message, size_t message_bytes)
{
    const size_t bytes = i2c_trace_bytes(WAVE_TRACE_RECORDS);
    char *memory = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    play_case one;
    if (memory == MAP_FAILED) {
        (void)snprintf(message, message_bytes, "out of memory");
        return false;
    }
    i2c_trace *trace[2];
    play_set_case(request->side[0]->set, outcome->number, &one);
    for (unsigned side = 0; side < 2; side++) {
        trace[side] = i2c_trace_init(memory + side * bytes, WAVE_TRACE_RECORDS);
        play_side(request, &one, outcome->first.world, side, trace[side]);
    }
    const bool fine = write_both(outcome, trace, folder, message, message_bytes);
    munmap(memory, 2 * bytes);
    return fine;
}

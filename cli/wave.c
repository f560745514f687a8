// A case is played once to learn what its file begins with (the timescale, the nodes, the
// findings). When the ring still holds all of it, that is written; a longer one is played once
// more, and its records are written as they come, so that memory does not grow with the case.
#include "cli/wave.h"

#include "cli/wave_gtkw.h"
#include "cli/wave_vcd.h"
#include "cli/wave_view.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/// One of the simulations that a case consists of, as the first pass saw it.
typedef struct {
    unsigned number; ///< 0: the first
    wave_facts facts;
} world;

typedef struct {
    const wave_request *request;
    play_stage *stage;
    world now, wanted;
    uint64_t seen; ///< records of the present world that `now` knows
    bool found;    ///< the finding to be shown has been made, in this world or one before
    bool found_here;
    uint64_t found_at;   ///< records of its world by then
    bool kept;           ///< `snapshot` holds the records around it
    bool held;           ///< `snapshot` holds all records of its world
    bool any;            ///< a world has ended
    i2c_trace *snapshot; ///< of the wanted world; its names are the final ones
} first_pass;

typedef struct {
    const wave_request *request;
    unsigned now, wanted;
    wave_vcd *vcd;
    bool finished, fine;
    char *message;
    size_t message_bytes;
} second_pass;

// ---- the first pass ---------------------------------------------------------------------------

static void copy_records(i2c_trace *to, const i2c_trace *from)
{
    const size_t records = (size_t)i2c_trace_kept(from);
    memcpy(to, from, offsetof(i2c_trace, record) + records * sizeof from->record[0]);
}

/// The names of nodes and tracks as they are in the end.
static void copy_names(i2c_trace *to, const i2c_trace *from)
{
    const uint64_t written = to->written;
    memcpy(to, from, offsetof(i2c_trace, record));
    to->written = written;
}

static bool is_wanted(const wave_request *request, const play_finding *finding)
{
    const play_finding *wanted = request->finding;
    return wanted != NULL && wanted->at_ps == finding->at_ps &&
           strcmp(wanted->rule, finding->rule) == 0 && strcmp(wanted->blame, finding->blame) == 0;
}

static void first_finding(void *ctx, const play_finding *finding)
{
    first_pass *p = ctx;
    wave_facts_mark(&p->now.facts, finding->at_ps, finding->rule);
    if (p->found || !is_wanted(p->request, finding))
        return;
    p->found = p->found_here = true;
    p->found_at = p->request->trace->written;
}

/// The ring goes round: its content is kept while it holds the finding and some time behind it.
static void first_full(void *ctx, const i2c_trace *trace)
{
    first_pass *p = ctx;
    p->seen = wave_facts_look(&p->now.facts, trace, p->seen);
    if (!p->found_here || p->kept || trace->written - p->found_at < trace->capacity / 8)
        return;
    p->kept = true;
    copy_records(p->snapshot, trace);
}

static void begin_world(first_pass *p)
{
    p->seen = 0;
    p->found_here = false;
    wave_facts_init(&p->now.facts);
}

static void first_world_end(void *ctx)
{
    first_pass *p = ctx;
    const i2c_trace *trace = p->request->trace;
    if (!p->found || p->found_here) {
        p->seen = wave_facts_look(&p->now.facts, trace, p->seen);
        p->now.facts.end_ps = play_stage_now_ps(p->stage);
        p->wanted = p->now;
        p->any = true;
        p->held = i2c_trace_whole(trace);
        if (p->kept && !p->held)
            copy_names(p->snapshot, trace);
        else
            copy_records(p->snapshot, trace);
        p->kept |= p->found_here;
    }
    p->now.number++;
    begin_world(p);
}

static bool no_memory(char *message, size_t message_bytes)
{
    snprintf(message, message_bytes, "out of memory");
    return false;
}

static bool play_first(first_pass *p, play_result *result, char *message, size_t message_bytes)
{
    const play_stage_options options = {.adapter = p->request->adapter,
                                        .image = p->request->image,
                                        .trace = p->request->trace,
                                        .on_trace_full = first_full,
                                        .on_trace_full_ctx = p,
                                        .on_finding = first_finding,
                                        .on_finding_ctx = p,
                                        .on_world_end = first_world_end,
                                        .on_world_end_ctx = p};
    p->stage = play_stage_new(p->request->set, &options);
    if (p->stage == NULL)
        return no_memory(message, message_bytes);
    begin_world(p);
    play_run(p->stage, p->request->one, result);
    play_stage_free(p->stage);
    if (!p->any) { // nothing was played: a file without changes
        p->wanted = p->now;
        p->held = true;
        copy_records(p->snapshot, p->request->trace);
    }
    return true;
}

// ---- the second pass --------------------------------------------------------------------------

static void second_full(void *ctx, const i2c_trace *trace)
{
    second_pass *p = ctx;
    if (p->now == p->wanted)
        wave_vcd_take(p->vcd, trace);
}

static void second_world_end(void *ctx)
{
    second_pass *p = ctx;
    if (p->now++ != p->wanted)
        return;
    p->finished = true;
    p->fine = wave_vcd_finish(p->vcd, p->request->trace, p->message, p->message_bytes);
}

static bool play_second(second_pass *p)
{
    play_result result;
    const play_stage_options options = {.adapter = p->request->adapter,
                                        .image = p->request->image,
                                        .trace = p->request->trace,
                                        .on_trace_full = second_full,
                                        .on_trace_full_ctx = p,
                                        .on_world_end = second_world_end,
                                        .on_world_end_ctx = p};
    play_stage *stage = play_stage_new(p->request->set, &options);
    if (stage == NULL)
        return no_memory(p->message, p->message_bytes);
    play_run(stage, p->request->one, &result);
    play_stage_free(stage);
    assert(p->finished); // the same case gives the same worlds
    return p->fine;
}

// ---- the files --------------------------------------------------------------------------------

static unsigned node_named(const i2c_trace *trace, const char *name)
{
    unsigned node = 0;
    while (node < trace->nodes && node < I2C_NODE_MAX &&
           strncmp(trace->node[node], name, I2C_TRACE_NAME_BYTES) != 0)
        node++;
    return node < trace->nodes ? node : I2C_NODE_MAX;
}

/// From eight bit cells before the finding to four after it, or the whole case.
static bool write_gtkw(const wave_request *request, const i2c_trace *trace, const wave_vcd *vcd,
                       const wave_facts *facts, char *message, size_t message_bytes)
{
    enum { CELLS_BEFORE = 8, CELLS_AFTER = 4 };
    const uint64_t kept = i2c_trace_kept(trace);
    wave_gtkw_view view = {.scale_ps = facts->scale_ps,
                           .to_ps = kept > 0 ? i2c_trace_at(trace, kept - 1)->at_ps : 0,
                           .vcd_name = request->vcd_name,
                           .slave_node = node_named(trace, "slave")};
    const uint64_t period_ps =
        request->finding == NULL ? 0 : wave_period_ps(trace, request->finding->at_ps);
    if (request->finding != NULL) {
        view.marked = true;
        view.mark_ps = request->finding->at_ps;
    }
    if (period_ps != 0) {
        const uint64_t before_ps = CELLS_BEFORE * period_ps;
        view.from_ps = view.mark_ps > before_ps ? view.mark_ps - before_ps : 0;
        view.to_ps = view.mark_ps + CELLS_AFTER * period_ps;
    }
    return wave_gtkw_write(request->gtkw_path, vcd, &view, message, message_bytes);
}

static wave_vcd *open_vcd(const wave_request *request, const wave_facts *facts,
                          const i2c_trace *tables, char *message, size_t message_bytes)
{
    const wave_vcd_config config = {.facts = facts, .tables = tables, .strict = request->strict};
    return wave_vcd_open(request->vcd_path, &config, message, message_bytes);
}

static bool write_files(const wave_request *request, const first_pass *first, char *message,
                        size_t message_bytes)
{
    const wave_facts *facts = &first->wanted.facts;
    wave_vcd *vcd = open_vcd(request, facts, first->snapshot, message, message_bytes);
    if (vcd == NULL)
        return false;
    bool fine = true;
    if (first->held) {
        fine = wave_vcd_finish(vcd, first->snapshot, message, message_bytes);
    } else {
        second_pass second = {.request = request,
                              .wanted = first->wanted.number,
                              .vcd = vcd,
                              .message = message,
                              .message_bytes = message_bytes};
        fine = play_second(&second);
    }
    fine = fine && write_gtkw(request, first->snapshot, vcd, facts, message, message_bytes);
    wave_vcd_free(vcd);
    return fine;
}

bool wave_write_case(const wave_request *request, play_result *result, char *message,
                     size_t message_bytes)
{
    first_pass *first = calloc(1, sizeof *first);
    bool fine = false;
    if (first != NULL)
        first->snapshot = calloc(1, i2c_trace_bytes(request->trace->capacity));
    if (first == NULL || first->snapshot == NULL) {
        free(first);
        return no_memory(message, message_bytes);
    }
    first->request = request;
    fine = play_first(first, result, message, message_bytes) &&
           write_files(request, first, message, message_bytes);
    copy_records(request->trace, first->snapshot); // for wave_print()
    if (request->world != NULL)
        *request->world = first->wanted.number;
    free(first->snapshot);
    free(first);
    return fine;
}

// ---- one world without files --------------------------------------------------------------------

typedef struct {
    unsigned now, wanted;
    const i2c_trace *trace;
    i2c_trace *kept;
    bool held;
} one_world;

static void keep_world(void *ctx)
{
    one_world *p = ctx;
    if (p->now++ != p->wanted)
        return;
    p->held = i2c_trace_whole(p->trace);
    if (p->held)
        copy_records(p->kept, p->trace);
}

bool wave_play_world(const wave_request *request, unsigned number, play_result *result)
{
    one_world p = {.wanted = number,
                   .trace = request->trace,
                   .kept = calloc(1, i2c_trace_bytes(request->trace->capacity))};
    const play_stage_options options = {.adapter = request->adapter,
                                        .image = request->image,
                                        .trace = request->trace,
                                        .on_world_end = keep_world,
                                        .on_world_end_ctx = &p};
    play_stage *stage = p.kept == NULL ? NULL : play_stage_new(request->set, &options);
    if (stage != NULL) {
        play_run(stage, request->one, result);
        play_stage_free(stage);
        if (p.held)
            copy_records(request->trace, p.kept);
    }
    free(p.kept);
    return p.held;
}

/// The dead process may have written anywhere, so nothing of the block is trusted.
static bool is_sound(const i2c_trace *trace)
{
    return trace->capacity == WAVE_TRACE_RECORDS && trace->nodes <= I2C_NODE_MAX &&
           trace->tracks <= I2C_TRACE_TRACK_MAX && trace->texts <= I2C_TRACE_TEXT_MAX;
}

bool wave_finish_case(const wave_request *request, char *message, size_t message_bytes)
{
    wave_facts facts;
    i2c_trace *trace = request->trace;
    if (!is_sound(trace))
        (void)i2c_trace_init(trace, WAVE_TRACE_RECORDS);
    wave_facts_init(&facts);
    if (request->recorded != NULL)
        facts = *request->recorded;
    facts.whole = i2c_trace_whole(trace);
    (void)wave_facts_look(&facts, trace, 0);
    if (request->recorded == NULL && request->finding != NULL &&
        wave_holds(trace, request->finding->at_ps))
        wave_facts_mark(&facts, request->finding->at_ps, request->finding->rule);
    wave_vcd *vcd = open_vcd(request, &facts, trace, message, message_bytes);
    const bool fine = vcd != NULL && wave_vcd_finish(vcd, trace, message, message_bytes) &&
                      write_gtkw(request, trace, vcd, &facts, message, message_bytes);
    wave_vcd_free(vcd);
    return fine;
}

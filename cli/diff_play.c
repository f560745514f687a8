// Both slaves play in one process, one case after the other. A slave that ends it is met again
// alone, so that the other one's part is known, and playing goes on behind that case.
#include "cli/diff_play.h"

#include "cli/runner.h"
#include "cli/wave.h"
#include "sim/timing.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { CASE_WALL_MS = 120000, CASE_CPU_MS = 20000, BOTH = 2, FUNCTIONS_MAX = 32 };

/// A function of an application whose calls one of the slaves has told.
typedef struct {
    char name[sizeof((diff_call *)0)->name];
    bool told; ///< the other one can tell them, too
} known_function;

/// Shared with the processes that play.
typedef struct {
    _Atomic uint32_t now; ///< the case that is played
    _Atomic unsigned side;
    diff_outcome outcome;
} diff_shared;

typedef struct {
    const diff_request *request;
    diff_shared *shared;
    uint32_t from; ///< first case to play
    unsigned only; ///< one side of that case alone; BOTH: everything from there on
} diff_job;

typedef struct {
    const diff_request *request;
    play_stage *stage[2];
    i2c_trace *trace;
    diff_log log[2];
    play_result result[2];
    unsigned side;
    known_function function[FUNCTIONS_MAX];
    unsigned functions;
} player;

// ---- one process --------------------------------------------------------------------------------

static void on_full(void *ctx, const i2c_trace *trace)
{
    player *p = ctx;
    diff_log_take(&p->log[p->side], trace);
}

static void on_world_end(void *ctx)
{
    player *p = ctx;
    diff_log_end_world(&p->log[p->side], p->trace, play_stage_now_ps(p->stage[p->side]));
}

static void on_restart(void *ctx, uint64_t at_ps)
{
    player *p = ctx;
    diff_log_restart(&p->log[p->side], p->trace, at_ps);
}

static void on_call(void *ctx, const slave_call *call)
{
    player *p = ctx;
    // The bus up to here: records come in bunches.
    diff_log_take(&p->log[p->side], p->trace);
    diff_log_call(&p->log[p->side], call);
}

static i2c_mode mode_at(uint32_t scl_hz)
{
    return scl_hz <= 100000    ? I2C_MODE_SM
           : scl_hz <= 400000  ? I2C_MODE_FM
           : scl_hz <= 1000000 ? I2C_MODE_FMPLUS
                               : I2C_MODE_HS;
}

/// The longest spike that a filter must swallow (tSP, UM10204 Table 10): none in Standard-mode.
/// SCL's shortest high (Table 11) is what it must let through.
diff_pulses diff_open_pulses(const diff_request *request)
{
    diff_pulses open = {.above_ps = 50 * I2C_PS_PER_NS, .below_ps = 0};
    for (unsigned side = 0; side < 2; side++) {
        const i2c_mode mode = mode_at(request->side[side]->description->scl_max_hz);
        const uint64_t high_ps = i2c_timing_limits(mode)[I2C_T_HIGH].min_ps;
        open.above_ps = mode == I2C_MODE_SM ? 0 : open.above_ps;
        open.below_ps = high_ps > open.below_ps ? high_ps : open.below_ps;
    }
    return open;
}

/// What the player gives a slave to set itself up, of the slower one.
static uint64_t longest_ready_ps(const diff_request *request)
{
    uint64_t longest_ps = SLAVE_USUAL_READY_PS;
    for (unsigned side = 0; side < 2; side++) {
        const uint64_t ready_ps = slave_ready_ps(request->side[side]->description);
        longest_ps = ready_ps > longest_ps ? ready_ps : longest_ps;
    }
    return longest_ps;
}

static bool open_player(player *p, const diff_request *request)
{
    void *memory = malloc(i2c_trace_bytes(WAVE_TRACE_RECORDS));
    const diff_pulses open = diff_open_pulses(request);
    *p = (player){.request = request};
    if (memory == NULL)
        return false;
    p->trace = i2c_trace_init(memory, WAVE_TRACE_RECORDS);
    for (unsigned side = 0; side < 2; side++) {
        const play_stage_options options = {.adapter = request->side[side]->adapter,
                                            .image = request->side[side]->image,
                                            .trace = p->trace,
                                            .on_trace_full = on_full,
                                            .on_trace_full_ctx = p,
                                            .on_call = on_call,
                                            .on_call_ctx = p,
                                            .on_world_end = on_world_end,
                                            .on_world_end_ctx = p,
                                            .on_restart = on_restart,
                                            .on_restart_ctx = p};
        p->stage[side] = play_stage_new(request->side[0]->set, &options);
        if (p->stage[side] == NULL)
            return false;
        p->log[side].spike_ps = open.above_ps;
        p->log[side].sure_ps = open.below_ps;
        p->log[side].ready_ps = longest_ready_ps(request);
    }
    return true;
}

static void play_side(player *p, unsigned side, const play_case *one)
{
    p->side = side;
    i2c_trace_clear(p->trace);
    diff_log_clear(&p->log[side]);
    play_run(p->stage[side], one, &p->result[side]);
}

/// Whether the case is for both, by what their files declare.
static bool applies(const diff_request *request, const play_case *one)
{
    char reason[sizeof((play_result *)0)->reason];
    play_case other;
    const char *id = strchr(one->id, '/');
    return id != NULL && play_case_applies(request->side[0]->set, one, reason, sizeof reason) &&
           play_set_find(request->side[1]->set, id + 1, &other) &&
           play_case_applies(request->side[1]->set, &other, reason, sizeof reason);
}

/// Whether both can tell calls of that function. A kind that tells only what it is asked for is
/// asked here; `*again` when this case did not have it yet.
static bool both_tell(player *p, unsigned side, const char *name, bool *again)
{
    const lineup_slave *other = p->request->side[!side];
    for (unsigned i = 0; i < p->functions; i++)
        if (strcmp(p->function[i].name, name) == 0)
            return p->function[i].told;
    if (p->functions == FUNCTIONS_MAX)
        return false;
    known_function *f = &p->function[p->functions++];
    (void)snprintf(f->name, sizeof f->name, "%s", name);
    f->told =
        other->adapter->tells == NULL || other->adapter->tells(other->image, name) == SLAVE_OK;
    *again = f->told && other->adapter->tells != NULL;
    return f->told;
}

static bool switches_off(const play_case *one)
{
    return one->sweep == LANG_SWEEP_RESET || one->sweep == LANG_SWEEP_POWER_OFF ||
           one->sweep == LANG_SWEEP_POWER_ON;
}

/// Calls that one of the slaves can never tell are no difference.
static void compare_like_calls(player *p, const play_case *one)
{
    for (unsigned side = 0; side < 2; side++)
        for (uint32_t i = 0; i < p->log[side].call_count;) {
            char name[sizeof p->log[side].calls[i].name];
            bool again = false;
            memcpy(name, p->log[side].calls[i].name, sizeof name);
            if (both_tell(p, side, name, &again)) {
                i++;
            } else {
                diff_log_drop(&p->log[side], name);
                diff_log_drop(&p->log[!side], name);
                i = 0;
            }
            if (again)
                play_side(p, !side, one);
        }
}

static bool is_failure(play_verdict verdict)
{
    return verdict >= PLAY_INCOMPATIBLE;
}

static void note_difference(diff_outcome *o, uint32_t number, const diff_first *first)
{
    if (o->different++ == 0) {
        o->number = number;
        o->first = *first;
    } else if (o->different - 2 < DIFF_MORE) {
        o->more[o->different - 2] = number;
    }
}

static void compare(player *p, diff_outcome *o, const play_case *one, uint32_t number)
{
    const diff_rules rules = {.bound_ps = p->request->bound_ps, .goes_off = switches_off(one)};
    uint32_t open = 0;
    // What a kind cannot do, as a call of the application's functions, shows when it is asked.
    if (p->result[0].verdict == PLAY_NOT_APPLICABLE ||
        p->result[1].verdict == PLAY_NOT_APPLICABLE) {
        o->inapplicable++;
        return;
    }
    compare_like_calls(p, one);
    const diff_first first = diff_compare(&p->log[0], &p->log[1], &rules, &open);
    o->compared++;
    o->left_out += p->log[0].full || p->log[1].full;
    if (first.verdict != DIFF_SAME)
        note_difference(o, number, &first);
    else if (open > 0)
        o->open++;
    else if (is_failure(p->result[0].verdict) != is_failure(p->result[1].verdict) &&
             o->judged_other++ == 0)
        (void)snprintf(o->judged, sizeof o->judged, "%s", one->id);
}

static bool play_all(void *ctx)
{
    static player p; // not on the stack, which a slave may overrun
    diff_job *j = ctx;
    const play_set *set = j->request->side[0]->set;
    const uint32_t count = play_set_count(set);
    if (!open_player(&p, j->request))
        return false;
    for (uint32_t i = j->from; i < count; i++) {
        play_case one;
        play_set_case(set, i, &one);
        atomic_store(&j->shared->now, i);
        if (j->only == BOTH && !applies(j->request, &one)) {
            j->shared->outcome.inapplicable++;
            continue;
        }
        for (unsigned side = 0; side < 2; side++) {
            if (j->only != BOTH && j->only != side)
                continue;
            atomic_store(&j->shared->side, side);
            runner_apart_step(CASE_WALL_MS, "");
            play_side(&p, side, &one);
        }
        if (j->only != BOTH)
            return true;
        compare(&p, &j->shared->outcome, &one, i);
    }
    atomic_store(&j->shared->now, count);
    return true;
}

// ---- the processes ------------------------------------------------------------------------------

static bool run_job(const diff_request *request, diff_shared *shared, uint32_t from, unsigned only,
                    char *end, size_t end_bytes)
{
    diff_job job = {.request = request, .shared = shared, .from = from, .only = only};
    const runner_limits limits = {.case_ms = CASE_WALL_MS, .hang_cpu_ms = CASE_CPU_MS};
    return runner_apart(&limits, play_all, &job, end, end_bytes);
}

/// The process ended in `side` of a case: whether the other one does, too.
static void take_end(const diff_request *request, diff_shared *shared, const char *end)
{
    char other_end[DIFF_END_BYTES] = "";
    diff_outcome *o = &shared->outcome;
    const uint32_t number = atomic_load(&shared->now);
    const unsigned side = atomic_load(&shared->side) != 0;
    o->compared++;
    if (side == 0 && !run_job(request, shared, number, 1, other_end, sizeof other_end)) {
        o->both_end++;
        return;
    }
    if (o->different == 0) {
        o->ended[side] = true;
        (void)snprintf(o->end[side], DIFF_END_BYTES, "%s", end + strspn(end, " "));
    }
    const diff_first first = {.verdict = DIFF_HOST};
    note_difference(o, number, &first);
}

bool diff_play(const diff_request *request, diff_outcome *outcome, char *message,
               size_t message_bytes)
{
    const uint32_t count = play_set_count(request->side[0]->set);
    diff_shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        (void)snprintf(message, message_bytes, "out of memory");
        return false;
    }
    uint32_t from = 0;
    bool fine = true;
    while (fine && from < count && runner_caught() == 0) {
        char end[DIFF_END_BYTES] = "";
        atomic_store(&shared->now, UINT32_MAX);
        if (run_job(request, shared, from, BOTH, end, sizeof end))
            break;
        fine = atomic_load(&shared->now) < count;
        if (!fine)
            (void)snprintf(message, message_bytes, "the cases cannot be played: %s",
                           end[0] != '\0' ? end : "out of memory");
        else if (runner_caught() == 0)
            take_end(request, shared, end);
        from = atomic_load(&shared->now) + 1;
        if (request->on_progress != NULL)
            request->on_progress(request->on_progress_ctx, from, count);
    }
    *outcome = shared->outcome;
    munmap(shared, sizeof *shared);
    return fine;
}

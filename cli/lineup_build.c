// Builds and loads a slave. Code of the slave runs there already: what it may do to a process, it
// does to one of its own first.
#include "cli/console.h"
#include "cli/lineup_private.h"
#include "cli/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BUILD_WALL_MS = 120000, LOAD_WALL_MS = 10000, NOTES_BYTES = 1 << 16 };

void lineup_note_once(void *ctx, const char *text)
{
    lineup *s = ctx;
    for (unsigned i = 0; i < s->note_count; i++)
        if (strncmp(s->note[i], text, sizeof s->note[i] - 1) == 0)
            return;
    if (s->note_count < LINEUP_NOTES)
        snprintf(s->note[s->note_count++], sizeof s->note[0], "%s", text);
    console_error("%s", text);
}

/// What the process that builds a slave first leaves to its parent.
typedef struct {
    bool built;
    size_t note_bytes;
    char why[LINEUP_MESSAGE_BYTES * 4];
    char note[NOTES_BYTES]; ///< texts, each with its NUL
} build_told;

typedef struct {
    lineup_slave *one;
    const char *cache;
    bool coverage;
    build_told *told;
} build_job;

static void keep_note(void *ctx, const char *text)
{
    build_told *told = ctx;
    const size_t bytes = strlen(text) + 1;
    if (bytes > sizeof told->note - told->note_bytes)
        return;
    memcpy(told->note + told->note_bytes, text, bytes);
    told->note_bytes += bytes;
}

static void begin_step(void *ctx, slave_build_step step)
{
    (void)ctx;
    if (step == SLAVE_LOADS)
        runner_apart_step(LOAD_WALL_MS, "its constructor");
    else
        runner_apart_step(BUILD_WALL_MS, "the process that compiled it");
}

/// Gives the slave back as well: a destructor is the slave's code, too.
static bool build_apart(void *ctx)
{
    const build_job *job = ctx;
    build_told *told = job->told;
    const slave_adapter *adapter = job->one->adapter;
    const slave_build_options options = {.cache_dir = job->cache,
                                         .note = keep_note,
                                         .note_ctx = told,
                                         .step = begin_step,
                                         .coverage = job->coverage};
    runner_apart_step(BUILD_WALL_MS, "the process that compiled it");
    slave_image *image =
        adapter->prepare(job->one->description, &options, told->why, sizeof told->why);
    told->built = image != NULL;
    if (image == NULL)
        return true;
    runner_apart_step(LOAD_WALL_MS, "its destructor");
    adapter->discard(image);
    return true;
}

static void give_notes(lineup *s, const build_told *told)
{
    for (size_t i = 0; i < told->note_bytes; i += strlen(told->note + i) + 1)
        lineup_note_once(s, told->note + i);
}

/// Loading an object runs code of the slave, and one that is cut short faults in the loader: a
/// process of its own goes first, and only what it has survived is done here.
static bool survives_loading(lineup *s, lineup_slave *one)
{
    char end[256] = "";
    build_told *told =
        mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (told == MAP_FAILED)
        return lineup_out_of_memory();
    build_job job = {.one = one, .cache = s->cache, .coverage = s->coverage, .told = told};
    const runner_limits limits = {.case_ms = BUILD_WALL_MS, .memory_bytes = UINT64_C(1) << 40};
    const bool survived = runner_apart(&limits, build_apart, &job, end, sizeof end);
    const bool fine = survived && told->built;
    told->note[NOTES_BYTES - 1] = '\0';
    give_notes(s, told);
    if (!survived)
        console_error("%s: cannot be loaded: %s", one->path, end);
    else if (!fine)
        console_error("%s", told->why);
    munmap(told, sizeof *told);
    return fine;
}

/// The slave whose constructors or destructors may be running in this process. A slave that left
/// it from there, though it did not do so before, would decide our exit status.
static const char *in_slave_path;

static void on_slave_exit(int status, void *unused)
{
    (void)unused;
    if (in_slave_path == NULL)
        return;
    console_error("%s: cannot be loaded: it called exit(%d)", in_slave_path, status);
    _exit(EXIT_INPUT);
}

/// What the slave would need for such a promise and has not; NULL: it has it.
static const char *lacks(const lineup_slave *one, slave_lateness what)
{
    const slave_adapter *adapter = one->adapter;
    if (what != SLAVE_MAIN_STALL)
        return slave_vector(adapter, one->image, 0) == NULL ? "interrupts that could be late"
                                                            : NULL;
    return adapter->has_main_loop == NULL || adapter->has_main_loop(one->image)
               ? NULL
               : "main loop that could stand still";
}

/// It would keep a promise about what it has not without anything being shown.
static bool promises_what_it_has(const lineup_slave *one)
{
    static const char *const names[] = {"latency", "main_stall", "irq_off"};
    const slave_description *d = one->description;
    for (uint32_t i = 0; i < d->tolerance_count; i++) {
        const slave_tolerance *t = &d->tolerances[i];
        const char *what = lacks(one, t->what);
        if (what == NULL)
            continue;
        console_error("%s:%u: tolerates %s: the slave has no %s",
                      slave_key_path(d, SLAVE_KEY_TOLERATES), t->line, names[t->what], what);
        return false;
    }
    return true;
}

static void guard_exit(const char *path)
{
    static bool guarded;
    if (!guarded)
        guarded = on_exit(on_slave_exit, NULL) == 0;
    in_slave_path = path;
}

bool lineup_build(lineup *s, lineup_slave *one)
{
    char why[LINEUP_MESSAGE_BYTES * 4] = "";
    const slave_build_options options = {
        .cache_dir = s->cache, .note = lineup_note_once, .note_ctx = s, .coverage = s->coverage};
    if (s->coverage && one->adapter->coverage == NULL) {
        console_error("%s: --coverage: kind %s cannot tell; kind firmware can", one->path,
                      one->adapter->name);
        return false;
    }
    if (!survives_loading(s, one))
        return false;
    guard_exit(one->path);
    one->image = one->adapter->prepare(one->description, &options, why, sizeof why);
    guard_exit(NULL);
    if (one->image == NULL)
        console_error("%s", why);
    return one->image != NULL && promises_what_it_has(one);
}

void lineup_discard(lineup_slave *one)
{
    guard_exit(one->path);
    if (one->image != NULL)
        one->adapter->discard(one->image);
    guard_exit(NULL);
}

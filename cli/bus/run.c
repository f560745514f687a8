// A run on a slave that lives in another simulation: the command `run`, with a slave that is there
// already.
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/lineup_private.h"
#include "slave_under_test/kinds/systemc/outside.h"

#include <i2cproof/run.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 512 };

struct i2cproof_run {
    char *words[WORDS_MAX + 3]; ///< "i2cproof", "run", what was given, NULL
    int count;
    cli_options options;
    i2cproof_simulation simulation;
    i2cproof_listener listener;
    lineup lineup;
};

// ---- what is to be played -----------------------------------------------------------------------

static bool copy_words(i2cproof_run *run, const char *const *words, unsigned count)
{
    static const char *const first[] = {"i2cproof", "run"};
    if (count > WORDS_MAX) {
        console_error("more than %d words", WORDS_MAX);
        return false;
    }
    for (unsigned i = 0; i < count + 2; i++) {
        run->words[i] = strdup(i < 2 ? first[i] : words[i - 2]);
        if (run->words[i] == NULL) {
            console_error("out of memory");
            return false;
        }
        run->count++;
    }
    return true;
}

/// Options of `run` that are about how the slave is built or kept apart.
static bool is_meant(const cli_options *o)
{
    const char *wrong = o->jobs_given     ? "--jobs: its cases are played in this simulation"
                        : o->kind != NULL ? "--kind: the slave is in this simulation already"
                        : o->coverage     ? "--coverage: the slave's code is not ours to compile"
                                          : NULL;
    if (wrong == NULL && o->word_count == 1 && !o->help)
        return true;
    console_error("%s", wrong != NULL ? wrong : "the bus needs one slave file, and options of run");
    return false;
}

static bool open_run(i2cproof_run *run)
{
    char message[OPTIONS_MESSAGE_BYTES] = "", why[SLAVE_MESSAGE_BYTES] = "";
    if (!options_read(&run->options, run->count, run->words, message, sizeof message)) {
        console_error("%s", message);
        return false;
    }
    if (!is_meant(&run->options) ||
        !lineup_open(&run->lineup, &run->options, run->options.words, 1, LINEUP_CASES))
        return false;
    lineup_slave *slave = &run->lineup.slave[0];
    slave->adapter = outside_adapter();
    const slave_build_options build = {
        .cache_dir = run->lineup.cache, .note = lineup_note_once, .note_ctx = &run->lineup};
    slave->image = outside_image_new(slave->description, &run->simulation, &build, why, sizeof why);
    if (slave->image == NULL)
        console_error("%s", why);
    return slave->image != NULL;
}

i2cproof_run *i2cproof_run_new(const char *const *words, unsigned count,
                               const i2cproof_simulation *simulation,
                               const i2cproof_listener *listener)
{
    i2cproof_run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        console_error("out of memory");
        return NULL;
    }
    run->simulation = *simulation;
    if (listener != NULL)
        run->listener = *listener;
    if (copy_words(run, words, count) && open_run(run))
        return run;
    i2cproof_run_free(run);
    return NULL;
}

void i2cproof_run_free(i2cproof_run *run)
{
    if (run == NULL)
        return;
    lineup_close(&run->lineup);
    free(run->options.words);
    for (int i = 0; i < run->count; i++)
        free(run->words[i]);
    free(run);
}

// ---- whether it can be --------------------------------------------------------------------------

/// How many cases there are to play, and whether one of them plays the slave more than once.
static uint32_t applicable(const play_set *set, bool *again)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < play_set_count(set); i++) {
        play_case one;
        char reason[256];
        play_set_case(set, i, &one);
        if (!play_case_applies(set, &one, reason, sizeof reason))
            continue;
        count++;
        *again = *again || one.sweep >= 0;
    }
    return count;
}

bool i2cproof_run_can_play(const i2cproof_run *run)
{
    const lineup_slave *slave = &run->lineup.slave[0];
    bool again = false;
    const uint32_t count = applicable(slave->set, &again);
    if (outside_restarts(slave->image) || (count <= 1 && !again))
        return true;
    console_error("%s: %u case%s to play, each from the slave's power-up: bind the bus's reset, "
                  "give it a power_up function, or choose one case that breaks nothing off with "
                  "--filter and --master",
                  slave->path, count, count == 1 ? "" : "s");
    return false;
}

// ---- playing ------------------------------------------------------------------------------------

static void on_result(void *ctx, const play_case *one, const play_result *result)
{
    const i2cproof_run *run = ctx;
    const i2cproof_listener *to = &run->listener;
    for (unsigned i = 0; to->on_finding != NULL && i < result->findings; i++) {
        const play_finding *f = &result->finding[i];
        const i2cproof_finding told = {.case_id = one->id,
                                       .verdict = play_verdict_text(f->verdict),
                                       .rule = f->rule,
                                       .title = f->title,
                                       .message = f->message,
                                       .expected = f->expected,
                                       .blame = f->blame,
                                       .at_ps = f->at_ps};
        to->on_finding(to->ctx, &told);
    }
    const i2cproof_case told = {.id = one->id,
                                .verdict = play_verdict_text(result->verdict),
                                .reason = result->reason,
                                .simulated_ps = result->simulated_ps};
    if (to->on_case != NULL)
        to->on_case(to->ctx, &told);
}

void i2cproof_run_called(i2cproof_run *run, const char *function, const int64_t *args,
                         unsigned count)
{
    outside_called(run->lineup.slave[0].image, function, args, count);
}

int i2cproof_run_play(i2cproof_run *run)
{
    const command_run_listener listener = {on_result, run};
    return command_run_lineup(&run->options, &run->lineup, run->count, run->words, &listener);
}

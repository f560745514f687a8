// Cases played in this process, for a debugger: without protection, but for what slaves print.
#include "cli/runner_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// Our streams while the slave's prints go elsewhere; for play_here() alone.
typedef struct {
    int log;        ///< the slave's
    int out, error; ///< ours, kept aside
} streams;

static bool streams_keep(streams *kept)
{
    kept->log = worker_log_new();
    kept->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    kept->error = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    return kept->log >= 0 && kept->out >= 0 && kept->error >= 0;
}

static void streams_to_slave(const streams *kept)
{
    fflush(NULL);
    dup2(kept->log, STDOUT_FILENO);
    dup2(kept->log, STDERR_FILENO);
}

static void streams_to_us(const streams *kept)
{
    fflush(NULL);
    dup2(kept->out, STDOUT_FILENO);
    dup2(kept->error, STDERR_FILENO);
}

static void streams_end(const streams *kept)
{
    close(kept->log);
    close(kept->out);
    close(kept->error);
}

static void play_one_here(run *r, play_stage *stage, const streams *kept)
{
    static play_result result;
    static worker_log log;
    play_case one;
    run_get_case(r, r->committed, &one);
    streams_to_slave(kept);
    worker_play(stage, r->options->set, &one, &result);
    streams_to_us(kept);
    worker_log_take(kept->log, &log);
    run_hand_out(r, &one, &result, &log);
    r->committed++;
}

runner_status play_here(run *r)
{
    streams kept;
    const play_stage_options stage_options = {.adapter = r->options->adapter,
                                              .image = r->options->image};
    play_stage *stage = play_stage_new(r->options->set, &stage_options);
    const bool fine = streams_keep(&kept) && stage != NULL;
    if (!fine)
        snprintf(r->message, r->message_bytes, "cannot set up a case: %s",
                 stage == NULL ? "out of memory" : strerror(errno));
    while (fine && !run_all_done(r) && !r->stopped && runner_caught() == 0) {
        play_one_here(r, stage, &kept);
        if (r->options->on_progress != NULL)
            r->options->on_progress(r->options->on_progress_ctx, r->committed);
    }
    streams_end(&kept);
    play_stage_free(stage);
    return run_status(r, fine);
}

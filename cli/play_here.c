// Cases played in this process, for a debugger: without protection, but for what slaves print.
#include "cli/crash.h"
#include "cli/runner_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SIGNAL_STACK_BYTES = 1 << 16,
    EXIT_CALLED = 1 ///< our status when a slave calls exit(), with whatever
};

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

// ---- a slave that ends the process --------------------------------------------------------------

/// What the handlers need, which have no other way to it; set while a case is being played here.
static struct {
    const play_stage *stage;
    int error; ///< our stderr
} here;

/// With what a signal handler may call: no stdio.
static void say(const char *text)
{
    const ssize_t wrote = write(here.error, text, strlen(text));
    (void)wrote;
}

static void say_number(uint64_t value)
{
    char digits[24];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    say(digits + at);
}

static void say_where(void)
{
    say(play_stage_in_slave(here.stage) ? " in its code, at " : ", not in its code, at ");
    say_number(play_stage_now_ps(here.stage) / I2C_PS_PER_US);
    say(" us of the case: gdb --args and this command shows the line\n");
}

/// As a run has it, where its kind knows more than the signal. What it calls is for no signal
/// handler, but the slave's code was under way, which holds nothing of ours.
static void say_what(const siginfo_t *info, const void *context)
{
    static char text[SLAVE_MESSAGE_BYTES];
    slave_crash crash = crash_of_signal(info, context);
    if (!play_stage_in_slave(here.stage) ||
        !play_stage_tell_crash(here.stage, &crash, text, sizeof text))
        return;
    say("i2cproof: ");
    say(text);
    say("\n");
}

static void on_fatal_signal(int signal_number, siginfo_t *info, void *context)
{
    if (here.stage != NULL) {
        say_what(info, context);
        say("i2cproof: the slave was ended by SIG");
        say(sigabbrev_np(signal_number));
        say_where();
    }
    raise(signal_number); // the handler was reset on entry: as it would have ended without us
}

static void on_exit_called(int status, void *unused)
{
    (void)unused;
    if (here.stage == NULL)
        return;
    say("i2cproof: the slave called exit(");
    say_number((uint64_t)(unsigned)status & 0xFFu);
    say(")");
    say_where();
    _exit(EXIT_CALLED);
}

static void watch_end(const play_stage *stage, int error)
{
    static char stack[SIGNAL_STACK_BYTES]; // the slave may have used up the other one
    static bool watched;
    const stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = on_fatal_signal,
                               .sa_flags =
                                   (int)SA_RESETHAND | SA_ONSTACK | SA_NODEFER | SA_SIGINFO};
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
    here.stage = stage;
    here.error = error;
    if (watched || WITH_ASAN) // its own report says more
        return;
    watched = on_exit(on_exit_called, NULL) == 0;
    sigemptyset(&action.sa_mask);
    sigaltstack(&other, NULL);
    for (size_t i = 0; i < sizeof fatal / sizeof fatal[0]; i++)
        sigaction(fatal[i], &action, NULL);
}

static void count(const run *r)
{
    size_t bytes = 0;
    if (run_counter_bytes(r) == 0)
        return;
    void *counters = r->options->adapter->counters(r->options->image, &bytes);
    r->options->adapter->count(r->options->image, counters);
    memset(counters, 0, bytes);
}

static void play_one_here(run *r, play_stage *stage, const streams *kept)
{
    static play_result result;
    static worker_log log;
    play_case one;
    run_get_case(r, r->committed, &one);
    streams_to_slave(kept);
    watch_end(stage, kept->error);
    worker_play(stage, r->options->set, &one, &result);
    here.stage = NULL;
    streams_to_us(kept);
    worker_log_take(kept->log, &log);
    count(r);
    run_hand_out(r, &one, &result, &log);
    r->committed++;
}

runner_status play_here(run *r)
{
    streams kept;
    const play_stage_options stage_options = {.adapter = r->options->adapter,
                                              .image = r->options->image,
                                              .on_print = worker_log_print,
                                              .numbers_accesses = r->options->numbers_accesses};
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

// What the end of a worker says about the case that it played.
#include "cli/runner_private.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/// Beyond all that a slave may need: an SMBus device has let go after 35 ms (SMBus 2.0 3.1.1.1).
#define SCL_HELD_PS (100 * I2C_PS_PER_MS)

/// In the words of the slave's kind, which knows what its code may do.
static bool tell_crash(const run *r, const worker_control *control, char *text, size_t bytes)
{
    const slave_adapter *adapter = r->options->adapter;
    const slave_crash crash = control->crash;
    return atomic_load(&control->end) == WORKER_SIGNALLED && adapter != NULL &&
           adapter->tell_crash != NULL &&
           adapter->tell_crash(r->options->image, &crash, text, bytes);
}

/// The case had no time left because the slave stands on the bus, and its clock goes on.
static bool holds_scl(const run *r, const worker_control *control)
{
    const uint64_t declared_ps = play_set_slave(r->options->set)->stretch_max_ps;
    return atomic_load(&control->holds_scl_ps) > SCL_HELD_PS + declared_ps;
}

/// What a worker's end says about the case that it played.
static void describe_end(const run *r, const seat *s, const worker_control *control, int status,
                         char *text, size_t bytes)
{
    const uint32_t closed = atomic_load(&control->closed);
    const uint64_t kept = atomic_load(&control->kept_bytes);
    char held[I2C_TIME_TEXT];
    if (s->judged == SEAT_HUNG)
        snprintf(text, bytes, "the slave's code does not come back: simulated time stands still");
    else if (s->judged == SEAT_LATE && holds_scl(r, control))
        snprintf(text, bytes, "the slave has held SCL for %s, and the case cannot end",
                 i2c_time_text(held, (int64_t)atomic_load(&control->holds_scl_ps)));
    else if (s->judged == SEAT_ATE)
        snprintf(text, bytes, "the slave takes memory without end");
    else if (kept > 0)
        snprintf(text, bytes, "the slave took %llu MiB of memory in this case and kept them",
                 (unsigned long long)(kept >> 20));
    else if (closed != 0)
        snprintf(text, bytes, "the slave closed file descriptor%s",
                 closed == 6   ? "s 1 and 2"
                 : closed == 2 ? " 1"
                               : " 2");
    else if (WIFSIGNALED(status) && tell_crash(r, control, text, bytes))
        return;
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
        snprintf(text, bytes, "the slave called abort() (SIGABRT)");
    else if (WIFSIGNALED(status))
        snprintf(text, bytes, "the slave was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
    else if (atomic_load(&control->end) == WORKER_EXITED)
        snprintf(text, bytes, "the slave called exit(%d)", atomic_load(&control->end_status));
    else
        snprintf(text, bytes, "the slave ended the process with status %d", WEXITSTATUS(status));
}

static const char *rule_of_end(const seat *s, const worker_control *control)
{
    if (s->judged == SEAT_HUNG)
        return "hang";
    if (s->judged == SEAT_LATE)
        return "scl_stuck";
    return s->judged == SEAT_ATE || atomic_load(&control->kept_bytes) > 0 ? "memory" : "crash";
}

/// Whether the end may be laid to the slave: its code was running, or it left traces. Memory gives
/// out in the slave's code or in the engine's, but it is the slave that ate it, so a death without
/// a word (SIGKILL) counts as the slave's.
static bool slave_did_it(const run *r, const seat *s, const worker_control *control)
{
    const bool never_began = atomic_load(&control->started) == 0;
    if (never_began || s->judged == SEAT_LATE)
        return !never_began && holds_scl(r, control);
    if (s->judged == SEAT_HUNG || s->judged == SEAT_ATE || atomic_load(&control->closed) != 0 ||
        atomic_load(&control->kept_bytes) > 0)
        return true;
    return atomic_load(&control->end) == WORKER_LIVES || atomic_load(&control->in_slave);
}

void worker_end_result(const run *r, const seat *s, int status, uint32_t index, play_result *result)
{
    const worker_control *control = run_control(r, s);
    char text[160];
    memset(result, 0, sizeof *result);
    result->index = index;
    result->simulated_ps = atomic_load(&control->now_ps);
    describe_end(r, s, control, status, text, sizeof text);
    if (slave_did_it(r, s, control)) {
        result->verdict = PLAY_FAIL;
        result->findings = 1;
        play_finding_by_runner(&result->finding[0], rule_of_end(s, control), result->simulated_ps,
                               text);
        result->finding[0].verdict = PLAY_FAIL;
        result->finding[0].point = -1;
        snprintf(result->finding[0].blame, sizeof result->finding[0].blame, "slave");
        return;
    }
    result->verdict = PLAY_ERROR;
    if (s->judged == SEAT_LATE)
        snprintf(result->reason, sizeof result->reason, "budget: %u s of time are spent",
                 r->limits.case_ms / 1000);
    else if (WIFSIGNALED(status))
        snprintf(result->reason, sizeof result->reason,
                 "i2cproof itself was ended by SIG%s in this case", sigabbrev_np(WTERMSIG(status)));
    else
        snprintf(result->reason, sizeof result->reason,
                 "i2cproof itself ended with status %d in this case", WEXITSTATUS(status));
}

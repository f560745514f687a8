// Strands are stacks of their own (makecontext(), POSIX.1-2001). They never step the simulation:
// what they wait for is looked at by the one who does.
#define _XOPEN_SOURCE 700 // NOLINT(bugprone-reserved-identifier): asks for ucontext.h
#include "sim/strand.h"

#include "sim/fiber.h"
#include "sim/sim_private.h"

#include <assert.h>
#include <stdlib.h>
#include <ucontext.h>

enum { STACK_BYTES = 64 * 1024 };

struct i2c_strand {
    i2c_sim *sim; ///< NULL: does not run
    i2c_strand_fn *run;
    void *ctx;
    const bool *flag; ///< what it waits for
    uint64_t until_ps;
    ucontext_t own, caller;
    void *asan_own, *asan_caller; ///< AddressSanitizer's own notes of the two stacks
    const void *caller_stack;
    size_t caller_bytes;
    void *stack;
};

// ---- from stack to stack --------------------------------------------------------------------

/// Lets the strand go on until it waits or ends.
static void go_on(i2c_strand *s)
{
    i2c_sim *sim = s->sim;
    sim->strand_now = s;
    i2c_fiber_leave(&s->asan_caller, s->stack, STACK_BYTES);
    (void)swapcontext(&s->caller, &s->own);
    i2c_fiber_arrive(s->asan_caller, NULL, NULL);
    sim->strand_now = NULL;
}

static void back_to_caller(i2c_strand *s, bool for_good)
{
    i2c_fiber_leave(for_good ? NULL : &s->asan_own, s->caller_stack, s->caller_bytes);
    (void)swapcontext(&s->own, &s->caller);
    i2c_fiber_arrive(s->asan_own, &s->caller_stack, &s->caller_bytes);
}

/// makecontext() hands over ints alone: the address comes in two halves.
static void enter(unsigned high, unsigned low)
{
    i2c_strand *s =
        (i2c_strand *)((uintptr_t)high << 16 << 16 | low); // NOLINT(performance-no-int-to-ptr)
    i2c_fiber_arrive(NULL, &s->caller_stack, &s->caller_bytes);
    s->run(s->ctx);
    i2c_strand_drop(s);
    back_to_caller(s, true);
}

// ---- life -----------------------------------------------------------------------------------

i2c_status i2c_strand_new(i2c_strand **strand)
{
    *strand = calloc(1, sizeof **strand);
    void *stack = malloc(STACK_BYTES);
    if (*strand == NULL || stack == NULL) {
        free(*strand);
        free(stack);
        *strand = NULL;
        return I2C_NO_MEMORY;
    }
    (*strand)->stack = stack;
    return I2C_OK;
}

void i2c_strand_free(i2c_strand *strand)
{
    if (strand == NULL)
        return;
    i2c_strand_drop(strand);
    free(strand->stack);
    free(strand);
}

i2c_status i2c_strand_start(i2c_strand *strand, i2c_sim *sim, i2c_strand_fn *run, void *ctx)
{
    assert(strand->sim == NULL);
    assert(sim->strand_now == NULL);
    if (sim->strands == I2C_STRAND_MAX)
        return I2C_TOO_MANY;
    sim->strand[sim->strands++] = strand;
    sim->beside = true;
    strand->sim = sim;
    strand->run = run;
    strand->ctx = ctx;
    (void)getcontext(&strand->own);
    strand->own.uc_stack.ss_sp = strand->stack;
    strand->own.uc_stack.ss_size = STACK_BYTES;
    strand->own.uc_link = NULL; // it never returns
    const uintptr_t at = (uintptr_t)strand;
    makecontext(&strand->own, (void (*)(void))enter, 2, (unsigned)(at >> 16 >> 16), (unsigned)at);
    go_on(strand);
    return I2C_OK;
}

bool i2c_strand_runs(const i2c_strand *strand)
{
    return strand->sim != NULL;
}

void i2c_strand_drop(i2c_strand *strand)
{
    i2c_sim *sim = strand->sim;
    if (sim == NULL)
        return;
    unsigned kept = 0;
    for (unsigned i = 0; i < sim->strands; i++)
        if (sim->strand[i] != strand)
            sim->strand[kept++] = sim->strand[i];
    sim->strands = kept;
    i2c_plain_or_beside(sim);
    strand->sim = NULL;
}

void i2c_strands_drop_all(i2c_sim *sim)
{
    while (sim->strands > 0)
        i2c_strand_drop(sim->strand[0]);
}

// ---- waiting --------------------------------------------------------------------------------

/// What the strand waits for has come; of an instant all rounds are over.
static bool is_due(const i2c_strand *s)
{
    const i2c_sim *sim = s->sim;
    return *s->flag || sim->budget_spent ||
           (sim->now_ps >= s->until_ps && i2c_next_due_ps(sim) > sim->now_ps);
}

/// One that goes on may end what another waits for, or end itself: from the first again.
void i2c_strands_wake(i2c_sim *sim)
{
    for (unsigned i = 0; i < sim->strands;) {
        i2c_strand *s = sim->strand[i];
        if (!is_due(s)) {
            i++;
            continue;
        }
        go_on(s);
        i = 0;
    }
}

/// From within a strand: others let the time pass.
static bool wait_in_strand(i2c_sim *sim, const bool *flag, uint64_t until_ps)
{
    i2c_strand *s = sim->strand_now;
    if (*flag || sim->budget_spent)
        return *flag;
    s->flag = flag;
    s->until_ps = until_ps;
    back_to_caller(s, false);
    return *flag;
}

static uint64_t first_wait_ps(const i2c_sim *sim, uint64_t until_ps)
{
    for (unsigned i = 0; i < sim->strands; i++)
        if (sim->strand[i]->until_ps < until_ps)
            until_ps = sim->strand[i]->until_ps;
    return until_ps;
}

bool i2c_strands_run_until(i2c_sim *sim, const bool *flag, uint64_t until_ps)
{
    if (sim->strand_now != NULL)
        return wait_in_strand(sim, flag, until_ps);
    while (!*flag && !sim->budget_spent) {
        i2c_strands_wake(sim);
        if (*flag)
            break;
        const uint64_t stop_ps = first_wait_ps(sim, until_ps);
        const uint64_t due_ps =
            i2c_followed_due_ps(sim, stop_ps < I2C_NEVER_PS ? stop_ps + 1 : stop_ps);
        if (due_ps != I2C_NEVER_PS && due_ps <= stop_ps) {
            (void)i2c_sim_step(sim);
            continue;
        }
        i2c_sim_pass_time(sim, stop_ps);
        if (stop_ps == until_ps)
            break;
    }
    if (sim->budget_spent)
        i2c_strands_wake(sim);
    return *flag;
}

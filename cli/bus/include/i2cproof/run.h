/* A run of i2cproof on a slave that lives in another simulation. A plain C interface: whatever
 * simulates needs nothing else of ours. For SystemC <i2cproof/bus.h> is made of it.
 *
 *     i2cproof_run_new -> i2cproof_run_play -> i2cproof_run_free
 *
 * Threads: everything in the one that simulates. i2cproof_run_play() comes back when all cases have
 * been played; meanwhile it calls the functions of the simulation, on the stack on which it was
 * called, which needs I2CPROOF_STACK_BYTES. */
#ifndef I2CPROOF_RUN_H
#define I2CPROOF_RUN_H

#include <i2cproof/simulation.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { I2CPROOF_STACK_BYTES = 1 << 20 };

/* What was found in a case. Texts live during the call. */
typedef struct i2cproof_finding {
    const char *case_id;  /* "registers/wr.basic/standard" */
    const char *verdict;  /* "fail", "warn", "note", "incompatible" */
    const char *rule;     /* "t_hd_dat", "I2C-RD-03", "bracket" */
    const char *title;    /* what the rule is about */
    const char *message;  /* what was seen */
    const char *expected; /* what should have been; may be "" */
    const char *blame;    /* "slave", "master", both joined by ", " or "" */
    uint64_t at_ps;       /* since the case began */
} i2cproof_finding;

/* How a case ended. */
typedef struct i2cproof_case {
    const char *id;
    const char
        *verdict; /* those of findings, or "pass", "not_applicable", "inconclusive", "error" */
    const char *reason; /* why there is no verdict on the slave; else "" */
    uint64_t simulated_ps;
} i2cproof_case;

/* Each may be NULL. A case is told behind its findings. */
typedef struct i2cproof_listener {
    void *ctx;
    void (*on_finding)(void *ctx, const i2cproof_finding *finding);
    void (*on_case)(void *ctx, const i2cproof_case *one);
} i2cproof_listener;

typedef struct i2cproof_run i2cproof_run;

/* `words` are those of the command line behind `i2cproof run`: the slave's file and options.
 * Everything is copied, but `simulation` must outlive the run. NULL, and stderr says why, when they
 * make no sense, or a file, master or scenario is not there. */
i2cproof_run *i2cproof_run_new(const char *const *words, unsigned count,
                               const i2cproof_simulation *simulation,
                               const i2cproof_listener *listener);
/* Before the first case: false, and stderr says why, when the cases that were chosen need what the
 * simulation does not have. */
bool i2cproof_run_can_play(const i2cproof_run *run);
/* What the slave's application was given, for scenarios that expect it. May be called at any time.
 */
void i2cproof_run_called(i2cproof_run *run, const char *function, const int64_t *args,
                         unsigned count);
/* Plays all cases, prints the summary and writes the folder of results. Returns what `i2cproof run`
 * would end with: 0 nothing found, 1 the slave failed, 2 the input is wrong, 3 no verdict. Once. */
int i2cproof_run_play(i2cproof_run *run);
void i2cproof_run_free(i2cproof_run *run);

#ifdef __cplusplus
}
#endif

#endif

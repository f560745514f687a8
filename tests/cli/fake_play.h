/* A player that is told what becomes of each case, for tests of what surrounds the player. Link it
 * instead of the library `play`. */
#ifndef TESTS_CLI_FAKE_PLAY_H
#define TESTS_CLI_FAKE_PLAY_H

#include "scenarios/play/play.h"

typedef enum {
    FAKE_PASS,
    FAKE_FAIL,       /* a finding I2C-RD-03 */
    FAKE_SEGV,       /* the slave writes to nowhere */
    FAKE_SPIN,       /* the slave does not come back */
    FAKE_SPIN_OURS,  /* the engine does not come back */
    FAKE_HOLD_SCL,   /* nor does it end, for the slave holds SCL and its clock goes on */
    FAKE_WORK,       /* the engine takes 300 ms of CPU time */
    FAKE_EXIT,       /* the slave calls exit(7) */
    FAKE_ABORT,      /* the slave calls abort() */
    FAKE_CLOSE,      /* the slave closes descriptors 1 and 2 */
    FAKE_EAT,        /* the slave allocates until it gets nothing, and crashes on that */
    FAKE_KEEP,       /* the slave keeps 64 MiB */
    FAKE_KILL,       /* the slave sends SIGKILL to its process */
    FAKE_PRINT,      /* the slave prints a line */
    FAKE_PRINT_MUCH, /* the slave prints 2 MiB */
    FAKE_SEGV_OURS,  /* the engine crashes */
    FAKE_ONCE,       /* crashes unless its process has played nothing before */
    FAKE_GARBAGE     /* the result's texts do not end and its counts are out of range */
} fake_behaviour;

/* A set of `count` cases that pass, but where fake_set_behave() says otherwise. */
play_set *fake_set_new(uint32_t count);
void fake_set_free(play_set *set);
void fake_set_behave(play_set *set, uint32_t index, fake_behaviour behaviour);
/* No stage can be made for the set: there is no memory. */
void fake_set_without_stage(play_set *set);

#endif

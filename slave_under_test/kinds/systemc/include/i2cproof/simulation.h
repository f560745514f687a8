/* A simulation that is not ours, with a kernel and a time of its own, as our bus needs it to test a
 * slave that lives in it. C and C++; only plain data crosses.
 *
 * Its time is the one that counts: it never waits for the bus, nor does the bus run ahead of it. Of
 * one instant of the bus all edges are told one after the other, in their order; what the slave
 * does in answer, and what it does by itself in that instant, comes behind them. */
#ifndef I2CPROOF_SIMULATION_H
#define I2CPROOF_SIMULATION_H

#ifdef __cplusplus
#include <cstdint>
extern "C" {
#else
#include <stdbool.h>
#include <stdint.h>
#endif

/* What a model does to a line. UNDEFINED, as an X, is taken for a pull, and is a finding. */
enum { I2CPROOF_RELEASED, I2CPROOF_PULLED, I2CPROOF_DRIVEN_HIGH, I2CPROOF_UNDEFINED };

/* Line 0 is SCL, line 1 SDA. Times are the simulation's own, in picoseconds. */
typedef struct i2cproof_simulation {
    void *ctx; /* given to each function */
    uint64_t (*now_ps)(void *ctx);
    /* Lets its time go on to `until_ps`, but comes back in the instant in which the slave does
     * something to a line. */
    void (*pass)(void *ctx, uint64_t until_ps);
    /* Lets all happen that is still to happen in the present instant. */
    void (*settle)(void *ctx);
    /* The level of the line as the slave's pin sees it from now on. */
    void (*set_level)(void *ctx, unsigned line, bool high);
    /* What the slave does to the line now. */
    uint8_t (*drive)(void *ctx, unsigned line);
    /* Its reset pin; NULL: it has none. */
    void (*set_reset)(void *ctx, bool high);
    /* Makes the slave what it is after power-up, in no time and beside its reset pin; NULL: that
     * cannot be done. */
    void (*power_up)(void *ctx);
    /* Calls a function of the slave's application; false: there is none of that name with so many
     * arguments. NULL: there is no application. */
    bool (*call)(void *ctx, const char *function, const int64_t *args, unsigned count);
} i2cproof_simulation;

#ifdef __cplusplus
}
#endif

#endif

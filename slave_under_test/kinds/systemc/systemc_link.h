/* Between the engine and a SystemC slave: what kernel.cpp, which is compiled into the slave's
 * object, gives the engine. C and C++; the object has a C library of its own, so only plain data
 * crosses. */
#ifndef SYSTEMC_LINK_H
#define SYSTEMC_LINK_H

#include "include/i2cproof/simulation.h"

#ifdef __cplusplus
#include <cstddef>
#include <cstdint>
extern "C" {
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

enum { SYSTEMC_LINK_VERSION = 2, SYSTEMC_END_BYTES = 400 };

typedef struct systemc_link {
    uint32_t version;
    /* ---- set by the engine ---- */
    void (*on_exit)(int status); /* the model called exit() */
    /* What its application was given; may be NULL. */
    void (*on_call)(void *ctx, const char *function, const int64_t *args, unsigned count);
    void *on_call_ctx;
    /* ---- the model ---- */
    uint8_t drive[2]; /* of SCL, SDA, when a call has come back: I2CPROOF_PULLED and the like */
    char end[SYSTEMC_END_BYTES]; /* what ended the simulation, for a person; "": it runs */
    /* Builds the module and whatever it needs; `end` says why not. */
    bool (*elaborate)(void);
    /* Memory as it is now is what refresh() brings back, but for the writable segments of the
     * objects: those are the engine's. */
    bool (*keep)(void);
    void (*refresh)(void);
    /* When the model does something by itself, counted from its own begin; UINT64_MAX: never. */
    uint64_t (*next_ps)(void);
    /* Runs it up to that time, but no further than to an instant in which it may have done
     * something to a line, and everything that it does there. Comes back with the time where it
     * stopped. */
    uint64_t (*pass)(uint64_t until_ps);
    /* Runs it up to that time and everything that it does in this instant. */
    void (*run)(uint64_t until_ps);
    /* The level of the line as its pin sees it, from that time on; a run up to it must follow. */
    void (*set_level)(uint64_t at_ps, unsigned line, bool high);
    /* The reset port, if there is one, is active from that time on or not any more. */
    void (*set_reset)(uint64_t at_ps, bool active);
    /* Signals below the module, by name; false: there is none of that name that is a number. */
    bool (*get)(const char *name, int64_t *value);
    bool (*set)(uint64_t at_ps, const char *name, int64_t value);
    /* A function of its application; false: there is none of that name with so many arguments. */
    bool (*call)(uint64_t at_ps, const char *function, const int64_t *args, unsigned count);
    /* What the model is about: the class and the names of its signals. */
    void (*names)(char *text, size_t bytes);
} systemc_link;

#ifdef __cplusplus
}
#endif

#endif

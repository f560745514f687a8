/// Between the simulator and a verilated design: what the object that is made of one offers. C on
/// our side, C++ on that of the design (rtl_model.cpp).
///
/// A model is stepped by its owner: inputs change, clock edges come, pins are what it then drives.
/// Nothing here knows of time but as a count of clock edges.
#ifndef RTL_LINK_H
#define RTL_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { RTL_LINK_VERSION = 1, RTL_WHY_BYTES = 128, RTL_WATCH_MAX = 16 };

/// Inputs and pins, or-ed together.
enum { RTL_SCL_HIGH = 1, RTL_SDA_HIGH = 2, RTL_IN_RESET = 4 };
enum { RTL_PULLS_SCL = 1, RTL_PULLS_SDA = 2, RTL_DRIVES_SCL = 4, RTL_DRIVES_SDA = 8 };

typedef enum {
    RTL_RUNS,
    RTL_FINISHED, ///< it called $finish
    RTL_STOPPED,  ///< it called $stop, $error or $fatal
    RTL_UNSTABLE  ///< it does not settle
} rtl_end;

typedef struct rtl_model rtl_model;

typedef struct {
    void (*prints)(void *ctx, const char *text); ///< a whole line, without its end
    void *ctx;
} rtl_host;

/// A signal that can be looked at from outside.
typedef struct {
    void *at;
    unsigned bits; ///< 1 to 64; held in as many bytes as the next of 1, 2, 4 and 8 bytes has
} rtl_signal;

/// What came of running. Read only for the owner.
typedef struct {
    rtl_end end;
    char why[RTL_WHY_BYTES]; ///< "registers.v:12"; for a person
    unsigned pins;           ///< as now
    unsigned unset; ///< pins of which a model with other values in what nothing has set differed
    bool clock_high;
    bool rests;      ///< with these inputs nothing changes any more, however often the clock comes
    bool has_rested; ///< it did, since fresh()
    uint64_t edges;  ///< clock edges since fresh(), rested ones included
} rtl_state;

typedef struct {
    uint32_t version;
    const char *const *watched; ///< names of the signals that are watched; ends with NULL
    bool has_clock;
    bool falls_idle; ///< of its clock's edges the rises alone matter
    /// NULL: out of memory. One thread at a time.
    rtl_model *(*make)(const rtl_host *host);
    void (*discard)(rtl_model *m);
    /// Whether run() comes back when a watched signal changes.
    void (*watch)(rtl_model *m, bool on);
    const rtl_state *(*state)(const rtl_model *m);
    /// As after power-up, with these inputs: bits that the design does not set itself are of
    /// `seed`. Beside it runs a second model that has the opposite of them, until both are alike.
    void (*fresh)(rtl_model *m, uint64_t seed, unsigned inputs);
    /// The inputs change, between two clock edges, at that time.
    void (*put)(rtl_model *m, unsigned inputs, uint64_t at_ps);
    /// Up to `edges` clock edges, less when a pin or a watched signal changes or it ends. Returns
    /// how many. `at` is the model's time of the first, in ps.
    uint64_t (*run)(rtl_model *m, uint64_t edges, uint64_t at_ps, uint64_t half_ps);
    /// For benchmarks: so many clock edges with the model's own eval() and nothing else.
    void (*bare)(rtl_model *m, uint64_t edges);
    /// Which pins were found to hang on what nothing has set, and that it is known now.
    unsigned (*takes_unset)(rtl_model *m);
    /// By its name below the top module. False: there is none that is open to others.
    bool (*find)(rtl_model *m, const char *name, rtl_signal *signal);
    /// What was written to a signal takes effect.
    void (*touch)(rtl_model *m);
} rtl_link;

/// The name of the object's one symbol, a const rtl_link.
#define RTL_LINK_SYMBOL "i2cproof_rtl_link"

#ifdef __cplusplus
}
#endif

#endif

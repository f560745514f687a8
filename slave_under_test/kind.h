/// How a slave of any kind is prepared once and then put on one simulation after another. The
/// player of scenarios sees only this; what a kind is made of stays in kinds/<kind>/.
#ifndef SLAVE_KIND_H
#define SLAVE_KIND_H

#include "models/mcu/limit.h"
#include "sim/sim.h"
#include "slave_under_test/coverage.h"
#include "slave_under_test/slave.h"
#include "slave_under_test/stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLAVE_CALL_ARGS = 8, SLAVE_MESSAGE_BYTES = 1024 };

/// Scope of a trace in which the tracks of the watched variables (`watch`) lie, whatever the kind.
#define SLAVE_WATCH_SCOPE "slave.watch"

typedef struct slave_adapter slave_adapter;
typedef struct slave_image
    slave_image; ///< a slave that is built and loaded; one a process and slave
typedef struct slave_instance slave_instance; ///< that slave on a bus
typedef struct slave_model slave_model;       ///< its `data model`, kinds/model.h

/// What prepare() is about to do.
typedef enum {
    SLAVE_COMPILES, ///< runs a compiler
    SLAVE_LOADS     ///< code of the slave may run: constructors of its object
} slave_build_step;

/// What a kind needs to build a slave.
typedef struct {
    const char *cache_dir; ///< compiled objects are kept here; NULL: not cached
    const char *headers;   ///< folder of the headers that slave sources include
    void (*note)(void *ctx,
                 const char *text); ///< told once of what a person should know; may be NULL
    void *note_ctx;
    void (*step)(void *ctx, slave_build_step step); ///< told before each step; may be NULL
    void *step_ctx;
    bool coverage; ///< its code counts what of it runs, of kinds that have coverage()
} slave_build_options;

/// What a case asks of the slave's time (the language's `with`). All zero: nothing.
typedef struct {
    char vector[32];     ///< of which interrupt; "" all
    uint64_t latency_ps; ///< extra time before the first instruction of the ISR
} slave_latency;

enum { SLAVE_LATENCY_MAX = 4 };

typedef struct {
    slave_latency latency[SLAVE_LATENCY_MAX];
    unsigned latencies;
    uint64_t irq_off_ps, irq_off_every_ps; ///< windows with interrupts off
    char isr_load_vector[32];              ///< a competing ISR
    uint64_t isr_load_ps, isr_load_every_ps;
    uint64_t main_stall_ps, main_stall_every_ps; ///< every 0: once, at the start
    uint64_t cpu_hz; ///< of kinds that have cpu_hz(): its clock is this; 0: as declared
} slave_load;

/// A call that the slave's application code made or got (the language's `calls`, the report).
typedef struct {
    const char *function;
    int64_t arg[SLAVE_CALL_ARGS];
    unsigned args;
    uint64_t at_ps;
} slave_call;
typedef void slave_call_fn(void *ctx, const slave_call *call);
/// A line that the slave printed on a peripheral for that, without its end.
typedef void slave_print_fn(void *ctx, const char *line);

typedef struct {
    i2c_threshold threshold; ///< of the slave's inputs
    slave_load load;
    uint64_t seed;
    slave_call_fn *on_call; ///< told of application calls; may be NULL
    void *on_call_ctx;
    i2c_finding_fn *on_finding; ///< told what only the kind can see (memory overwritten, time spent
    void *on_finding_ctx;       ///< in an ISR without end); may be NULL
    slave_print_fn *on_print;   ///< may be NULL
    void *on_print_ctx;
} slave_attach_options;

typedef enum { SLAVE_OK, SLAVE_UNKNOWN_NAME, SLAVE_NOT_SUPPORTED } slave_result;

/// What firmware cannot help.
typedef enum {
    SLAVE_IS_DEAF,   ///< an address that is not acknowledged
    SLAVE_HOLDS_IDLE ///< a hold of SCL while no transfer is open
} slave_limit;

/// What was seen of an interrupt since the slave was attached.
typedef struct {
    const char *vector; ///< "USI_OVF"; static
    uint64_t entries;
    /// Without what a case asked for: from its flag to the first instruction of its routine, and
    /// from the begin of its entry to its return.
    uint64_t latency_max_ps, length_max_ps;
    uint64_t length_sum_ps;
} slave_routine;

/// What ended the process, as a signal handler finds it.
typedef struct {
    int signal;
    uintptr_t address; ///< whose access failed; 0: unknown, or it is 0
    bool has_address, writes;
    uintptr_t pc;
    int vector; ///< whose routine was under way; -1: none, or unknown
} slave_crash;

struct slave_adapter {
    const char *name; ///< "hosted"
    /// It lives in this process alone, with a time that never goes back: cases are played here, one
    /// after the other and each once, and what is to be seen of one is recorded meanwhile.
    bool in_place;
    /// Builds (compiles, loads) the slave. On failure NULL, and `message` is the whole text for a
    /// person: file and line where there is one, the compiler's own words, what was expected.
    slave_image *(*prepare)(const slave_description *slave, const slave_build_options *options,
                            char *message, size_t message_bytes);
    void (*discard)(slave_image *image);
    /// Puts a fresh slave (memory as after power-up) on the simulation. One instance an image at a
    /// time; allocates nothing after the first. NULL when the simulation's tables are full.
    slave_instance *(*attach)(slave_image *image, i2c_sim *sim,
                              const slave_attach_options *options);
    void (*detach)(slave_instance *instance);
    i2c_node (*node)(const slave_instance *instance);
    /// The application side.
    slave_result (*set)(slave_instance *instance, const char *variable, int64_t value);
    slave_result (*get)(slave_instance *instance, const char *variable, int64_t *value);
    slave_result (*call)(slave_instance *instance, const char *function, const int64_t *args,
                         unsigned count);
    /// Asks to be told (on_call) of calls of that function in the slave's application, in all cases
    /// from now on; again is allowed. NULL: it tells of what slaves report by themselves.
    slave_result (*tells)(slave_image *image, const char *function);
    /// Changes what the case asks of the slave's time, from now on (the language's `with`).
    void (*load)(slave_instance *instance, const slave_load *load);
    /// Reset pin, and supply. A slave that is off or held in reset does nothing and pulls nothing.
    void (*reset)(slave_instance *instance);
    void (*power)(slave_instance *instance, bool on);
    /// The CPU clock as declared, which `load` can change; 0: nothing of it hangs on a clock. May
    /// itself be NULL: no slave of the kind has one.
    uint64_t (*cpu_hz)(const slave_image *image);
    /// Which of the slave's code made the line as it was at `at_ps`, for attribution:
    /// `usi_slave.c:412 ISR(USI_OVF)`; "" if unknown. Lives until the next call.
    const char *(*doing)(const slave_instance *instance, i2c_line line, uint64_t at_ps);
    /// The access of its code that made the line as it was at `at_ps`. May itself be NULL.
    slave_move (*access)(const slave_instance *instance, i2c_line line, uint64_t at_ps);
    /// From now on slave_stop() is called when that access comes, before anything comes of it. May
    /// itself be NULL.
    void (*stop_at)(slave_image *image, slave_move access);
    /// Why it has acknowledged nothing so far, for a person: "interrupts were never switched on";
    /// NULL: not known. Lives until the next call. May itself be NULL.
    const char *(*silence)(slave_instance *instance);
    /// The i-th interrupt that was served; false past the end. May itself be NULL: no slave of the
    /// kind has a CPU that is known.
    bool (*routine)(const slave_instance *instance, unsigned i, slave_routine *routine);
    /// What the part's own hardware made unavoidable at `at_ps`, whatever its firmware; NULL:
    /// nothing. May itself be NULL: the kind knows of no such part. Static.
    const mcu_limit *(*limit)(const slave_instance *instance, slave_limit what, uint64_t at_ps);
    /// Whether its code is running at this moment (a crash or hang now is the slave's).
    bool (*in_slave_code)(const slave_image *image);
    /// How often its main loop runs, whether or not anything happens; 0: it sleeps until it is
    /// told. May itself be NULL.
    uint64_t (*polls_every_ps)(const slave_instance *instance);
    /// Whether it has a main loop that could stand still (main_stall). May itself be NULL: it has.
    bool (*has_main_loop)(const slave_image *image);
    /// Adds to a crash what it knows of it. Called from a signal handler. May itself be NULL.
    void (*crashes)(const slave_image *image, slave_crash *crash);
    /// What a crash was, for a person; false: no more than its signal says. May itself be NULL.
    bool (*tell_crash)(const slave_image *image, const slave_crash *crash, char *text,
                       size_t text_bytes);
    /// Name of the i-th interrupt vector, for `with latency ... on VECTOR`; NULL past the end. May
    /// itself be NULL: no slave of the kind has interrupts. One without any has none. Ask
    /// slave_vector().
    const char *(*vector)(const slave_image *image, unsigned i);
    /// What a case adds to when some of its code runs: plain memory of `*bytes`, 0 bytes: it was
    /// not prepared for that. Processes that are forked have their own. May itself be NULL, as the
    /// next two: the kind cannot tell.
    void *(*counters)(const slave_image *image, size_t *bytes);
    /// Adds such memory, as a case in whatever process has left it, to what coverage() tells.
    void (*count)(slave_image *image, const void *counters);
    /// What of its code has run in all cases that were counted; the caller's to
    /// slave_coverage_free(). NULL without memory.
    slave_coverage *(*coverage)(const slave_image *image);
    /// Why the case that has been played says nothing of the slave; NULL: it does. May itself be
    /// NULL: all do.
    const char *(*unable)(const slave_image *image);
    /// The model of its data that was loaded with it; NULL: it declares none.
    const slave_model *(*model)(const slave_image *image);
};

typedef const slave_adapter *slave_adapter_fn(void);
/// Kinds that a program has beside those of the library; ends with NULL. The library's own table is
/// empty; a program that has more kinds defines its own in its place.
extern slave_adapter_fn *const slave_adapters_more[];

/// The kind of that name, or NULL when this program has none (name of the package:
/// slave_adapter_missing()).
const slave_adapter *slave_adapter_find(const char *name);
/// Name of the slave's i-th interrupt vector; NULL past the end, and of kinds without interrupts.
const char *slave_vector(const slave_adapter *adapter, const slave_image *image, unsigned i);
/// The program that has the kind where this one has not, which takes the same arguments and lies
/// beside it; NULL: none has.
const char *slave_adapter_program(const char *name);
/// Why the kind is not there: "kind rtl needs Verilator (package verilator) ...".
const char *slave_adapter_missing(const char *name);

#endif

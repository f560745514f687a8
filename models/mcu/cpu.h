/// The CPU that slave firmware runs on, as far as the bus can tell: when an interrupt is taken, how
/// long its routine and the main loop last, what is lost meanwhile. No instructions are executed: a
/// routine's body runs at its entry, in one instant, and says how long it took.
///
/// Interrupts are as hardware has them. Each source has a flag that is one deep: an edge that comes
/// while the flag is set merges with it (counted, and never itself a fault). A source is entered
/// when its flag is set, it is enabled, interrupts are on, no window with interrupts off is open,
/// its extra latency is over, and nothing runs that it may not interrupt; of several, the one of
/// the lowest priority number, then the lowest index.
///
/// With no latency, no entry time and a body of no length, a routine is entered in the very instant
/// of its edge and nothing is queued.
///
/// Not modelled: the one instruction that AVR executes of the main program between two interrupts;
/// entry times that differ by the instruction that was interrupted; atomic sections shorter than a
/// body (bodies are atomic as a whole).
///
/// Threads: as the simulation. The struct is the caller's; nothing is allocated.
#ifndef MCU_CPU_H
#define MCU_CPU_H

#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    MCU_SOURCE_MAX = 16, ///< interrupt sources of a slave
    MCU_NEST_MAX = 8,    ///< routines that can be under way at one time
    MCU_PHASE_MAX = 127
};

/// What a body returns: its length in ps, below 2^48 (281 s) ...
#define MCU_LENGTH_MASK ((UINT64_C(1) << 48) - 1)
/// ... or: after that length call the body again with this phase (1 to 127), still inside the
/// routine. So a routine waits for a pin.
#define MCU_AGAIN(phase, length_ps)                                                                \
    (UINT64_C(1) << 63 | (uint64_t)(phase) << 48 | ((uint64_t)(length_ps)&MCU_LENGTH_MASK))
/// A main loop returns this to sleep until an interrupt has been served.
#define MCU_SLEEP UINT64_MAX

/// Who may interrupt a routine.
typedef enum {
    MCU_BY_NONE,   ///< AVR: interrupts are off inside a routine
    MCU_BY_HIGHER, ///< Cortex-M: sources of a lower priority number
    MCU_BY_ANY     ///< a routine that switches interrupts on at once
} mcu_preemption;

typedef struct {
    const char *name; ///< "USI_START"; must outlive the CPU
    mcu_preemption interrupted_by;
    uint8_t priority; ///< the lowest number first, then the lowest index
    bool keeps_flag;  ///< the flag is not cleared by entry, only by mcu_cpu_clear()
} mcu_source;

/// Runs the body of `source`: phase 0 at entry, later those it asked for.
typedef uint64_t mcu_body_fn(void *ctx, unsigned source, unsigned phase);
/// Runs one pass of the main loop; returns its length in ps, or MCU_SLEEP.
typedef uint64_t mcu_main_fn(void *ctx);
/// A routine has been under way for `since_ps`, longer than the limit; told once a routine. So has
/// one that is entered over and over because nobody clears its flag.
typedef void mcu_endless_fn(void *ctx, unsigned source, uint64_t since_ps);

/// What keeps the CPU from serving the bus, beside its own work. All zero: nothing.
typedef struct {
    uint64_t latency_ps[MCU_SOURCE_MAX]; ///< extra time before the first instruction, by source
    /// Interrupts are off for irq_off_ps from irq_off_first_ps on, again every irq_off_every_ps.
    uint64_t irq_off_ps, irq_off_every_ps, irq_off_first_ps;
    /// A competing interrupt of that length from isr_first_ps on; it has the highest priority.
    const char *isr_name; ///< "load" if NULL; must outlive its use
    uint64_t isr_ps, isr_every_ps, isr_first_ps;
    /// The main loop stands still for that time from main_stall_first_ps on; every 0: once.
    uint64_t main_stall_ps, main_stall_every_ps, main_stall_first_ps;
} mcu_load;

typedef struct {
    i2c_sim *sim;
    const mcu_source *source; ///< copied; at most MCU_SOURCE_MAX - 1
    unsigned sources;
    mcu_body_fn *body;
    mcu_main_fn *main_loop;     ///< NULL: the CPU sleeps between interrupts
    mcu_endless_fn *on_endless; ///< may be NULL
    void *ctx;                  ///< given to all three
    uint64_t cycle_ps;          ///< the least time by which anything repeats; not 0
    uint64_t entry_ps;          ///< from "would enter" to the first instruction
    uint64_t routine_limit_ps;  ///< for on_endless; 0: none
    i2c_trace *trace;           ///< gets tracks: isr, main, a pending flag a source; NULL: none
    const char *trace_scope;
} mcu_cpu_config;

/// One thing under way: the main loop (frame 0) or a routine.
typedef struct {
    uint8_t source;
    uint8_t phase;
    bool again;          ///< the body is called again at the end
    bool traced;         ///< the isr track shows it
    bool told_endless;   ///< on_endless was called
    uint64_t entered_ps; ///< when the routine was entered
    uint64_t ends_ps;    ///< I2C_NEVER_PS: sleeping main loop
    uint64_t left_ps;    ///< while interrupted: what is left of it
} mcu_frame;

/// Read only outside models/mcu/.
typedef struct {
    mcu_cpu_config config;
    mcu_load load;
    mcu_source source[MCU_SOURCE_MAX]; ///< the one behind the last is the competing one
    uint32_t pending, enabled;
    uint32_t served; ///< flags that stay and whose routine has been entered since they were set
    uint32_t fast;   ///< sources that an idle CPU enters in the instant of their edge
    uint32_t ready;  ///< the same while it is idle, without a flag or a body under way; else 0
    bool interrupts_on;
    bool on;         ///< has power and is not held in reset
    bool running;    ///< a body is being called in its frame: what it raises is entered after it
    uint8_t at_once; ///< source + 1 whose body is being called without a frame; 0: none
    unsigned depth;
    mcu_frame frame[MCU_NEST_MAX + 1];
    uint64_t raised_ps[MCU_SOURCE_MAX];
    uint64_t main_not_before_ps;
    uint64_t loop_ps; ///< length of the last pass of the main loop; 0: it sleeps, or there is none
    i2c_timer wake, load_timer, stall_timer;
    uint64_t entered[MCU_SOURCE_MAX]; ///< how often each was entered
    uint64_t merged[MCU_SOURCE_MAX];  ///< edges that met a flag that was set
    uint64_t longest_wait_ps;         ///< from flag to first instruction, the worst so far
    int track_isr, track_main;
    int track_pending[MCU_SOURCE_MAX];
} mcu_cpu;

/// Makes a CPU that is off. All sources are disabled, interrupts off. The timers of an earlier life
/// of `cpu` must not be queued.
void mcu_cpu_init(mcu_cpu *cpu, const mcu_cpu_config *config);
/// Starts the main loop, as after reset: no flags, all sources disabled, interrupts on; the load
/// goes on.
void mcu_cpu_start(mcu_cpu *cpu);
/// Holds it in reset: nothing runs, nothing is taken, flags are forgotten.
void mcu_cpu_stop(mcu_cpu *cpu);
/// Stops it and takes all its timers from the queue.
void mcu_cpu_end(mcu_cpu *cpu);

/// Sets the flag of a source. May run bodies before it returns.
void mcu_cpu_raise(mcu_cpu *cpu, unsigned source);
/// Sets several flags at once, bit n = source n, so that priorities decide.
void mcu_cpu_raise_all(mcu_cpu *cpu, uint32_t sources);
/// The shortest way of a raise, for a caller that runs the body itself: if
/// mcu_cpu_enters_at_once(), it calls the body (phase 0) between mcu_cpu_begin_at_once() and
/// mcu_cpu_end_at_once(), which gets what the body returned. Otherwise it raises the source.
static inline bool mcu_cpu_enters_at_once(const mcu_cpu *cpu, unsigned source)
{
    return (cpu->ready >> source & 1u) != 0;
}
static inline void mcu_cpu_begin_at_once(mcu_cpu *cpu, unsigned source)
{
    cpu->ready = 0;
    cpu->at_once = (uint8_t)(source + 1);
}
void mcu_cpu_go_on(mcu_cpu *cpu, unsigned source, uint64_t result);
static inline void mcu_cpu_end_at_once(mcu_cpu *cpu, unsigned source, uint64_t result)
{
    cpu->at_once = 0;
    if (result != 0 || cpu->pending != 0 || cpu->config.main_loop != NULL) {
        mcu_cpu_go_on(cpu, source, result);
        return;
    }
    cpu->entered[source]++;
    cpu->ready = cpu->fast;
}
void mcu_cpu_clear(mcu_cpu *cpu, unsigned source);
static inline bool mcu_cpu_pending(const mcu_cpu *cpu, unsigned source)
{
    return (cpu->pending >> source & 1u) != 0;
}
void mcu_cpu_enable(mcu_cpu *cpu, unsigned source, bool on);
void mcu_cpu_interrupts(mcu_cpu *cpu, bool on);
/// Changes the load, from now on; all `first` times are instants of simulated time, and not past.
void mcu_cpu_set_load(mcu_cpu *cpu, const mcu_load *load);
/// Name of the routine under way; "main" when none is, "" when the CPU is off.
const char *mcu_cpu_doing(const mcu_cpu *cpu);

#endif

/// What a model of a master is made of; private to models/masters/. A model is a static table of
/// functions over an object that begins with a `master`.
#ifndef I2C_MASTERS_MODEL_H
#define I2C_MASTERS_MODEL_H

#include "models/masters/master.h"
#include "models/masters/quantity.h"
#include "sim/strand.h"

/// The value of a parameter that was not given and has no fixed default.
#define MASTER_NOT_GIVEN I2C_NEVER_PS

/// How the text of a parameter is read; one for each master_parameter, in the same order.
typedef struct {
    const char *const *choice; ///< not NULL: the value is an index into these; NULL-terminated
    uint64_t min, max;
    quantity_kind kind; ///< else: such a quantity, from `min` to `max`
    bool optional;      ///< its default is MASTER_NOT_GIVEN, `initial` is only for a person
} master_parameter_rule;

struct master_model {
    master_info info;
    const master_parameter_rule *rule;
    uint32_t hz_min, hz_max; ///< clocks that may stand behind @
    bool push_pull_sda;      ///< it drives SDA high at times
    size_t bytes;            ///< of the object
    /// Fills wires, threshold and stretch as the board has them. scl_hz (as asked for), mode and
    /// values are there; a model that makes another clock of it corrects scl_hz and mode.
    void (*preset)(master_spec *spec);
    /// The spec is whole: says when it samples, lists known violations, and corrects what hangs on
    /// the wires. May be NULL.
    void (*finish)(master_spec *spec);

    i2c_status (*attach)(master *m);
    bool (*can)(const master *m, const master_transfer *transfer, bool cut_is_fine, char *why,
                size_t why_bytes);
    void (*run)(master *m, const master_transfer *transfer, master_outcome *outcome);
    void (*abandon)(master *m);
    void (*reset)(master *m);
    bool (*adopt_start)(master *m, i2c_node from);
    /// Of masters that decide themselves; else NULL.
    void (*begin)(master *m);
    void (*silence)(const master *m, char *text, size_t bytes);
    bool (*linger)(master *m,
                   uint64_t high_ps); ///< NULL: its clock does not stand still when asked
};

/// The head of every model's object.
struct master {
    const master_model *model;
    master_spec spec;
    i2c_sim *sim;
    i2c_node node;
    const char *name; ///< of its node
    bool running;     ///< within master_run()
    bool abandoned;   ///< stopped dead; only master_reset() or master_attach() wakes it
    // master_run_beside()
    i2c_strand *strand; ///< made when first needed
    const master_transfer *transfer;
    master_outcome *outcome;
    master_print_fn *on_print; ///< may be NULL
    void *on_print_ctx;
};

/// As master_spec_read(), of a model that is no part of this program: `text` begins with its name.
bool master_spec_read_model(master_spec *spec, const master_model *model, const char *text,
                            char *error, size_t error_bytes);

/// Adds the node of `m` to its simulation and tells the rules by which table it is judged.
I2C_MUST_CHECK i2c_status master_join(master *m, unsigned hears, i2c_edge_fn *on_edge);

/// The index of a choice parameter, or a quantity.
static inline uint64_t master_value(const master *m, unsigned parameter)
{
    return m->spec.value[parameter];
}

/// Random numbers of masters: their stream of the simulation's.
enum { MASTER_RANDOM_STREAM = 1 };

/// Lists a violation in `spec`, for its profile. `why` is static.
void master_spec_knows(master_spec *spec, i2c_timing_parameter parameter, uint64_t at_least_ps,
                       const char *why);

/// It samples data and ACKs alike, `sample_ps` behind SCL seen high in odd and in even clocks.
void master_spec_samples_after_rise(master_spec *spec, const uint64_t sample_ps[2]);

/// The same for a master that changes SDA up to `early_ps` before SCL has fallen (seen at 30 %),
/// a data hold below 0; nothing if that is 0.
void master_spec_knows_early_sda(master_spec *spec, uint64_t early_ps, const char *why);

/// The same for an interval that has no minimum where another node has stretched the LOW before it.
void master_spec_knows_behind_stretch(master_spec *spec, i2c_timing_parameter parameter,
                                      const char *why);

/// The fastest mode that a clock stays within.
i2c_mode master_mode_of(uint32_t scl_hz);

/// A board as chips with their own drivers have it: usual pull-ups of the mode, 100 pF, fast falls.
i2c_wires master_usual_board(i2c_mode mode);

/// How long the lines take on given wires, from release (or pull) to a threshold.
typedef struct {
    uint64_t rise_ps[3]; ///< by i2c_threshold, from 0 V
    uint64_t fall_ps[3]; ///< from VDD
} master_wire_times;
master_wire_times master_wire_times_of(const i2c_wires *wires);

extern const master_model master_model_standard;
extern const master_model master_model_fast;
extern const master_model master_model_fastplus;
extern const master_model master_model_hs;
extern const master_model master_model_arduino;
extern const master_model master_model_bcm2835;
extern const master_model master_model_rp2040;
extern const master_model master_model_stm32;
extern const master_model master_model_ft232h;
extern const master_model master_model_nxt;
extern const master_model master_model_lejos;
extern const master_model master_model_ev3;
extern const master_model master_model_ev3dev;
extern const master_model master_model_ev3_pybricks;
extern const master_model master_model_linux;
extern const master_model master_model_softi2c;
extern const master_model master_model_esp8266;
extern const master_model master_model_tinyusb;
extern const master_model master_model_usb100;
extern const master_model master_model_cocotb;

#endif

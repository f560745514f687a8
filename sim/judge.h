/// What the engine calls on the rules, and what they keep; the passes that run on each change are
/// in judge_passes.h. Private to sim/. The rules read nets and monitor of the simulation directly.
#ifndef I2C_JUDGE_H
#define I2C_JUDGE_H

#include "sim/monitor.h"
#include "sim/profile.h"
#include "sim/rules.h"
#include "sim/timing.h"

#include <stdbool.h>
#include <stdint.h>

enum { I2C_JUDGE_NODES = 32 }; ///< as I2C_NODE_MAX
#define I2C_JUDGE_NO_MAKERS UINT64_MAX

/// What is kept of one judged slave.
typedef struct {
    uint64_t first_ps; ///< its first and last change of SDA in the present LOW of SCL
    uint64_t last_ps;
    uint64_t scl_release_ps; ///< when it last let go of SCL
    uint64_t extended_ps;    ///< SMBus: how long it held SCL alone since START
    int64_t wires_ps;        ///< rise time beyond the slowest legal wires of its mode
    int64_t bus_wires_ps;    ///< the same for the table of `bus`
    bool first_is_release;
    bool owes;          ///< `owed` waits for the end of the pull that it is about
    bool stretch_noted; ///< undeclared stretching has been told
    bool has_profile;   ///< without: what every target must do
    const i2c_timing_limit
        *table;                  ///< of its fastest mode; NULL: held to none (no profile, Hs-mode)
    const i2c_timing_limit *bus; ///< of the slower of its mode and the present master's
    uint64_t valid_max_ps;       ///< the longer of tVD and the declared output delay
    i2c_profile profile;
    i2c_finding owed;
} i2c_judged_slave;

/// Working state of the rules; its `rules` part is what others may read. Node sets are bit masks.
typedef struct {
    bool off;         ///< config.rules_off
    bool suspended;   ///< between the point of a fault and recovery
    bool blind;       ///< nobody knows what the nodes made of that fault: it is murky till then
    bool murky;       ///< a fault or a runt: what a node made of the bus since then is not known
    bool levels_off;  ///< suspended or murky: rules about levels and timing do not judge
    uint8_t glitched; ///< lines whose last turn a fault has forced; so is the way back

    uint32_t slaves;   ///< nodes judged as the slave under test
    uint32_t masters;  ///< MASTER and INJECTOR nodes, and slaves in a transfer that they make
    uint32_t genuine;  ///< all but FAULT nodes
    uint32_t starters; ///< of these, who may make START and STOP

    // The segment. `may_pull` is all that the hot path looks at.
    uint32_t may_pull;    ///< slaves that may pull SDA in the present bit
    uint32_t matches;     ///< slaves whose address the segment began with
    uint32_t selected;    ///< of these, who ACKed
    uint32_t senders;     ///< of these, who send read data
    uint32_t refused;     ///< of these, who then refused a written byte
    uint32_t second;      ///< slaves that wait for a second address byte (10-bit, Device ID)
    uint32_t ten_full;    ///< slaves whose 10-bit address matched wholly in this transfer
    uint32_t id_full;     ///< slaves whose address followed the Device ID code
    uint32_t was_sending; ///< slaves that a repeated START cut off while they sent
    uint32_t lost;        ///< slaves, masters too, that have lost this transfer to another
    uint32_t losing;      ///< of these, in the byte that they lost: they may clock on to its end
    bool nacked;          ///< the master refused a read byte
    uint32_t hs_lost; ///< slaves that were reset in Hs-mode: they cannot know of it until the STOP
    bool hs;          ///< between the Sr behind a controller code and the STOP
    bool hs_genuine;  ///< and by a master that knows it, as far as is known
    bool cut_address; ///< an address byte was cut short by the last START or STOP

    // The present cell.
    uint32_t changed;        ///< slaves that changed SDA in this LOW
    uint32_t deferred;       ///< slaves that pulled SDA between 70 % and 50 % of SCL's fall
    bool after_start;        ///< no SCL fall since START or Sr
    bool stretched;          ///< the last LOW was lengthened by a slave
    uint32_t risen_by;       ///< who let go of SCL last
    bool low_short;          ///< the last LOW, as the master made it, was below its minimum
    uint64_t let_go_ps;      ///< when the last node but the slaves let go of SCL
    uint64_t fall_turn_ps;   ///< when SCL began to fall
    uint64_t fall_before_ps; ///< SCL.f30 of the cell before
    uint64_t stop_rise_ps;   ///< SDA.r70 of the last STOP
    int64_t su_dat_ps;       ///< set-up of the master's bit; told when it has become a bit
    unsigned su_dat_by;      ///< node; I2C_JUDGE_NODES: none
    unsigned clock_by;       ///< master that made the last SCL fall; I2C_JUDGE_NODES: none
    uint32_t timed_out;      ///< SMBus slaves that a long LOW has taken off the transfer
    int64_t long_low_ps;     ///< a LOW from here on is looked at; INT64_MAX: none is
    uint32_t fresh;          ///< slaves that were reset or switched on and have seen no START since
    uint64_t usual_makers;   ///< a set of makers of SCL falls, none of them a fault, of whom
    unsigned usual_master;   ///< this one is judged; I2C_JUDGE_NO_MAKERS: not known at present
    bool alone;              ///< only slaves hold SCL, since `alone_since_ps`
    uint64_t alone_since_ps;
    uint64_t held_ps; ///< slaves' holds of SCL since START, together
    bool out_of_step; ///< a clock was lost under a hold, a STOP met what another master sent, or a
                      ///< START was too short: until the next one nobody knows where slaves are
    bool ignored;     ///< a master carries on under a hold that began at `ignored_since_ps`
    uint64_t ignored_since_ps;

    int64_t low_min_ps; ///< shortest LOW by the table of the first slave's bus; INT64_MIN: none
    uint64_t rise30_ps; ///< from release to 30 % of VDD
    uint64_t rise70_ps; ///< from release to 70 %
    const i2c_timing_limit *limits[I2C_JUDGE_NODES]; ///< masters'; NULL: not held to a table.
                                                     ///< Changed by i2c_judge_set_limits()
    /// From this value on, what a master makes is neither a violation nor a new least margin.
    int64_t calm_ps[I2C_JUDGE_NODES][I2C_TIMING_COUNT];
    uint8_t made_by[I2C_JUDGE_NODES]; ///< masters': i2c_made_by, kept by i2c_judge_set_limits()
    uint32_t aside;                   ///< masters whose times are not those of the case's
    i2c_timing_limit hs_limits[I2C_TIMING_COUNT]; ///< while `hs`
    uint64_t hs_rise30_ps; ///< rise30_ps, or that of the slowest wires of Hs-mode
    i2c_rules rules;
    i2c_judged_slave slave[I2C_JUDGE_NODES];
    i2c_master_profile master[I2C_JUDGE_NODES];
} i2c_judge;

struct i2c_sim;

void i2c_judge_reset(struct i2c_sim *sim);
/// A node joined.
void i2c_judge_node(struct i2c_sim *sim, unsigned node);
/// `to` acts for `from` from now on.
void i2c_judge_hand_over(struct i2c_sim *sim, unsigned from, unsigned to);
/// The transfer is that of `owners`: a slave among them that may be master, too, is judged as one
/// until it has lost the transfer, or STOP. Not on wires that rise more slowly than they may.
void i2c_judge_take_owners(struct i2c_sim *sim, uint32_t owners);
/// Masters have lost (I2C_EVENT_LOST).
void i2c_judge_contested(struct i2c_sim *sim, const i2c_event *event);
/// The present clock is several masters', and its period nobody's.
void i2c_judge_mix_clocks(struct i2c_sim *sim);
/// A rise that had passed 30 % was turned back before 70 % by `makers`.
void i2c_judge_runt(struct i2c_sim *sim, unsigned line, uint32_t makers);
/// Somebody drives high while somebody pulls.
void i2c_judge_contention(struct i2c_sim *sim, unsigned line, uint32_t highs, uint32_t pulls);
void i2c_judge_finish(struct i2c_sim *sim);

#endif

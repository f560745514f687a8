/// A second master whose transfer meets that of the first: its START is due a time after the START
/// that the other makes, 0 for the same instant. Within the hold of that START it makes it, too,
/// and both masters have the bus until one loses (UM10204 3.1.8). Later SCL is low: then its call
/// begins, and it finds the bus as it is and does as its model says.
///
/// Whoever has it passes the monitor's events on; it is no node of its own.
#ifndef I2C_PARTS_RIVAL_H
#define I2C_PARTS_RIVAL_H

#include "models/masters/master.h"
#include "sim/sim.h"

/// The caller's; must outlive its use by the simulation. Fields are private but where said.
typedef struct {
    i2c_sim *sim;
    master *m;
    const master_transfer *transfer;
    uint64_t after_ps;
    i2c_timer timer;
    bool armed;             ///< read: no START has come yet
    bool begun;             ///< read: its call has begun
    bool joined;            ///< read: it made the other's START, too
    bool lost;              ///< read: it has lost arbitration, by what the wires show
    i2c_status status;      ///< read: what kept its call from beginning; I2C_OK: nothing
    master_outcome outcome; ///< read, when rival_is_over()
} rival;

/// `m` is on the simulation already and stays the caller's.
void rival_init(rival *r, i2c_sim *sim, master *m);
/// The next START of another master counts. `transfer` and what it points to must live until
/// rival_is_over(). Only after master_can().
void rival_arm(rival *r, const master_transfer *transfer, uint64_t after_ps);
/// No START has come and none shall count any more.
void rival_disarm(rival *r);
/// To be called with each event of the monitor.
void rival_event(rival *r, const i2c_event *event);
/// Neither armed nor about to begin nor running.
bool rival_is_over(const rival *r);

#endif

/* An I2C slave in software: the bits of SCL and SDA, one edge at a time (UM10204 3.1).
 *
 * The owner calls soft_scl_rise(), soft_scl_fall(), soft_start() and soft_stop() from its pin
 * interrupts, and implements the functions under "the application".
 *
 * SOFT_STRETCH: 0 never holds SCL; 1 holds it while the main loop serves a byte; 2 while it serves
 * any bit of a transfer with it. The main loop is SOFT_MAIN_LOOP. SOFT_PORT is what its pins are
 * like, for those whose interrupts answer at once.
 */
#ifndef SOFT_I2C_H
#define SOFT_I2C_H

#include "../fault.h"

#include <i2cproof_slave.h>

#include <stdbool.h>
#include <stdint.h>

#ifndef SOFT_STRETCH
#define SOFT_STRETCH 0
#endif
#ifndef SOFT_SERVE_US
#define SOFT_SERVE_US 10 /* how long the main loop needs for what it serves */
#endif

/* SOFT_HS 1: a slave for Hs-mode (UM10204 5.3). It answers after the output delay there; on the
 * slow edges of Fast-mode it waits SOFT_HOLD_NS more, for its hold time. Its input filters are 10
 * ns there and 50 ns elsewhere (Tables 10 and 12). Without stretching. */
#ifndef SOFT_HS
#define SOFT_HS 0
#endif
#ifndef SOFT_HOLD_NS
#define SOFT_HOLD_NS 300
#endif
#if SOFT_HS && SOFT_STRETCH
#error "Hs-mode has no stretching between bits"
#endif

/* SOFT_TIMEOUT_US: an SCL that is low for longer within a transfer ends it for this slave (SMBus
 * 2.0 3.1.1.1): both lines are let go, and nothing is heard until START. 0: waits for ever. */
#ifndef SOFT_TIMEOUT_US
#define SOFT_TIMEOUT_US 0
#endif
/* SOFT_EVENTS 1: the application is told of what happens between the bytes, too. */
#ifndef SOFT_EVENTS
#define SOFT_EVENTS 0
#endif
/* SOFT_ARBITRATES 1: a slave that sends a 1 and sees a 0 leaves the bus until START (several slaves
 * at one address, SMBus 2.0 appendix A). */
#ifndef SOFT_ARBITRATES
#define SOFT_ARBITRATES 0
#endif

/* The pins: how long what is written to one takes to get there, over the longest fall time, and
 * what their input filters do not let through (UM10204 Table 10, tSP). */
#ifndef OUTPUT_DELAY_NS
#define OUTPUT_DELAY_NS 350
#endif
#ifndef INPUT_FILTER_NS
#define INPUT_FILTER_NS 50
#endif
#define SOFT_PORT                                                                                  \
    .output_delay = I2CPROOF_NS(OUTPUT_DELAY_NS), .input_filter = I2CPROOF_NS(INPUT_FILTER_NS)

void soft_start(void);
void soft_stop(void);
void soft_scl_rise(void);
void soft_scl_fall(void);
/* One pass of the main loop: serves what SCL is held for. Returns how long it took, or
 * I2CPROOF_SLEEP when there was nothing. */
uint64_t soft_serve(void *state);
#if SOFT_STRETCH
#define SOFT_MAIN_LOOP soft_serve
#else
#define SOFT_MAIN_LOOP NULL /* it would find nothing to do */
#endif

/* Whether the clock that is high now is the first one behind an acknowledge of this slave's: a STOP
 * in it follows a whole byte. */
bool soft_is_behind_ack(void);

/* Leaves the bus at once, with both lines let go, until the next START. Returns how long it took.
 */
uint64_t soft_leave(void);

/* Whether the present segment began with a repeated START. */
bool soft_is_restarted(void);

/* An interrupt for each kind of edge; soft_start() enables the clock's, the end of a transfer
 * disables them. */
#if SOFT_TIMEOUT_US
enum { SOFT_SCL_FALL, SOFT_SCL_RISE, SOFT_SDA, SOFT_LOW, SOFT_VECTORS };
#else
enum { SOFT_SCL_FALL, SOFT_SCL_RISE, SOFT_SDA, SOFT_VECTORS };
#endif
uint64_t soft_on_scl_fall(void *state);
uint64_t soft_on_scl_rise(void *state);
uint64_t soft_on_sda(void *state);
/* At the begin of what a START or STOP asks for: no release takes effect before a pull that is on
 * its way. */
void soft_keep_order(void);
uint64_t soft_on_low(void *state);
/* clang-format off */
#if SOFT_TIMEOUT_US
#define SOFT_LOW_VECTOR , {"SCL_LOW", I2CPROOF_ON_TIMER, soft_on_low, 1, I2CPROOF_BY_NONE}
#else
#define SOFT_LOW_VECTOR
#endif
#define SOFT_VECTOR_TABLE                                                                          \
    {"SCL_FALL", I2CPROOF_ON_SCL_FALL, soft_on_scl_fall, 0, I2CPROOF_BY_NONE},                     \
    {"SCL_RISE", I2CPROOF_ON_SCL_RISE, soft_on_scl_rise, 0, I2CPROOF_BY_NONE},                     \
    {"SDA", I2CPROOF_ON_SDA, soft_on_sda, 1, I2CPROOF_BY_NONE} SOFT_LOW_VECTOR
/* clang-format on */
void soft_init(bool own_vectors);

/* ---- the application ---- */

/* A segment begins with this address; true acknowledges it. */
bool soft_addressed(uint8_t addr7, bool read);
/* A byte was written; true acknowledges it. */
bool soft_received(uint8_t byte);
/* The byte to send next. It may be asked for and then not be sent. */
uint8_t soft_next(void);
/* That byte has been sent, all eight bits of it. */
void soft_sent(void);
#if SOFT_EVENTS
/* A START, or a repeated one; whatever went on is over. */
void soft_started(void);
/* A STOP, also of transfers with others. */
void soft_stopped(void);
/* SCL was low for too long: the transfer is over. */
void soft_timed_out(void);
/* SCL is held for the main loop from now on, or not any more. */
void soft_holding(bool on);
/* Whether the main loop can serve the bus now; if not, SCL is held on. */
bool soft_can_serve(void);
#endif
#if SOFT_ARBITRATES
/* Another slave sends, too, and has the smaller byte: the bus is its. */
void soft_lost(void);
#endif

#endif

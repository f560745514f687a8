#include "smbus.h"

#include "../fault.h"
#include "pec.h"
#include "smbus_arp.h"
#include "smbus_notify.h"
#include "soft_i2c.h"
#include "soft_master.h"

#include <string.h>

#ifndef SEXT_US
#define SEXT_US 24000 /* of one message's own stretching, below tLOW:SEXT (3.1.1.2) */
#endif

enum { BUSY = SOFT_VECTORS, EXTENDED, NOTIFY };
enum { ALERT_RESPONSE = 0x0C, FILLER = 0xFF };

/* What goes on between START and STOP. */
typedef enum { NOTHING, WRITING, READING, ALERTING, RESOLVING, REFUSED } message_kind;

static struct {
    message_kind kind;
    bool open;     /* no STOP since its START: what SCL is held for adds up (3.1.1.2) */
    bool whole;    /* a START or STOP came behind a whole byte that was written */
    bool named;    /* the command byte was taken */
    bool checked;  /* a right PEC was taken: nothing may follow */
    bool received; /* read without a command before it */
    const smbus_command *command;
    uint8_t data[SMBUS_DATA_MAX]; /* what was written behind the command, counts too */
    unsigned count;
    uint8_t reply[SMBUS_DATA_MAX];
    unsigned replies;
    unsigned sent;
    uint8_t pec;
} message;

static uint8_t busy;
static uint8_t alert;
static uint64_t held_since;
static uint64_t held; /* how long SCL was held in this message */

static void feed(uint8_t byte)
{
    message.pec = pec_with(message.pec, byte);
}

static bool refuse(void)
{
    message.kind = REFUSED;
    return false;
}

/* ---- between the bytes ---- */

void soft_started(void)
{
    message.whole = soft_is_behind_ack();
    smbus_notify_bus(true);
    if ((!message.open && !FAULT(SEXT_OVER_MESSAGES)) || FAULT(SEXT_PER_SEGMENT))
        held = 0;
}

/* How many bytes stand between the command and the PEC. */
static unsigned bytes_written(void)
{
    if (message.command->write == SMBUS_BLOCK)
        return message.count == 0 ? 1u : 1u + message.data[0];
    return message.command->write;
}

static bool is_to_execute(void)
{
    const smbus_command *command = message.command;
    if (!message.named || !message.whole || command == NULL)
        return false;
    if ((command->call && !FAULT(CALL_EXECUTED)) || (command->write == 0 && !command->send))
        return false;
    if (message.count < bytes_written() && !FAULT(SHORT_EXECUTED))
        return false;
    return message.checked || SMBUS_PEC != 2 || FAULT(PEC_NOT_REQUIRED);
}

static void end_quick(void)
{
    if (!message.named && message.whole)
        smbus_quick(false);
    else if (message.kind == READING && message.received && message.sent == 0 &&
             !FAULT(QUICK_READ_UNSEEN))
        smbus_quick(true);
}

static void end_message(void)
{
    if (message.kind == RESOLVING) {
        if (message.whole)
            smbus_arp_end();
    } else if (is_to_execute())
        smbus_execute(message.command, message.data, message.count);
    else
        end_quick();
    message.kind = NOTHING;
    message.pec = 0;
}

void soft_stopped(void)
{
    message.whole = soft_is_behind_ack();
    smbus_notify_bus(false);
    message.open = false;
    end_message();
}

void soft_timed_out(void)
{
    if (FAULT(TIMEOUT_EXECUTES)) {
        message.whole = true;
        end_message();
    }
    message.kind = NOTHING;
    message.open = false;
}

/* ---- addresses ---- */

static void begin_message(message_kind kind, uint8_t first)
{
    message.kind = kind;
    message.open = true;
    message.named = false;
    message.checked = false;
    message.received = kind == READING;
    message.command = NULL;
    message.count = 0;
    message.replies = 0;
    message.sent = 0;
    if (!FAULT(PEC_KEPT_AFTER_ABORT))
        message.pec = 0;
    if (!FAULT(PEC_WITHOUT_ADDRESS))
        feed(first);
}

/* The second half of a message: the command is known, and what a call needs was written. */
static bool is_answered(void)
{
    const smbus_command *command = message.command;
    if (!message.named || !message.whole || command == NULL)
        return false;
    return command->read != 0 &&
           (message.count == (command->call ? bytes_written() : 0) || FAULT(ANSWERS_ANYTHING));
}

static void begin_answer(uint8_t first)
{
    if (FAULT(PEC_RESTARTS_AT_SR))
        message.pec = 0;
    if (!FAULT(PEC_WITHOUT_SECOND_ADDRESS))
        feed(first);
    message.replies = smbus_answer(message.command, message.data, message.reply);
    message.sent = 0;
    message.kind = READING;
}

static bool own_address(bool read)
{
    const uint8_t first = (uint8_t)(smbus_own_address() << 1 | read);
    if (read && is_answered()) {
        begin_answer(first);
        return true;
    }
    /* A message that this START cut off is forgotten (5.5). */
    const bool cut = message.kind != NOTHING;
    if (cut && FAULT(SR_EXECUTES))
        end_message();
    begin_message(read ? READING : WRITING, first);
    if (read && !cut) {
        message.reply[0] = smbus_receive();
        message.replies = 1;
    }
    return true;
}

static bool alert_response(bool read)
{
    if ((!SMBUS_ALERT && !FAULT(ARA_WITHOUT_ALERT)) || (!read && !FAULT(ARA_WRITE_TAKEN)) ||
        (!alert && !FAULT(ARA_WITHOUT_ALERT)))
        return false;
    begin_message(ALERTING, ALERT_RESPONSE << 1 | 1);
    if (FAULT(ARA_PEC_OF_DATA))
        message.pec = 0;
    message.reply[0] = (uint8_t)(smbus_own_address() << (FAULT(ARA_ADDRESS_SHIFTED) ? 0 : 1));
    message.replies = 1;
    return true;
}

/* The device default address, where it is told its own (5.6). */
static bool device_default(bool read)
{
    const uint8_t first = (uint8_t)(SMBUS_DEVICE_DEFAULT << 1 | read);
    if (!read) {
        begin_message(RESOLVING, first);
        smbus_arp_begin();
        return true;
    }
    if (FAULT(ARP_SR_EXECUTES) && message.kind == RESOLVING)
        smbus_arp_end();
    message.replies =
        message.kind == RESOLVING && message.whole ? smbus_arp_answer(message.reply) : 0;
    message.kind = message.replies > 0 ? READING : NOTHING;
    if (FAULT(PEC_RESTARTS_AT_DEFAULT))
        message.pec = 0;
    feed(first);
    return message.replies > 0;
}

/* Whether a fault answers at an address that SMBus keeps for a role (2.0 appendix C). */
static bool has_other_role(uint8_t addr7)
{
    return (FAULT(ANSWERS_HOST) && addr7 == 0x08) || (FAULT(ANSWERS_DEFAULT) && addr7 == 0x61) ||
           (FAULT(ANSWERS_ACCESS_BUS) && addr7 == 0x37);
}

bool soft_addressed(uint8_t addr7, bool read)
{
    if (FAULT(BUSY_NACKS_ADDRESS) && busy)
        return false;
    if (FAULT(NOTIFY_DEAF_MEANWHILE) && smbus_notify_is_pending())
        return false;
    if (FAULT(ALERT_BLOCKS_ADDRESS) && alert && addr7 != ALERT_RESPONSE)
        return false;
    if (FAULT(STARTS_AGAIN) && i2cproof_now() > I2CPROOF_MS(20) && i2cproof_now() < I2CPROOF_MS(40))
        return false;
    if (smbus_is_own_address(addr7) || has_other_role(addr7))
        return own_address(read);
    if (addr7 == SMBUS_DEVICE_DEFAULT && smbus_arp_is_heard())
        return device_default(read);
    if (FAULT(FOREIGN_SR_EXECUTES))
        end_message();
    message.kind = NOTHING;
    return addr7 == ALERT_RESPONSE && alert_response(read);
}

/* ---- writing ---- */

static bool take_command(uint8_t byte)
{
    message.command = smbus_find(byte);
    if (message.command == NULL && !FAULT(UNKNOWN_TAKEN))
        return refuse();
    message.named = true;
    feed(byte);
    return true;
}

static bool count_is_valid(uint8_t count)
{
    const unsigned most = message.command->call ? SMBUS_CALL_MAX : SMBUS_BLOCK_MAX;
    return (count > 0 || FAULT(COUNT_0_TAKEN)) && (count <= most || FAULT(COUNT_33_TAKEN));
}

static bool take_data(uint8_t byte)
{
    const bool block = message.command->write == SMBUS_BLOCK;
    if (block && message.count == 0 && !count_is_valid(byte))
        return refuse();
    message.data[message.count++] = byte;
    if (!block || message.count > 1 || !FAULT(PEC_WITHOUT_COUNT))
        feed(byte);
    return smbus_accepts(message.command, message.data, message.count) || refuse();
}

/* Refuses a byte behind the last one; a fault has executed the command by then. */
static bool refuse_late(bool executed)
{
    if (executed)
        smbus_execute(message.command, message.data, message.count);
    return refuse();
}

/* A byte behind the last one can only be the PEC. */
static bool take_pec(uint8_t byte)
{
    if (FAULT(SURPLUS_TAKEN))
        return true;
    if (SMBUS_PEC == 0 || message.command->call || message.checked)
        return refuse_late(FAULT(SURPLUS_EXECUTED));
    message.checked = byte == message.pec || FAULT(PEC_BAD_TAKEN);
    return message.checked || refuse_late(FAULT(PEC_BAD_EXECUTED));
}

static bool take_resolving(uint8_t byte)
{
    const bool taken = smbus_arp_take(byte, message.pec);
    feed(byte);
    return taken || refuse();
}

bool soft_received(uint8_t byte)
{
    if (message.kind == RESOLVING)
        return take_resolving(byte);
    if (message.kind != WRITING)
        return false;
    if (busy && !SMBUS_BUSY_HOLDS)
        return refuse();
    if (!message.named)
        return take_command(byte);
    if (message.command == NULL)
        return true; /* a faulty slave takes what it does not know */
    if (message.command->write == 0 && !message.command->send)
        return FAULT(READ_ONLY_TAKEN) || refuse();
    return message.count < bytes_written() ? take_data(byte) : take_pec(byte);
}

/* ---- reading ---- */

uint8_t soft_next(void)
{
    if (message.sent < message.replies)
        return message.reply[message.sent];
    const bool checks = SMBUS_PEC != 0 && message.replies > 0;
    return message.sent == message.replies && checks ? message.pec : FILLER;
}

void soft_sent(void)
{
    const bool count = message.kind == READING && message.sent == 0 && message.command != NULL &&
                       message.command->read == SMBUS_BLOCK;
    if (message.sent < message.replies && !(count && FAULT(PEC_WITHOUT_COUNT)))
        feed(message.reply[message.sent]);
    message.sent++;
    if (message.kind != ALERTING || message.sent != 1 || FAULT(ALERT_KEPT))
        return;
    alert = 0;
    i2cproof_wire("smbalert", 1);
}

void soft_lost(void)
{
    if (message.kind == ALERTING && FAULT(ALERT_DROPPED_ON_LOSS)) {
        alert = 0;
        i2cproof_wire("smbalert", 1);
    }
    message.kind = NOTHING;
}

/* ---- time ---- */

void smbus_works_for(uint64_t time)
{
    busy = 1;
    i2cproof_timer(BUSY, time);
}

static uint64_t on_done(void *state)
{
    (void)state;
    busy = 0;
    return 0;
}

bool soft_can_serve(void)
{
    return held < I2CPROOF_US(SEXT_US) && (!busy || !SMBUS_BUSY_HOLDS);
}

/* The sum of a message's holds is bounded; behind that the device resets its port (3.1.1.2). What
 * is served lets SCL go at its end, and it ends later than the hold is told to. */
void soft_holding(bool on)
{
    if (on) {
        held_since = i2cproof_now();
        i2cproof_timer(EXTENDED, held < I2CPROOF_US(SEXT_US) ? I2CPROOF_US(SEXT_US) - held : 0);
    } else {
        held += i2cproof_now() - held_since + I2CPROOF_US(SOFT_SERVE_US);
        i2cproof_timer_stop(EXTENDED);
    }
}

static uint64_t on_extended(void *state)
{
    (void)state;
    if (FAULT(NO_SEXT))
        return 0;
    message.kind = NOTHING;
    message.open = false;
    return soft_leave();
}

/* ---- the application ---- */

/* Something has happened that the host should know of. */
static void raise_alert(void *state, const int64_t *args, uint32_t count)
{
    (void)state;
    (void)args;
    (void)count;
    alert = 1;
    i2cproof_wire("smbalert", 0);
}

static void init(void *state)
{
    (void)state;
    soft_init(false);
    smbus_notify_init(NOTIFY);
    if (SMBUS_ALERT)
        i2cproof_wire("smbalert", 1);
}

extern uint8_t smbus_executed, quicks, quick_bit;

static const i2cproof_vector vectors[] = {
    SOFT_VECTOR_TABLE,
    {"BUSY", I2CPROOF_ON_TIMER, on_done, 2, I2CPROOF_BY_NONE},
    {"EXTENDED", I2CPROOF_ON_TIMER, on_extended, 1, I2CPROOF_BY_NONE},
    SMBUS_NOTIFY_VECTORS /* each with its comma */
};
static const i2cproof_variable variables[] = {
    I2CPROOF_VARIABLE(busy), I2CPROOF_VARIABLE(alert), I2CPROOF_VARIABLE(smbus_executed),
    I2CPROOF_VARIABLE(quicks), I2CPROOF_VARIABLE(quick_bit)};
#define HAS_FUNCTIONS (SMBUS_ALERT || SMBUS_NOTIFY)
#if HAS_FUNCTIONS
static const i2cproof_function functions[] = {
    SMBUS_NOTIFY_FUNCTIONS
#if SMBUS_ALERT
    {"alert", raise_alert, 0},
#endif
};
#endif

I2CPROOF_SLAVE(.init = init, .main_loop = SOFT_MAIN_LOOP, .vectors = vectors,
               .vector_count = I2CPROOF_COUNT(vectors), .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables),
#if HAS_FUNCTIONS
               .functions = functions, .function_count = I2CPROOF_COUNT(functions),
#endif
               SOFT_PORT);

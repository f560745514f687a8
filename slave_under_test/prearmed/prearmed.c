/* 16 bytes of memory on the I2C of an STM32F1, in the way of ST's HAL: a transfer needs buffers
 * that were armed for it before. The main loop takes what was received, copies what is to be sent,
 * and arms both again; the interrupt only moves bytes. Registers as in RM0008, chapter 26; times
 * are those of an STM32F103 at 72 MHz.
 *
 *     UNARMED_NACKS  0: an address that comes too early waits with SCL held. 1: the interrupt
 *                    switches the acknowledge off behind a STOP and behind the master's NACK, as
 *                    the HAL does, and the main loop on again: until then it does not answer. A
 *                    repeated START comes without either and waits all the same: the bit that
 *                    acknowledges it is the one that acknowledged the data before it.
 *     ARM_US         how long the main loop needs before it arms */
#include "../fault.h"

#include <i2cproof_slave.h>

#include <string.h>

#ifndef UNARMED_NACKS
#define UNARMED_NACKS 0
#endif
#ifndef ARM_US
#define ARM_US 8
#endif

enum { BYTES = 16, ADDRESS = 0x2A };

typedef struct {
    uint8_t memory[BYTES];
    uint8_t armed;     /* both buffers are ready for a transfer */
    uint8_t active;    /* one is under way */
    uint8_t waiting;   /* the address has come while they were not ready: SCL is held */
    uint8_t receiving; /* `rx` holds what the main loop has not taken yet */
    uint8_t sends;     /* the direction of the transfer under way */
    uint8_t working;   /* the main loop is about to arm */
    uint8_t open;      /* no STOP has been seen behind it */
    uint8_t tx_index;
    uint8_t rx_count;
    uint32_t transfers;
    uint8_t tx[BYTES];
    uint8_t rx[BYTES];
} prearmed;

static prearmed *me;

static const uint16_t errors_and_events = I2CPROOF_I2C_ITERREN | I2CPROOF_I2C_ITEVTEN;

static void set_control(int acknowledge)
{
    i2cproof_i2c_write(I2CPROOF_I2C_CR1,
                       (uint16_t)(I2CPROOF_I2C_PE | (acknowledge ? I2CPROOF_I2C_ACK : 0) |
                                  (FAULT(NO_STRETCH) ? I2CPROOF_I2C_NOSTRETCH : 0) |
                                  (FAULT(ACKS_CALL) ? I2CPROOF_I2C_ENGC : 0)));
}

static void ask_for(uint16_t interrupts)
{
    i2cproof_i2c_write(I2CPROOF_I2C_CR2, interrupts);
}

/* ---- the interrupt ---- */

/* SR1 has been read: SR2 clears ADDR, and SCL goes on. */
static void begin_transfer(void)
{
    if (FAULT(ADDR_STAYS)) /* and is served again, and again */
        return;
    const int sends = (i2cproof_i2c_read(I2CPROOF_I2C_SR2) & I2CPROOF_I2C_TRA) != 0;
    me->armed = 0;
    me->active = 1;
    if (FAULT(REFUSES_DATA))
        set_control(0);
    me->transfers++;
    if (!(FAULT(KEEPS_DIRECTION) && me->open))
        me->sends = (uint8_t)sends;
    me->open = 1;
    me->receiving = (uint8_t)!me->sends;
    if (!FAULT(RX_KEEPS_COUNT))
        me->rx_count = 0;
    if (!FAULT(TX_KEEPS_INDEX))
        me->tx_index = 0;
    ask_for(FAULT(NO_BUFFER_EVENTS) ? errors_and_events
                                    : (uint16_t)(errors_and_events | I2CPROOF_I2C_ITBUFEN));
    i2cproof_state(sends ? "send" : "receive");
    i2cproof_addressed(1);
}

/* While the event interrupt is off, ADDR stays and holds SCL. A repeated START has no flag of its
 * own: it ends the segment before it. */
static void wait_for_main(void)
{
    me->active = 0;
    me->waiting = 1;
    ask_for(I2CPROOF_I2C_ITERREN);
    i2cproof_state("wait");
}

static void on_address(void)
{
    if (FAULT(RESTART_GOES_ON) && me->active) /* taken for more of the same transfer */
        (void)i2cproof_i2c_read(I2CPROOF_I2C_SR2);
    else if (me->armed || FAULT(SERVES_UNARMED))
        begin_transfer();
    else
        wait_for_main();
}

static void receive(void)
{
    const uint8_t byte = (uint8_t)i2cproof_i2c_read(I2CPROOF_I2C_DR);
    if (me->rx_count < BYTES + (FAULT(OVERRUN_BY_ONE) ? 1 : 0))
        me->rx[me->rx_count++] = byte;
    if (FAULT(NACK_STAYS) && me->rx_count == BYTES)
        set_control(0);
}

static void send(void)
{
    const uint8_t at = FAULT(SENDS_FROM_SECOND) && me->tx_index < BYTES - 1
                           ? (uint8_t)(me->tx_index + 1)
                           : me->tx_index;
    i2cproof_i2c_write(I2CPROOF_I2C_DR, me->tx[at]);
    if (me->tx_index < BYTES - 1 || FAULT(INDEX_RUNS_OUT))
        me->tx_index++;
}

static void end_transfer(void)
{
    me->active = (uint8_t)(FAULT(READ_LEAVES_UNARMED) && me->sends);
    ask_for(errors_and_events);
    i2cproof_state("idle");
    i2cproof_addressed(0);
}

static void on_stop(void)
{
    me->open = 0;
    if (!FAULT(STOPF_STAYS)) /* after SR1: clears STOPF */
        set_control(!UNARMED_NACKS && !(FAULT(NACK_STAYS) && me->rx_count == BYTES));
    end_transfer();
}

static uint64_t on_event(void *unused)
{
    (void)unused;
    i2cproof_at(I2CPROOF_US(1));
    const uint16_t flags = i2cproof_i2c_read(I2CPROOF_I2C_SR1);
    const uint16_t more = FAULT(WAITS_FOR_BTF) ? I2CPROOF_I2C_BTF : I2CPROOF_I2C_TXE;
    if (FAULT(STOP_BEFORE_DATA) && (flags & I2CPROOF_I2C_STOPF)) {
        on_stop();
        return I2CPROOF_US(2);
    }
    if (flags & I2CPROOF_I2C_RXNE)
        receive();
    if (flags & I2CPROOF_I2C_STOPF)
        on_stop();
    if (flags & I2CPROOF_I2C_ADDR)
        on_address();
    else if (flags & more)
        send();
    return I2CPROOF_US(2);
}

/* The master's NACK ends a read. A START or STOP inside a byte only sets a flag more. */
static uint64_t on_error(void *unused)
{
    (void)unused;
    i2cproof_at(I2CPROOF_US(1));
    const uint16_t flags = i2cproof_i2c_read(I2CPROOF_I2C_SR1);
    if (!FAULT(AF_STAYS))
        i2cproof_i2c_write(I2CPROOF_I2C_SR1, FAULT(BERR_STAYS) ? I2CPROOF_I2C_BERR : 0);
    if (flags & I2CPROOF_I2C_AF) {
        if (UNARMED_NACKS)
            set_control(0);
        end_transfer();
    }
    return I2CPROOF_US(2);
}

static const i2cproof_vector vectors[] = {
    {"I2C_EV", I2CPROOF_ON_I2C_EVENT, on_event, 1, I2CPROOF_BY_NONE},
    {"I2C_ER", I2CPROOF_ON_I2C_ERROR, on_error, 0, I2CPROOF_BY_NONE},
};

/* ---- the main loop ---- */

static void take_received(void)
{
    const uint8_t lost = FAULT(LOSES_LAST_BYTE) && me->rx_count > 0 ? 1 : 0;
    const int64_t args[] = {me->rx_count};
    i2cproof_called("received", args, 1);
    if (FAULT(FIXED_LENGTH) && me->rx_count < 2) /* waits for a whole message */
        return;
    memcpy(me->memory, me->rx, (size_t)(me->rx_count - lost));
    me->receiving = 0;
}

static void arm(void)
{
    const int stale = FAULT(ARMS_BEFORE_TAKING);
    if (stale)
        memcpy(me->tx, me->memory, BYTES);
    if (me->receiving)
        take_received();
    if (!stale && !(FAULT(TX_ARMED_ONCE) && me->transfers > 0))
        memcpy(me->tx, me->memory, BYTES);
    me->armed = 1;
    if (me->waiting && !FAULT(FORGETS_WAITING))
        ask_for(errors_and_events); /* ADDR is still there, and interrupts again */
    me->waiting = 0;
    if (UNARMED_NACKS)
        set_control(1);
}

static int is_done(void)
{
    if (FAULT(ARMED_ONCE) && me->transfers > 0)
        return 0;
    return !me->armed && !me->active;
}

/* Two passes: what it does before it arms takes its time, and the interrupt finds the buffers as
 * they are until then. */
static uint64_t main_loop(void *unused)
{
    (void)unused;
    if (!is_done())
        return I2CPROOF_SLEEP;
    me->working = !me->working;
    if (me->working)
        return I2CPROOF_US(FAULT(ARMED_LATE) ? 400 : ARM_US);
    arm();
    return I2CPROOF_US(2);
}

static void init(void *state)
{
    me = state;
    arm();
    i2cproof_i2c_write(I2CPROOF_I2C_OAR1, FAULT(EIGHT_BIT_ADDRESS) ? ADDRESS : ADDRESS << 1);
    if (FAULT(SECOND_ADDRESS))
        i2cproof_i2c_write(I2CPROOF_I2C_OAR2, (ADDRESS + 1) << 1 | I2CPROOF_I2C_ENDUAL);
    ask_for(errors_and_events);
    set_control(1);
    i2cproof_state("idle");
}

static const i2cproof_variable variables[] = {
    I2CPROOF_MEMBER_ARRAY(prearmed, memory), I2CPROOF_MEMBER(prearmed, armed),
    I2CPROOF_MEMBER(prearmed, rx_count), I2CPROOF_MEMBER(prearmed, tx_index)};

I2CPROOF_SLAVE(I2CPROOF_STATE(prearmed), .init = init, .main_loop = main_loop, .vectors = vectors,
               .vector_count = I2CPROOF_COUNT(vectors), .variables = variables,
               .variable_count = I2CPROOF_COUNT(variables), .entry_time = I2CPROOF_NS(200),
               .input_filter = I2CPROOF_NS(50) /* its analog filter */);

/* The slave side of the USI (data sheet ATtiny25/45/85, chapter 15). Times are those of an ATtiny85
 * at 8 MHz. */
#include "usi_slave.h"

enum { START_VECTOR, OVERFLOW_VECTOR };
enum { COUNT_BYTE = 0, COUNT_ACK = 14, COUNT_ONE_EDGE = 15 };

static const uint32_t all_flags = I2CPROOF_USI_START | I2CPROOF_USI_OVERFLOW | I2CPROOF_USI_STOP;

typedef enum {
    IDLE,
    WAIT_FOR_SCL, /* the fall that ends START is still to come */
    ADDRESS,
    SEND_BYTE,   /* an ACK clock is over: the next byte goes out */
    RELEASE_ACK, /* a byte has gone out: the ACK clock is the master's */
    READ_ACK,    /* the master has answered */
    RECEIVE,     /* an ACK clock is over: the next byte comes in */
    ACKNOWLEDGE  /* a byte has come in */
} usi_state;

static usi_state state;
static uint8_t own_addr7;

static void enter(usi_state next)
{
    static const char *const names[] = {"idle",        "start",    "address", "send",
                                        "release ack", "read ack", "receive", "acknowledge"};
    state = next;
    i2cproof_state(names[next]);
}

/* Off the bus until the next START: SDA released, SCL held after START alone. */
static void drop_out(void)
{
    enter(IDLE);
    i2cproof_usi_sda(0);
    i2cproof_enable(OVERFLOW_VECTOR, 0);
    i2cproof_usi_mode(I2CPROOF_USI_HOLD_START);
    i2cproof_addressed(0);
}

/* ---- START ---- */

/* The counter counts the SCL fall that ends START, too. It must be cleared after that fall, or the
 * whole transfer is one edge out of step. */
static void await_address(void)
{
    enter(ADDRESS);
    i2cproof_at(I2CPROOF_US(2));
    i2cproof_usi_status(all_flags, COUNT_BYTE);
    i2cproof_usi_mode(I2CPROOF_USI_HOLD_OVERFLOW);
    i2cproof_enable(OVERFLOW_VECTOR, I2CPROOF_ON_USI_OVERFLOW);
}

/* The master takes its time: let the counter wait for the fall instead of this routine. */
static void await_fall(void)
{
    enter(WAIT_FOR_SCL);
    i2cproof_usi_status(all_flags, COUNT_ONE_EDGE);
    i2cproof_usi_mode(I2CPROOF_USI_HOLD_OVERFLOW);
    i2cproof_enable(OVERFLOW_VECTOR, I2CPROOF_ON_USI_OVERFLOW);
}

static uint64_t on_start(void *unused)
{
    (void)unused;
    const unsigned turns = i2cproof_phase();
    if (turns == 0)
        i2cproof_usi_sda(0);
    if (!i2cproof_level(I2CPROOF_SCL) || FAULT(COUNTS_FROM_START)) {
        await_address();
        return I2CPROOF_US(3);
    }
    if (i2cproof_level(I2CPROOF_SDA)) { /* a STOP came instead */
        drop_out();
        i2cproof_usi_status(all_flags, COUNT_BYTE);
        return I2CPROOF_US(1);
    }
    if (FAULT(WAITS_FOR_EVER))
        return I2CPROOF_AGAIN(1, I2CPROOF_NS(500));
    if (turns < 100)
        return I2CPROOF_AGAIN(turns + 1, I2CPROOF_NS(500));
    await_fall();
    return I2CPROOF_US(1);
}

/* ---- the end of each group of clocks; SCL is held ---- */

static void send_ack(usi_state next)
{
    enter(next);
    i2cproof_usi_data(0x00);
    i2cproof_usi_sda(1);
    i2cproof_at(I2CPROOF_US(4));
    i2cproof_usi_status(I2CPROOF_USI_OVERFLOW, COUNT_ACK);
}

static void address_complete(uint8_t byte)
{
    const bool read = (byte & 1) != 0;
    if (byte != 0 && byte >> 1 != own_addr7) {
        drop_out();
        i2cproof_usi_status(I2CPROOF_USI_OVERFLOW, COUNT_BYTE);
        return;
    }
    i2cproof_addressed(1);
    I2CSlave_TransmissionStart(read);
    send_ack(read ? SEND_BYTE : RECEIVE);
}

static void send_byte(void)
{
    enter(RELEASE_ACK);
    i2cproof_usi_data(I2CSlave_DataRequest());
    i2cproof_usi_sda(1);
    i2cproof_at(I2CPROOF_US(4));
    i2cproof_usi_status(I2CPROOF_USI_OVERFLOW, COUNT_BYTE);
}

static void release_ack(void)
{
    enter(READ_ACK);
    i2cproof_usi_sda(0);
    i2cproof_usi_data(0x00);
    i2cproof_at(I2CPROOF_US(4));
    i2cproof_usi_status(I2CPROOF_USI_OVERFLOW, COUNT_ACK);
}

static void read_ack(void)
{
    if ((i2cproof_usi_read() & 1) && !FAULT(LOADS_BEFORE_ACK)) {
        drop_out();
        i2cproof_usi_status(I2CPROOF_USI_OVERFLOW, COUNT_BYTE);
        return;
    }
    send_byte();
}

static void receive(void)
{
    enter(ACKNOWLEDGE);
    i2cproof_usi_sda(0);
    i2cproof_at(I2CPROOF_US(4));
    i2cproof_usi_status(I2CPROOF_USI_OVERFLOW, COUNT_BYTE);
}

static uint64_t on_overflow(void *unused)
{
    (void)unused;
    const uint8_t data = i2cproof_usi_read();
    i2cproof_at(I2CPROOF_US(1));
    switch (state) {
    case WAIT_FOR_SCL:
        await_address();
        break;
    case ADDRESS:
        address_complete(data);
        break;
    case SEND_BYTE:
        send_byte();
        break;
    case RELEASE_ACK:
        release_ack();
        break;
    case READ_ACK:
        read_ack();
        break;
    case RECEIVE:
        receive();
        break;
    case ACKNOWLEDGE:
        I2CSlave_DataReceived(data);
        send_ack(RECEIVE);
        break;
    case IDLE:
        drop_out();
        i2cproof_usi_status(I2CPROOF_USI_OVERFLOW, COUNT_BYTE);
        break;
    }
    return I2CPROOF_US(5);
}

const i2cproof_vector usi_slave_vectors[USI_SLAVE_VECTORS] = {
    {"USI_START", I2CPROOF_ON_USI_START, on_start, 0, I2CPROOF_BY_NONE},
    {"USI_OVF", I2CPROOF_ON_USI_OVERFLOW, on_overflow, 1, I2CPROOF_BY_NONE},
};

/* The USI has no interrupt for STOP: the flag is looked at while a transfer is open. */
uint64_t usi_slave_main(void *unused)
{
    (void)unused;
    if (state == IDLE)
        return I2CPROOF_SLEEP;
    if (i2cproof_usi_flags() & I2CPROOF_USI_STOP) {
        drop_out();
        return I2CPROOF_US(1);
    }
    return I2CPROOF_US(10);
}

void I2CSlave_SetI2CAddress(uint8_t addr7)
{
    own_addr7 = addr7;
}

void I2CSlave_Initialise(uint8_t addr7)
{
    I2CSlave_SetI2CAddress(addr7);
    drop_out();
    i2cproof_usi_status(all_flags, COUNT_BYTE);
}

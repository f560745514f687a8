/* The slave side of the TWI (data sheet ATmega48A to 328P, chapter 22). Times are those of an
 * ATmega328P at 16 MHz. */
#include "twi_slave.h"

#include "../fault.h"

/* Status codes of TWSR. */
enum {
    BUS_ERROR = 0x00,
    OWN_WRITE = 0x60,
    OWN_WRITE_ARBITRATION_LOST = 0x68,
    CALL = 0x70,
    CALL_ARBITRATION_LOST = 0x78,
    DATA_ACKED = 0x80,
    DATA_NACKED = 0x88,
    CALL_DATA_ACKED = 0x90,
    CALL_DATA_NACKED = 0x98,
    STOPPED = 0xA0,
    OWN_READ = 0xA8,
    OWN_READ_ARBITRATION_LOST = 0xB0,
    SENT_ACKED = 0xB8,
    SENT_NACKED = 0xC0,
    LAST_ACKED = 0xC8
};

static twi_slave *me;

/* TWINT is cleared last in the routine, 4 us behind its entry: SCL goes on then. */
static void go_on(uint8_t bits)
{
    const uint8_t value = I2CPROOF_TWEN | I2CPROOF_TWIE | I2CPROOF_TWINT | bits;
    i2cproof_at(I2CPROOF_US(4));
    i2cproof_twi_write(I2CPROOF_TWCR, value);
    if (FAULT(CLEARS_TWICE)) {
        i2cproof_at(I2CPROOF_US(16));
        i2cproof_twi_write(I2CPROOF_TWCR, value);
    }
}

static void acknowledge(int on)
{
    go_on(on ? I2CPROOF_TWEA : 0);
}

/* ---- a write ---- */

static void begin_receive(void)
{
    me->receiving = 1;
    if (!FAULT(RX_KEEPS_COUNT))
        me->rx_count = 0;
    if (FAULT(STORES_ADDRESS))
        me->rx[me->rx_count++] = i2cproof_twi_read(I2CPROOF_TWDR);
    i2cproof_state("receive");
    i2cproof_addressed(1);
    acknowledge(!(FAULT(NACK_LEAKS) && me->refused));
    me->refused = 0;
}

static void store(uint8_t byte)
{
    const uint8_t room = FAULT(OVERRUN_BY_ONE) ? TWI_SLAVE_BYTES + 1 : TWI_SLAVE_BYTES;
    if (FAULT(INDEX_WRAPS))
        me->rx_count %= TWI_SLAVE_BYTES;
    if (me->rx_count < room)
        me->rx[me->rx_count++] = byte;
    if (FAULT(STORES_TWICE) && me->rx_count < room)
        me->rx[me->rx_count++] = byte;
}

/* TWEA decides about the byte that comes next: not acknowledged once the buffer is full. */
static void receive(void)
{
    const int had_room = me->rx_count < TWI_SLAVE_BYTES;
    store(i2cproof_twi_read(I2CPROOF_TWDR));
    if (FAULT(ALWAYS_ACKS) || FAULT(INDEX_WRAPS) || FAULT(OVERRUN_BY_ONE))
        acknowledge(1);
    else
        acknowledge(FAULT(ACK_LATE) ? had_room : me->rx_count < TWI_SLAVE_BYTES);
}

/* ---- a read ---- */

static uint8_t next_byte(void)
{
    if (me->tx_index < me->tx_count)
        return me->tx[me->tx_index++];
    return FAULT(FILLS_WITH_ONES) ? 0xFF : me->tx[me->tx_count - 1];
}

static void send(void)
{
    const uint8_t byte = next_byte();
    i2cproof_at(FAULT(LOADS_LATE) ? I2CPROOF_US(5) : I2CPROOF_US(3));
    i2cproof_twi_write(I2CPROOF_TWDR, byte);
    acknowledge(!(FAULT(LAST_TOO_EARLY) && me->tx_index == 2));
}

static void request(void)
{
    me->tx_index = 0;
    me->tx_count = twi_slave_requested(me->tx);
}

static void begin_send(void)
{
    if (FAULT(TX_GOES_ON) || FAULT(READ_STAYS_OPEN) ? !me->sending || me->tx_count == 0
                                                    : !FAULT(LOADS_AHEAD))
        request();
    me->sending = 1;
    i2cproof_state("send");
    i2cproof_addressed(1);
    send();
}

/* ---- the end of a segment ---- */

static int is_bus_free(void)
{
    return i2cproof_level(I2CPROOF_SDA);
}

static void deliver(void)
{
    if (FAULT(ENDS_AT_STOP_ALONE) && !is_bus_free())
        return;
    if (FAULT(ENDS_AT_RESTART_ALONE) && is_bus_free())
        return;
    const uint8_t count = me->rx_count;
    twi_slave_received(me->rx, FAULT(LOSES_LAST_BYTE) && count > 0 ? (uint8_t)(count - 1) : count);
}

static void end_segment(void)
{
    if (FAULT(LOADS_AHEAD))
        request();
    if (me->receiving && !FAULT(MISSES_STOP))
        deliver();
    me->receiving = 0;
    if (!FAULT(READ_STAYS_OPEN) && !FAULT(TX_GOES_ON))
        me->sending = 0;
    i2cproof_state("idle");
    i2cproof_addressed(0);
}

static void stopped(void)
{
    end_segment();
    if (FAULT(READ_STAYS_OPEN))
        me->sending = 0;
    if (FAULT(STOPS_ITSELF))
        go_on(I2CPROOF_TWEA | I2CPROOF_TWSTO);
    else
        acknowledge(!FAULT(DEAF_AFTER_STOP));
}

static void refused(void)
{
    me->refused = 1;
    end_segment();
    acknowledge(!FAULT(DEAF_AFTER_NACK));
}

static void sent_last(void)
{
    end_segment();
    acknowledge(!FAULT(DEAF_AFTER_READ));
}

static void recover(void)
{
    if (FAULT(BUS_ERROR_STAYS))
        return;
    if (!FAULT(BUS_ERROR_KEEPS_SEGMENT))
        end_segment();
    if (FAULT(NO_BUS_ERROR_CASE))
        acknowledge(1);
    else
        go_on(FAULT(DEAF_AFTER_BUS_ERROR) ? I2CPROOF_TWSTO : I2CPROOF_TWEA | I2CPROOF_TWSTO);
}

/* ---- the interrupt ---- */

static uint64_t on_twi(void *unused)
{
    (void)unused;
    switch (i2cproof_twi_read(I2CPROOF_TWSR)) {
    case OWN_WRITE:
    case OWN_WRITE_ARBITRATION_LOST:
    case CALL:
    case CALL_ARBITRATION_LOST:
        begin_receive();
        break;
    case DATA_ACKED:
    case CALL_DATA_ACKED:
        receive();
        break;
    case DATA_NACKED: /* no status comes at the STOP behind it */
    case CALL_DATA_NACKED:
        if (FAULT(FREEZES_WHEN_FULL))
            return I2CPROOF_US(5);
        refused();
        break;
    case STOPPED:
        stopped();
        break;
    case SENT_NACKED:
    case LAST_ACKED:
        sent_last();
        break;
    case OWN_READ:
    case OWN_READ_ARBITRATION_LOST:
        if (FAULT(WAITS_FOR_PROGRAM)) /* which cannot run */
            return I2CPROOF_AGAIN(1, I2CPROOF_MS(1));
        if (FAULT(NO_READ_CASE))
            acknowledge(1);
        else
            begin_send();
        break;
    case SENT_ACKED:
        if (FAULT(REQUEST_PER_BYTE))
            request();
        send();
        break;
    case BUS_ERROR:
        recover();
        break;
    default:
        acknowledge(1);
        break;
    }
    return FAULT(SLOW_CALLBACK) ? I2CPROOF_US(500) : I2CPROOF_US(5);
}

const i2cproof_vector twi_slave_vectors[1] = {
    {"TWI", I2CPROOF_ON_TWI, on_twi, 0, I2CPROOF_BY_NONE},
};

void twi_slave_init(twi_slave *self, uint8_t addr7)
{
    me = self;
    const uint8_t address = FAULT(EIGHT_BIT_ADDRESS) ? addr7 : (uint8_t)(addr7 << 1);
    i2cproof_twi_write(I2CPROOF_TWAR, FAULT(ACKS_CALL) ? address | 1 : address);
    i2cproof_twi_write(I2CPROOF_TWAMR, FAULT(LOOSE_MASK) ? 0x08 : 0x00);
    i2cproof_twi_write(I2CPROOF_TWCR, I2CPROOF_TWEN | I2CPROOF_TWIE | I2CPROOF_TWEA);
    i2cproof_state("idle");
}

/* The slave side of the TWI (data sheet ATmega48A to 328P, chapter 22). Times are those of an
 * ATmega328P at 16 MHz. */
#include "twi_slave.h"

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
    i2cproof_at(I2CPROOF_US(4));
    i2cproof_twi_write(I2CPROOF_TWCR, I2CPROOF_TWEN | I2CPROOF_TWIE | I2CPROOF_TWINT | bits);
}

static void acknowledge(int on)
{
    go_on(on ? I2CPROOF_TWEA : 0);
}

static void begin_receive(void)
{
    me->receiving = 1;
    me->rx_count = 0;
    i2cproof_state("receive");
    i2cproof_addressed(1);
    acknowledge(1);
}

/* TWEA decides about the byte that comes next: not acknowledged once the buffer is full. */
static void receive(void)
{
    if (me->rx_count < TWI_SLAVE_BYTES)
        me->rx[me->rx_count++] = i2cproof_twi_read(I2CPROOF_TWDR);
    acknowledge(me->rx_count < TWI_SLAVE_BYTES);
}

static void end_segment(void)
{
    if (me->receiving)
        twi_slave_received(me->rx, me->rx_count);
    me->receiving = 0;
    me->sending = 0;
    i2cproof_state("idle");
    i2cproof_addressed(0);
}

static void send(void)
{
    const uint8_t at = me->tx_index < me->tx_count ? me->tx_index++ : (uint8_t)(me->tx_count - 1);
    i2cproof_at(I2CPROOF_US(3));
    i2cproof_twi_write(I2CPROOF_TWDR, me->tx[at]);
    acknowledge(1);
}

static void begin_send(void)
{
    me->sending = 1;
    me->tx_index = 0;
    me->tx_count = twi_slave_requested(me->tx);
    i2cproof_state("send");
    i2cproof_addressed(1);
    send();
}

static void recover(void)
{
    end_segment();
    go_on(I2CPROOF_TWEA | I2CPROOF_TWSTO);
}

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
    case STOPPED:
    case SENT_NACKED:
    case LAST_ACKED:
        end_segment();
        acknowledge(1);
        break;
    case OWN_READ:
    case OWN_READ_ARBITRATION_LOST:
        begin_send();
        break;
    case SENT_ACKED:
        send();
        break;
    case BUS_ERROR:
        recover();
        break;
    default:
        acknowledge(1);
        break;
    }
    return I2CPROOF_US(5);
}

const i2cproof_vector twi_slave_vectors[1] = {
    {"TWI", I2CPROOF_ON_TWI, on_twi, 0, I2CPROOF_BY_NONE},
};

void twi_slave_init(twi_slave *self, uint8_t addr7)
{
    me = self;
    i2cproof_twi_write(I2CPROOF_TWAR, (uint8_t)(addr7 << 1));
    i2cproof_twi_write(I2CPROOF_TWCR, I2CPROOF_TWEN | I2CPROOF_TWIE | I2CPROOF_TWEA);
    i2cproof_state("idle");
}

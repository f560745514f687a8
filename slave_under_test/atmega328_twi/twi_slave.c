/* Data sheet ATmega48A to 328P, 22.7: what is done with each status of the slave modes. */
#include "twi_slave.h"

#include "../fault.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/twi.h>

static void go_on(uint8_t bits)
{
    TWCR = (uint8_t)(_BV(TWINT) | _BV(TWEN) | _BV(TWIE) | bits);
}

ISR(TWI_vect)
{
    switch (TW_STATUS) {
    case TW_SR_SLA_ACK:
    case TW_SR_ARB_LOST_SLA_ACK:
        twi_slave_begins(false);
        go_on(_BV(TWEA));
        break;
    case TW_SR_DATA_ACK:
        twi_slave_received(TWDR);
        go_on(_BV(TWEA));
        break;
    case TW_ST_SLA_ACK:
    case TW_ST_ARB_LOST_SLA_ACK:
        twi_slave_begins(true);
        TWDR = twi_slave_requested();
        go_on(_BV(TWEA));
        break;
    case TW_ST_DATA_ACK:
        if (FAULT(LOADS_BEHIND_TWINT))
            go_on(_BV(TWEA));
        TWDR = twi_slave_requested();
        go_on(_BV(TWEA));
        break;
    case TW_SR_STOP: /* or a repeated START */
    case TW_ST_DATA_NACK:
    case TW_ST_LAST_DATA:
    case TW_SR_DATA_NACK:
        twi_slave_ends();
        go_on(FAULT(DEAF_AFTER_READ) && TW_STATUS == TW_ST_DATA_NACK ? 0 : _BV(TWEA));
        break;
    case TW_BUS_ERROR: /* both lines are let go, and no STOP is made */
        twi_slave_ends();
        go_on(FAULT(BUS_ERROR_STAYS) ? _BV(TWEA) : (uint8_t)(_BV(TWEA) | _BV(TWSTO)));
        break;
    default:
        go_on(_BV(TWEA));
        break;
    }
}

void twi_slave_init(uint8_t addr7)
{
    TWAR = (uint8_t)(addr7 << 1);
    TWAMR = 0;
    TWCR = (uint8_t)(_BV(TWEN) | _BV(TWIE) | _BV(TWEA));
}

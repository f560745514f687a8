/* One byte: what was written last is what is read. */
#include "usi_slave.h"

#include <avr/interrupt.h>

static volatile uint8_t value;

void I2CSlave_TransmissionStart(bool read)
{
    (void)read;
}

uint8_t I2CSlave_DataRequest(void)
{
    return value;
}

void I2CSlave_DataReceived(uint8_t byte)
{
    value = byte;
}

int main(void)
{
    I2CSlave_Initialise(0x26);
    sei();
    for (;;)
        I2CSlave_Poll();
}

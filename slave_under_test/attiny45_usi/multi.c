/* Four bytes: the index begins at 0 with each START, and stays at the last one. */
#include "usi_slave.h"

#include <avr/interrupt.h>

enum { BYTES = 4 };

static uint8_t at;
static uint8_t buffer[BYTES];

void I2CSlave_TransmissionStart(bool read)
{
    (void)read;
    at = 0;
}

static void step(void)
{
    if (at < BYTES - 1)
        at++;
}

uint8_t I2CSlave_DataRequest(void)
{
    const uint8_t byte = buffer[at];
    step();
    return byte;
}

void I2CSlave_DataReceived(uint8_t byte)
{
    buffer[at] = byte;
    step();
}

int main(void)
{
    I2CSlave_Initialise(0x27);
    sei();
    for (;;)
        I2CSlave_Poll();
}

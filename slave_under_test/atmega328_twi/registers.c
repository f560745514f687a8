/* Sixteen registers behind a pointer: 0 says who it is, the others keep what is written. */
#include "twi_slave.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

enum { REGISTERS = 16, WHO_AM_I = 0xA5 };

static uint8_t value[REGISTERS] = {WHO_AM_I};
static uint8_t pointer;
static bool pointer_comes;

void twi_slave_begins(bool read)
{
    pointer_comes = !read;
}

static void step(void)
{
    pointer = (uint8_t)((pointer + 1) % REGISTERS);
}

void twi_slave_received(uint8_t byte)
{
    if (pointer_comes) {
        pointer = byte % REGISTERS;
        pointer_comes = false;
        return;
    }
    if (pointer != 0)
        value[pointer] = byte;
    step();
}

uint8_t twi_slave_requested(void)
{
    const uint8_t byte = value[pointer];
    step();
    return byte;
}

void twi_slave_ends(void)
{
    pointer_comes = false;
}

int main(void)
{
    twi_slave_init(0x2A);
    sei();
    for (;;)
        sleep_mode();
}

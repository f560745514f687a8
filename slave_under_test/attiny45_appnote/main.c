#include "twi_slave.h"

#include <avr/interrupt.h>

int main(void)
{
    twi_slave_init(0x28);
    sei();
    for (;;)
        twi_slave_poll();
}

#include "slave_under_test/stop.h"

__attribute__((noinline, used)) void slave_stop(void)
{
    __asm__ volatile("" ::: "memory"); // or the calls would be left out
}

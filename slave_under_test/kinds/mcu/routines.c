#include "slave_under_test/kinds/mcu/routines.h"

void firmware_routines_load(firmware_routines *r, const slave_load *load)
{
    r->burdened = load->latencies > 0 || load->irq_off_ps > 0 || load->isr_load_ps > 0 ||
                  load->main_stall_ps > 0 || load->cpu_hz > 0;
}

void firmware_routines_entered(firmware_routines *r, unsigned vector, uint64_t latency_ps)
{
    slave_routine *one = &r->of[vector];
    one->entries++;
    if (!r->burdened && latency_ps > one->latency_max_ps)
        one->latency_max_ps = latency_ps;
}

void firmware_routines_left(firmware_routines *r, unsigned vector, uint64_t length_ps)
{
    slave_routine *one = &r->of[vector];
    one->length_sum_ps += length_ps;
    if (!r->burdened && length_ps > one->length_max_ps)
        one->length_max_ps = length_ps;
}

int firmware_routines_vector(const firmware_routines *r, unsigned i)
{
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++)
        if (r->of[v].entries > 0 && i-- == 0)
            return (int)v;
    return -1;
}

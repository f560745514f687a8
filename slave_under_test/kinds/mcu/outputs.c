#include "slave_under_test/kinds/mcu/outputs.h"

#include <string.h>

static void put_out(void *ctx, uint64_t now_ps)
{
    firmware_output *out = ctx;
    firmware_outputs *o = out->all;
    out->move.at_ps = now_ps;
    firmware_moves_add(&o->moves, out->line, &out->move);
    i2c_node_set(o->sim, o->node, out->line, out->drive);
}

void firmware_outputs_init(firmware_outputs *o, i2c_sim *sim, i2c_node node)
{
    memset(o, 0, sizeof *o);
    o->sim = sim;
    o->node = node;
    for (unsigned line = 0; line < 2; line++)
        o->output[line] = (firmware_output){
            .all = o, .line = (i2c_line)line, .timer = {put_out, &o->output[line], false}};
}

void firmware_outputs_drive(firmware_outputs *o, i2c_line line, i2c_drive drive, uint64_t after_ps,
                            const firmware_move *move)
{
    firmware_output *out = &o->output[line];
    out->drive = drive;
    out->move = *move;
    i2c_timer_set(o->sim, &out->timer, i2c_sim_now_ps(o->sim) + after_ps);
}

void firmware_outputs_let_go(firmware_outputs *o)
{
    for (unsigned line = 0; line < 2; line++) {
        i2c_timer_cancel(o->sim, &o->output[line].timer);
        i2c_node_release(o->sim, o->node, (i2c_line)line);
    }
}

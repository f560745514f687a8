// The example of libvcd's README, and its file read back. Exits 0 when the change came through.

#include "vcd/vcd.h"

#include <stdio.h>

static int give_up(const char *text)
{
    (void)fprintf(stderr, "uses_vcd: %s\n", text);
    return 1;
}

static bool count_change(void *ctx, vcd_signal signal, const vcd_value *value)
{
    (void)signal;
    *(int *)ctx += value->value == 0;
    return true;
}

static int write_file(const char *path)
{
    vcd_writer *w;
    vcd_error error;
    vcd_signal scl;
    const vcd_writer_config config = {.timescale = 1, .unit = VCD_NS, .version = "my tool 1.0"};
    if (vcd_writer_open_path(&w, path, &config, &error) != VCD_OK)
        return give_up(error.text);
    vcd_writer_scope(w, VCD_SCOPE_MODULE, "bus");
    if (vcd_writer_var(w, &(vcd_var){.type = VCD_VAR_WIRE, .width = 1, .name = "SCL"}, &scl) !=
        VCD_OK)
        return give_up(vcd_writer_error(w)->text);
    vcd_writer_upscope(w);
    vcd_writer_bit(w, scl, VCD_1);
    vcd_writer_start(w, 0);
    vcd_writer_time(w, 4700);
    vcd_writer_bit(w, scl, VCD_0);
    if (vcd_writer_finish(w) != VCD_OK)
        return give_up(vcd_writer_error(w)->text);
    vcd_writer_free(w);
    return 0;
}

int main(int argc, char **argv)
{
    int lows = 0;
    vcd_reader *r;
    const vcd_reader_config config = {.ctx = &lows, .on_change = count_change};
    if (argc != 2 || write_file(argv[1]) != 0)
        return 1;
    if (vcd_reader_new(&r, &config) != VCD_OK || vcd_reader_read_path(r, argv[1]) != VCD_OK)
        return give_up("cannot read back");
    vcd_reader_free(r);
    return lows == 1 ? 0 : give_up("the change was lost");
}

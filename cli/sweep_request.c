// What the command line asks a sweep for, and whether the slave has it.
#include "cli/console.h"
#include "cli/sweep.h"
#include "models/masters/quantity.h"
#include "sim/nearest.h"

#include <stdio.h>
#include <string.h>

enum { VECTORS_MAX = 64 };

static bool read_what(sweep_request *request, const cli_options *options)
{
    const char *names[SWEEP_WHAT_COUNT];
    for (unsigned i = 0; i < SWEEP_WHAT_COUNT; i++)
        names[i] = sweep_what_word((sweep_what)i);
    const char *word = options->word_count > 0 ? options->words[0] : "";
    if (options->word_count >= 2 && sweep_what_read(word, &request->what))
        return true;
    const char *near = i2c_nearest(word, names, SWEEP_WHAT_COUNT);
    if (options->word_count < 2 && (word[0] == '\0' || sweep_what_read(word, &request->what)))
        console_error("sweep needs what to sweep and a slave file: i2cproof sweep latency X.slave");
    else
        console_error("sweep: there is no \"%s\"%s%s%s; latency, main_stall, irq_off, cpu_clock or "
                      "speed",
                      word, near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
                      near == NULL ? "" : "?");
    return false;
}

static bool read_end(sweep_request *request, const cli_options *options)
{
    const bool time = sweep_is_time(request->what);
    if (options->up_to != NULL &&
        (!quantity_read(options->up_to, time ? QUANTITY_TIME : QUANTITY_FREQUENCY,
                        &request->up_to) ||
         request->up_to == 0)) {
        console_error("--up-to: \"%s\" is no %s", options->up_to,
                      time ? "time such as 100us" : "frequency such as 400k");
        return false;
    }
    const uint64_t most = time ? I2C_PS_PER_S : UINT32_MAX;
    if (request->up_to > most) {
        console_error("--up-to: at most %s", time ? "1s" : "4 GHz");
        return false;
    }
    if (options->resolution == NULL)
        return true;
    if (!time) {
        console_error("--resolution: clocks are found to three digits");
        return false;
    }
    if (quantity_read(options->resolution, QUANTITY_TIME, &request->resolution_ps) &&
        request->resolution_ps >= I2C_PS_PER_NS)
        return true;
    console_error("--resolution: \"%s\" is no time of 1ns or more", options->resolution);
    return false;
}

/// NAME:TIME/EVERY
static bool read_isr(sweep_request *request, const char *text)
{
    slave_load *load = &request->load;
    char time[SWEEP_NAME_BYTES];
    const size_t name = strcspn(text, ":");
    const char *rest = text[name] == ':' ? text + name + 1 : "";
    const size_t length = strcspn(rest, "/");
    if (name > 0 && name < sizeof load->isr_load_vector && rest[length] == '/' &&
        length < sizeof time) {
        snprintf(load->isr_load_vector, sizeof load->isr_load_vector, "%.*s", (int)name, text);
        snprintf(time, sizeof time, "%.*s", (int)length, rest);
        if (quantity_read(time, QUANTITY_TIME, &load->isr_load_ps) &&
            quantity_read(rest + length + 1, QUANTITY_TIME, &load->isr_load_every_ps) &&
            load->isr_load_ps > 0 && load->isr_load_every_ps > load->isr_load_ps)
            return true;
    }
    console_error(
        "--isr: \"%s\" is no NAME:TIME/EVERY such as TIMER0_OVF:4us/1ms, shorter than its "
        "period",
        text);
    return false;
}

bool sweep_request_read(sweep_request *request, const cli_options *options)
{
    *request = (sweep_request){.what = SWEEP_LATENCY};
    if (!read_what(request, options) || !read_end(request, options))
        return false;
    if (options->vector != NULL && request->what != SWEEP_LATENCY) {
        console_error("--vector: only a latency is one of an interrupt");
        return false;
    }
    if (options->map != NULL && request->what != SWEEP_LATENCY) {
        console_error("--map: drawn for sweep latency");
        return false;
    }
    if (options->vector != NULL && strlen(options->vector) >= sizeof request->vector) {
        console_error("--vector: no interrupt has a name as long as that");
        return false;
    }
    if (options->vector != NULL)
        snprintf(request->vector, sizeof request->vector, "%s", options->vector);
    return options->isr == NULL || read_isr(request, options->isr);
}

static unsigned vectors_of(const lineup_slave *slave, const char *names[VECTORS_MAX])
{
    unsigned count = 0;
    while (count < VECTORS_MAX &&
           (names[count] = slave_vector(slave->adapter, slave->image, count)) != NULL)
        count++;
    return count;
}

static bool has_vector(const sweep_request *request, const lineup_slave *slave)
{
    const char *names[VECTORS_MAX];
    char known[256] = "";
    size_t used = 0;
    const unsigned count = vectors_of(slave, names);
    if (count == 0) {
        console_error("%s: the slave has no interrupt routine that could come late; what its main "
                      "loop stands is told by i2cproof sweep main_stall",
                      slave->path);
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        if (request->vector[0] == '\0' || strcmp(names[i], request->vector) == 0)
            return true;
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, " %s", names[i]);
    }
    const char *near = i2c_nearest(request->vector, names, count);
    console_error("%s: the slave has no interrupt \"%s\"%s%s%s; known:%s", slave->path,
                  request->vector, near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
                  near == NULL ? "" : "?", known);
    return false;
}

bool sweep_applies(const sweep_request *request, const lineup_slave *slave)
{
    if (request->what == SWEEP_LATENCY || request->what == SWEEP_IRQ_OFF)
        return has_vector(request, slave);
    if (request->what != SWEEP_CPU_CLOCK ||
        (slave->adapter->cpu_hz != NULL && slave->adapter->cpu_hz(slave->image) != 0))
        return true;
    console_error("%s: a slave of kind %s has no CPU clock: its routines say themselves how long "
                  "they take. Firmware that runs on a part (kind firmware or avr, with its mcu) "
                  "has one",
                  slave->path, slave->adapter->name);
    return false;
}

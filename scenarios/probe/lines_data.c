// What was learned about data, as lines.
#include "scenarios/probe/say.h"
#include "scenarios/probe/say_data.h"

#include <stdio.h>
#include <string.h>

/// A model in C may say anything; what the wire shows does not contradict it.
static bool form_agrees(const slave_description *slave, slave_data_form seen)
{
    return slave->data.form == seen || slave->data.form == SLAVE_DATA_MODEL;
}

static bool value_agrees(bool declared, uint8_t value, bool seen, uint8_t seen_value)
{
    return !declared || !seen || value == seen_value;
}

// ---- without a pointer --------------------------------------------------------------------------

static void say_echo(probe_line *line, const probe_data *data, const slave_description *slave)
{
    say_text(line, "echo initial 0x%02X", data->initial_value);
    say_how(line, "each read gives the last byte written, after reset 0x%02X", data->initial_value);
    say_stand(line, slave,
              form_agrees(slave, SLAVE_DATA_ECHO) &&
                  value_agrees(slave->data.initial_known, slave->data.initial_value,
                               data->initial_known, data->initial_value));
}

static void say_buffer(probe_line *line, const probe_data *data, const slave_description *slave)
{
    const bool same_end = slave->data.form != SLAVE_DATA_BUFFER || !data->end_known ||
                          slave->data.wrap == data->wraps;
    const bool same_size =
        slave->data.form != SLAVE_DATA_BUFFER || slave->data.size_bytes == data->size_bytes;
    say_text(line, "buffer %u %s initial 0x%02X", data->size_bytes, data->wraps ? "wrap" : "clamp",
             data->initial_value);
    say_how(line, "%u bytes come back, each read begins with the first; behind them %s",
            data->size_bytes,
            !data->end_known ? "other ones"
            : data->wraps    ? "the first again"
                             : "the last again");
    say_stand(line, slave,
              form_agrees(slave, SLAVE_DATA_BUFFER) && same_size && same_end &&
                  value_agrees(slave->data.initial_known, slave->data.initial_value,
                               data->initial_known, data->initial_value));
}

/// A queue that passes bytes on while it is written to may take a few more than it holds.
static void say_queue(probe_line *line, const probe_data *data, const slave_description *slave)
{
    const bool same_size =
        slave->data.form != SLAVE_DATA_QUEUE || slave->data.size_bytes <= data->size_bytes;
    if (data->empty_known)
        say_text(line, "queue %u empty 0x%02X", data->size_bytes, data->empty_value);
    else
        say_text(line, "queue %u", data->size_bytes);
    say_how(line, "%u bytes written in one go come back once", data->size_bytes);
    say_stand(line, slave,
              form_agrees(slave, SLAVE_DATA_QUEUE) && same_size &&
                  value_agrees(slave->data.empty_known, slave->data.empty_value, data->empty_known,
                               data->empty_value));
}

/// Frames, streams and opaque bytes look alike from outside.
static void say_untold(probe_line *line, const probe_data *data, const slave_description *slave)
{
    char reads[80] = "reads repeat in no way";
    if (!data->reads_known)
        snprintf(reads, sizeof reads, "it was not read");
    else if (data->read_period == 1)
        snprintf(reads, sizeof reads, "reads give 0x%02X again and again", data->read_value);
    else if (data->read_period > 1)
        snprintf(reads, sizeof reads, "reads repeat after %u bytes", data->read_period);
    say_not_told(line, "");
    say_how(line, "%s, %s: frame, stream or opaque",
            data->asked_bytes > 0 ? "nothing that is written comes back" : "it takes no writes",
            reads);
    const slave_data_form form = slave->data.form;
    const bool comes_back = form == SLAVE_DATA_ECHO || form == SLAVE_DATA_BUFFER ||
                            form == SLAVE_DATA_QUEUE || form == SLAVE_DATA_EEPROM;
    if (line->line != 0 && comes_back && slave->direction == SLAVE_BOTH)
        say_stand(line, slave, false);
}

// ---- with a pointer -----------------------------------------------------------------------------

/// What a line of its own says. Behind the first of the same ones there are none.
static bool is_shown(const probe_data *data, unsigned at)
{
    const probe_register *reg = &data->reg[at];
    if (!reg->taken || (data->repeats_every > 0 && at >= data->repeats_every))
        return false;
    return reg->mask != 0 || reg->busy_ps > 0 ||
           (reg->steady && (data->repeats_every > 0 || reg->reset != data->background));
}

static bool has_wrap(const slave_description *slave, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < slave->data.wrap_count; i++)
        if (slave->data.wraps[i].from == from && slave->data.wraps[i].to == to)
            return true;
    return false;
}

/// A declared wrap from a place from which the pointer was seen to go elsewhere. One that the file
/// leaves out is no contradiction.
static bool wraps_agree(const slave_description *slave, const probe_data *data)
{
    for (unsigned i = 0; i < data->wrap_count; i++)
        for (uint32_t k = 0; k < slave->data.wrap_count; k++)
            if (slave->data.wraps[k].from == data->wrap[i].from &&
                !has_wrap(slave, data->wrap[i].from, data->wrap[i].to))
                return false;
    return true;
}

static bool pointer_agrees(const slave_description *slave, const probe_data *data)
{
    const slave_data *declared = &slave->data;
    return declared->pointer_bytes == data->pointer_bytes &&
           (!data->increment_known || declared->increment == data->increment) &&
           (!data->keeps_known || declared->keeps_pointer == data->keeps_pointer);
}

static void say_registers(probe_line *line, const probe_data *data, const slave_description *slave)
{
    char text[sizeof line->text];
    size_t used = (size_t)snprintf(text, sizeof text, "registers pointer %u%s", data->pointer_bytes,
                                   data->increment ? " increment" : "");
    for (unsigned i = 0; i < data->wrap_count; i++)
        if (is_shown(data, data->wrap[i].from) && is_shown(data, data->wrap[i].to))
            used += (size_t)snprintf(text + used, sizeof text - used, " wrap 0x%02X->0x%02X",
                                     data->wrap[i].from, data->wrap[i].to);
    snprintf(text + used, sizeof text - used, "%s", data->keeps_pointer ? " keeps_pointer" : "");
    say_text(line, "%s", text);
    say_how(line, "what is read hangs on the byte%s written before%s%s",
            data->pointer_bytes == 1 ? "" : "s",
            data->increment_known ? "" : "; whether the pointer moves on is not told",
            data->keeps_known ? "" : "; whether it survives a STOP is not told");
    const bool one_kind =
        form_agrees(slave, SLAVE_DATA_REGISTERS) || slave->data.form == SLAVE_DATA_EEPROM;
    const bool model = slave->data.form == SLAVE_DATA_MODEL;
    say_stand(line, slave,
              model || (one_kind && pointer_agrees(slave, data) && wraps_agree(slave, data)));
}

/// 24cNN is named after its kilobits.
static void say_eeprom(probe_line *line, const probe_data *data, const slave_description *slave)
{
    const slave_data *declared = &slave->data;
    const bool eeprom = declared->form == SLAVE_DATA_EEPROM;
    const slave_current current = data->current_next ? SLAVE_CURRENT_NEXT : SLAVE_CURRENT_PAGE;
    const bool same_current = !data->current_known || !eeprom ||
                              declared->current == SLAVE_CURRENT_UNKNOWN ||
                              declared->current == current;
    say_text(line, "eeprom 24c%02u page %u%s%s", data->memory_bytes / 128, data->page_bytes,
             data->current_known ? " current " : "",
             !data->current_known ? ""
             : data->current_next ? "next"
                                  : "page");
    say_how(line,
            "%u bytes behind a pointer of %u, a write wraps within %u; what protects it is "
            "not told",
            data->memory_bytes, data->pointer_bytes, data->page_bytes);
    say_stand(line, slave,
              declared->form == SLAVE_DATA_MODEL ||
                  (eeprom && declared->size_bytes == data->memory_bytes &&
                   declared->page_bytes == data->page_bytes && same_current));
}

// ---- registers, range by range ------------------------------------------------------------------

static bool alike(const probe_register *a, const probe_register *b)
{
    const bool values = a->mask == 0xFF || a->reset == b->reset;
    return a->mask == b->mask && (a->busy_ps > 0) == (b->busy_ps > 0) && values;
}

static const slave_register *declared_at(const slave_description *slave, unsigned at)
{
    for (uint32_t i = 0; i < slave->data.register_count; i++)
        if (at >= slave->data.registers[i].at.first && at <= slave->data.registers[i].at.last)
            return &slave->data.registers[i];
    return NULL;
}

static bool register_agrees(const slave_register *declared, const probe_register *seen)
{
    if (declared->fifo_bytes > 0 || declared->command)
        return true;
    if (declared->access == SLAVE_RO)
        return seen->mask == 0 &&
               (!declared->reset_known || !seen->steady || declared->reset_value == seen->reset);
    if (declared->access == SLAVE_WO)
        return true;
    return (!declared->scratch || seen->mask == declared->mask) &&
           (!declared->reset_known || !seen->steady || declared->reset_value == seen->reset);
}

static const char *say_kept(const probe_register *reg)
{
    if (reg->busy_ps > 0 && reg->mask == 0)
        return "a write makes it refuse its address";
    if (reg->mask == 0xFF)
        return "keeps every bit that is written";
    return reg->mask != 0 ? "keeps these bits alone" : "reads so after reset, whatever is written";
}

static void stand_of(probe_line *line, const probe_data *data, const slave_description *slave,
                     unsigned first, unsigned last)
{
    if (slave->data.form == SLAVE_DATA_MODEL) {
        line->stand = PROBE_AGREES;
        return;
    }
    for (unsigned at = first; at <= last; at++) {
        const slave_register *declared = declared_at(slave, at);
        if (declared == NULL)
            continue;
        const bool agrees = register_agrees(declared, &data->reg[at]);
        if (line->stand == PROBE_CONTRADICTS)
            return;
        line->line = declared->line;
        say_stand(line, slave, agrees);
        if (!agrees && first != last)
            say_how(line, "%s, unlike 0x%02X in the file", say_kept(&data->reg[at]), at);
    }
}

static void say_range(probe_lines *lines, const probe_data *data, const slave_description *slave,
                      unsigned first, unsigned last)
{
    char time[SAY_TIME_BYTES];
    const probe_register *reg = &data->reg[first];
    probe_line *line = say_fact(lines);
    line->deeper = true;
    line->first = first;
    line->about = SLAVE_KEY_DATA;
    if (first == last)
        snprintf(line->key, sizeof line->key, "0x%02X", first);
    else
        snprintf(line->key, sizeof line->key, "0x%02X..0x%02X", first, last);
    if (reg->busy_ps > 0 && reg->mask == 0)
        say_text(line, "wo command busy %s nack_addr",
                 say_time(say_rounded_up(reg->busy_ps), time));
    else if (reg->mask == 0xFF)
        say_text(line, "rw scratch");
    else if (reg->mask != 0)
        say_text(line, "rw 0x%02X mask 0x%02X scratch", reg->reset, reg->mask);
    else
        say_text(line, "ro 0x%02X", reg->reset);
    say_how(line, "%s", say_kept(reg));
    stand_of(line, data, slave, first, last);
}

static void say_register_lines(probe_lines *lines, const probe_data *data,
                               const slave_description *slave)
{
    enum { LINES_KEPT_FREE = 16 };
    for (unsigned first = 0; first < PROBE_REGISTERS; first++) {
        unsigned last = first;
        if (!is_shown(data, first))
            continue;
        while (last + 1 < PROBE_REGISTERS && is_shown(data, last + 1) &&
               alike(&data->reg[first], &data->reg[last + 1]) &&
               declared_at(slave, last + 1) == declared_at(slave, first))
            last++;
        if (lines->count + LINES_KEPT_FREE < PROBE_LINE_MAX)
            say_range(lines, data, slave, first, last);
        first = last;
    }
}

/// A page that has to be written makes it an EEPROM rather than registers.
static bool is_eeprom(const probe_data *data)
{
    return data->pointer_bytes == 2 && data->page_bytes > 0 && data->busy_ps > 0;
}

static void say_memory_range(probe_lines *lines, const probe_data *data,
                             const slave_description *slave)
{
    probe_line *line = say_fact(lines);
    line->deeper = true;
    snprintf(line->key, sizeof line->key, "0x0000..0x%04X", data->memory_bytes - 1);
    say_text(line, "rw");
    say_how(line, "as far as powers of two show: addresses repeat behind it");
    if (slave->data.form == SLAVE_DATA_REGISTERS)
        line->stand = PROBE_AGREES;
}

void say_data(probe_lines *lines, const probe_report *report, const slave_description *slave)
{
    const probe_data *data = &report->data;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_DATA);
    if (slave->command_count > 0 && line->line == 0) {
        say_not_told(line, "its \"command\" lines say what its bytes mean");
        return;
    }
    switch (data->form) {
    case PROBE_DATA_ECHO:
        say_echo(line, data, slave);
        break;
    case PROBE_DATA_BUFFER:
        say_buffer(line, data, slave);
        break;
    case PROBE_DATA_QUEUE:
        say_queue(line, data, slave);
        break;
    case PROBE_DATA_REGISTERS:
        if (is_eeprom(data)) {
            say_eeprom(line, data, slave);
            break;
        }
        say_registers(line, data, slave);
        if (data->pointer_bytes == 1)
            say_register_lines(lines, data, slave);
        else
            say_memory_range(lines, data, slave);
        break;
    default:
        say_untold(line, data, slave);
        break;
    }
}

// ---- busy, overrun, underrun --------------------------------------------------------------------

void say_busy(probe_lines *lines, const probe_report *report, const slave_description *slave)
{
    char time[SAY_TIME_BYTES];
    char longest[I2C_TIME_TEXT];
    const uint64_t busy_ps = report->data.busy_ps;
    const bool by_register = report->data.form == PROBE_DATA_REGISTERS &&
                             report->data.pointer_bytes == 1 &&
                             slave->declared[SLAVE_KEY_BUSY].line == 0;
    if (by_register || (busy_ps == 0 && slave->declared[SLAVE_KEY_BUSY].line == 0))
        return;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_BUSY);
    if (busy_ps == 0) {
        say_not_told(line, "no write of the probe made it refuse its address");
        return;
    }
    line->present = true;
    say_text(line, "nack_addr max %s", say_time(say_rounded_up(busy_ps), time));
    say_how(line, "refuses its address for up to %s after a write",
            i2c_time_text(longest, (int64_t)busy_ps));
    say_stand(line, slave,
              slave->busy == SLAVE_BUSY_NACK_ADDR &&
                  (slave->busy_max_ps == 0 || busy_ps <= slave->busy_max_ps));
}

void say_overrun(probe_lines *lines, const probe_report *report, const slave_description *slave)
{
    static const char *const words[] = {"nack", "stretch", "discard", "wrap"};
    const probe_data *data = &report->data;
    const bool declared = slave->declared[SLAVE_KEY_OVERRUN].line != 0;
    const bool refused = data->taken_bytes < data->asked_bytes;
    if (data->form == PROBE_DATA_REGISTERS || (!refused && !declared))
        return;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_OVERRUN);
    if (!refused) {
        say_not_told(line, "");
        say_how(line, "all of %u bytes are acknowledged; what becomes of them is not told",
                data->asked_bytes);
        if (slave->overrun == SLAVE_OVERRUN_NACK || slave->overrun == SLAVE_OVERRUN_STRETCH)
            say_stand(line, slave, false);
        return;
    }
    line->present = true;
    const slave_overrun seen = data->write_stretched ? SLAVE_OVERRUN_STRETCH : SLAVE_OVERRUN_NACK;
    say_text(line, "%s after %u", words[seen], data->taken_bytes);
    say_how(line, "acknowledges %u bytes of %u, then %s", data->taken_bytes, data->asked_bytes,
            data->write_stretched ? "holds SCL" : "refuses one");
    // Bytes that are passed on meanwhile make room for others.
    say_stand(line, slave,
              slave->overrun == seen && slave->overrun_after_bytes <= data->taken_bytes);
}

void say_underrun(probe_lines *lines, const probe_report *report, const slave_description *slave)
{
    const probe_data *data = &report->data;
    const bool declared = slave->declared[SLAVE_KEY_UNDERRUN].line != 0;
    const bool told = data->form == PROBE_DATA_QUEUE && data->empty_known;
    if (!declared && !told)
        return;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_UNDERRUN);
    if (!told) {
        say_not_told(line, "when its data is at an end cannot be seen");
        return;
    }
    say_text(line, "0x%02X", data->empty_value);
    say_how(line, "what reads give behind the bytes that came back");
    say_stand(line, slave,
              slave->underrun == SLAVE_UNDERRUN_BYTE && slave->underrun_value == data->empty_value);
}

/// `data`: what the bytes of a slave mean.
#include "scenarios/lang/slave_reader.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof *(words))

enum { SIZE_MAX_BYTES = 1 << 20 };

static void read_initial(slave_reader *r)
{
    if (!lang_accept(&r->p, "initial"))
        return;
    r->slave->data.initial_known = true;
    r->slave->data.initial_value = (uint8_t)slave_number(r, "a byte", 0, 0xFF);
}

static void read_size(slave_reader *r)
{
    r->slave->data.size_bytes = (uint32_t)slave_number(r, "a number of bytes", 1, SIZE_MAX_BYTES);
}

static void read_buffer(slave_reader *r)
{
    static const char *const words[] = {"clamp", "wrap"};
    read_size(r);
    r->slave->data.wrap = slave_choose(r, words, COUNT(words)) == 1;
    read_initial(r);
}

static void read_queue(slave_reader *r)
{
    read_size(r);
    if (!lang_accept(&r->p, "empty"))
        return;
    r->slave->data.empty_known = true;
    r->slave->data.empty_value = (uint8_t)slave_number(r, "a byte", 0, 0xFF);
}

/// Bytes, bytes a page, bytes of the pointer: the 24C family's data sheets.
static const struct {
    const char *part;
    uint32_t size_bytes;
    uint32_t page_bytes;
    uint32_t pointer_bytes;
} eeproms[] = {
    {"24c01", 128, 8, 1},      {"24c02", 256, 8, 1},     {"24c04", 512, 16, 1},
    {"24c08", 1024, 16, 1},    {"24c16", 2048, 16, 1},   {"24c32", 4096, 32, 2},
    {"24c64", 8192, 32, 2},    {"24c128", 16384, 64, 2}, {"24c256", 32768, 64, 2},
    {"24c512", 65536, 128, 2},
};

static void read_page(slave_reader *r)
{
    const lang_token token = r->p.token;
    const uint32_t page = (uint32_t)slave_number(r, "a number of bytes", 1, 1024);
    const slave_data *data = &r->slave->data;
    if ((page & (page - 1)) != 0)
        lang_fail_at(&r->p, &token, "%u is no size of a page: pages are powers of two", page);
    else if (data->part != NULL && page > data->size_bytes)
        lang_fail_at(&r->p, &token, "a page of %u bytes does not fit: a %s has %u", page,
                     data->part, data->size_bytes);
    r->slave->data.page_bytes = page;
}

static void read_eeprom_option(slave_reader *r)
{
    static const char *const words[] = {"page", "current", "protect"};
    static const char *const currents[] = {"page", "next"};
    static const char *const protects[] = {"ack", "nack"};
    slave_data *data = &r->slave->data;
    switch (slave_choose(r, words, COUNT(words))) {
    case 0:
        read_page(r);
        break;
    case 1:
        data->current = slave_choose(r, currents, COUNT(currents)) == 0 ? SLAVE_CURRENT_PAGE
                                                                        : SLAVE_CURRENT_NEXT;
        break;
    case 2:
        data->protect = slave_choose(r, protects, COUNT(protects)) == 0 ? SLAVE_PROTECT_ACK
                                                                        : SLAVE_PROTECT_NACK;
        break;
    default:
        break;
    }
}

static void read_eeprom(slave_reader *r)
{
    slave_data *data = &r->slave->data;
    const char *candidates[COUNT(eeproms)];
    for (size_t i = 0; i < COUNT(eeproms); i++) {
        candidates[i] = eeproms[i].part;
        if (!lang_is(&r->p, eeproms[i].part))
            continue;
        data->part = eeproms[i].part;
        data->size_bytes = eeproms[i].size_bytes;
        data->page_bytes = eeproms[i].page_bytes;
        data->pointer_bytes = eeproms[i].pointer_bytes;
        data->increment = data->keeps_pointer = true;
    }
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "a part, as in 24c64");
    else if (data->part == NULL)
        lang_unknown(&r->p, &r->p.token, "EEPROM", candidates, COUNT(eeproms));
    lang_advance(&r->p);
    while (!lang_at_line_end(&r->p))
        read_eeprom_option(r);
}

static void read_model(slave_reader *r)
{
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "a C file");
    r->slave->data.file = slave_path(r, &r->p.token);
    r->slave->data.file_place = (slave_place){r->file->path, r->p.token.line, r->p.token.column};
    lang_advance(&r->p);
}

static void add_wrap(slave_reader *r, lang_table *wraps)
{
    slave_wrap wrap;
    lang_token ends[2] = {r->p.token};
    wrap.from = (uint32_t)slave_number(r, "a register", 0, UINT32_MAX - 1);
    lang_require(&r->p, "->");
    ends[1] = r->p.token;
    wrap.to = (uint32_t)slave_number(r, "a register", 0, UINT32_MAX - 1);
    if (!lang_table_add(wraps, &wrap, sizeof wrap) ||
        !lang_table_add(&r->wrap_ends, ends, sizeof ends))
        r->no_memory = true;
}

static void read_registers_line(slave_reader *r)
{
    static const char *const words[] = {"pointer", "increment", "wrap", "keeps_pointer"};
    slave_data *data = &r->slave->data;
    lang_table wraps = {0};
    data->pointer_bytes = 1;
    while (!lang_at_line_end(&r->p)) {
        switch (slave_choose(r, words, COUNT(words))) {
        case 0:
            data->pointer_bytes = (uint32_t)slave_number(r, "bytes of the pointer", 1, 4);
            break;
        case 1:
            data->increment = true;
            break;
        case 2:
            add_wrap(r, &wraps);
            break;
        case 3:
            data->keeps_pointer = true;
            break;
        default:
            break;
        }
    }
    data->wraps = slave_keep(r, &wraps, sizeof(slave_wrap), &data->wrap_count);
}

void slave_read_data(slave_reader *r)
{
    static const char *const words[] = {"opaque", "echo",   "buffer", "queue",    "frame",
                                        "stream", "eeprom", "model",  "registers"};
    slave_data *data = &r->slave->data;
    const lang_token token = r->p.token;
    size_t i = 0;
    while (i < COUNT(words) && !lang_is(&r->p, words[i]))
        i++;
    if (i == COUNT(words)) {
        if (token.kind == LANG_TOKEN_NAME)
            lang_unknown(&r->p, &token, "form of data", words, COUNT(words));
        else
            lang_expected(&r->p, "a form of data: opaque, echo, buffer, registers ...");
        return;
    }
    data->form = (slave_data_form)i;
    if (data->form == SLAVE_DATA_EEPROM || data->form == SLAVE_DATA_MODEL)
        lang_advance_word(&r->p);
    else
        lang_advance(&r->p);
    switch (data->form) {
    case SLAVE_DATA_ECHO:
        data->size_bytes = 1;
        read_initial(r);
        break;
    case SLAVE_DATA_BUFFER:
        read_buffer(r);
        break;
    case SLAVE_DATA_QUEUE:
        read_queue(r);
        break;
    case SLAVE_DATA_FRAME:
        read_size(r);
        break;
    case SLAVE_DATA_EEPROM:
        read_eeprom(r);
        break;
    case SLAVE_DATA_MODEL:
        read_model(r);
        break;
    case SLAVE_DATA_REGISTERS:
        read_registers_line(r);
        break;
    default:
        break;
    }
}

static void read_register_busy(slave_reader *r, slave_register *reg)
{
    static const char *const words[] = {"ack", "nack_addr", "nack_data", "stretch"};
    reg->busy_ps = slave_time(r, "a time");
    reg->busy = (slave_busy)(slave_choose(r, words, COUNT(words)) & 3);
    r->slave->busy_declared = true;
    if (r->slave->declared[SLAVE_KEY_BUSY].line == 0)
        r->slave->busy = reg->busy;
    if (reg->busy_ps > r->slave->busy_max_ps)
        r->slave->busy_max_ps = reg->busy_ps;
}

static void read_attribute(slave_reader *r, slave_register *reg)
{
    static const char *const words[] = {"mask",    "fifo",    "no_increment", "empty",
                                        "scratch", "command", "busy"};
    if (r->p.token.kind == LANG_TOKEN_NUMBER) {
        if (reg->reset_known)
            lang_fail(&r->p, "a second value after reset");
        reg->reset_known = true;
        reg->reset_value = (uint8_t)slave_number(r, "a byte", 0, 0xFF);
        return;
    }
    switch (slave_choose(r, words, COUNT(words))) {
    case 0:
        reg->mask = (uint8_t)slave_number(r, "a mask", 0, 0xFF);
        break;
    case 1:
        reg->fifo_bytes = (uint32_t)slave_number(r, "a number of bytes", 1, 65536);
        break;
    case 2:
        reg->no_increment = true;
        break;
    case 3:
        reg->empty_known = true;
        reg->empty_value = (uint8_t)slave_number(r, "a byte", 0, 0xFF);
        break;
    case 4:
        reg->scratch = true;
        break;
    case 5:
        reg->command = true;
        break;
    case 6:
        read_register_busy(r, reg);
        break;
    default:
        break;
    }
}

static uint32_t highest_register(const slave_reader *r)
{
    const uint32_t bytes = r->slave->data.pointer_bytes;
    return bytes >= 4 ? UINT32_MAX - 1 : (UINT32_C(1) << (8 * bytes)) - 1;
}

static bool is_declared(const slave_data *data, uint32_t at)
{
    for (uint32_t i = 0; i < data->register_count; i++)
        if (at >= data->registers[i].at.first && at <= data->registers[i].at.last)
            return true;
    return false;
}

static void check_wrap_end(slave_reader *r, const lang_token *token, uint32_t at, const char *way)
{
    const slave_data *data = &r->slave->data;
    const int digits = 2 * (int)data->pointer_bytes;
    r->p.lexer.panic = false;
    if (!is_declared(data, at))
        lang_fail_at(&r->p, token,
                     "a wrap %s 0x%0*X, where no register is declared: they are 0x%0*X to 0x%0*X",
                     way, digits, at, digits, data->registers[0].at.first, digits,
                     data->size_bytes - 1);
}

/// Where the pointer leaves the map and where it comes back are registers of the map.
static void check_wraps(slave_reader *r)
{
    const slave_data *data = &r->slave->data;
    const lang_token(*ends)[2] = r->wrap_ends.at;
    const uint32_t highest = highest_register(r);
    const lang_parser here = r->p; // at the line behind the map
    for (uint32_t i = 0; data->register_count > 0 && i < data->wrap_count; i++) {
        if (data->wraps[i].from > highest || data->wraps[i].to > highest)
            continue; // told of as a conflict with the pointer
        check_wrap_end(r, &ends[i][0], data->wraps[i].from, "from");
        check_wrap_end(r, &ends[i][1], data->wraps[i].to, "to");
    }
    r->p = here;
}

static void read_register(slave_reader *r, lang_table *table)
{
    static const char *const access[] = {"rw", "ro", "wo"};
    const lang_token token = r->p.token;
    slave_register reg = {.mask = 0xFF, .line = token.line};
    slave_keep_line(r, SLAVE_KEY_DATA, token.at, true);
    reg.at = slave_read_range(r, "a register", highest_register(r));
    reg.access = (slave_access)(slave_choose(r, access, COUNT(access)) & 3);
    while (!lang_at_line_end(&r->p))
        read_attribute(r, &reg);
    if (reg.scratch && reg.access != SLAVE_RW)
        lang_fail_at(&r->p, &token, "a scratch register is rw");
    const slave_register *before = table->at;
    for (size_t i = 0; i < table->count; i++)
        if (reg.at.first <= before[i].at.last && before[i].at.first <= reg.at.last)
            lang_fail_at(&r->p, &token, "overlaps the registers of line %u", before[i].line);
    // Kept ascending: most files are written so, and the search for the place ends at once.
    if (!lang_table_add(table, &reg, sizeof reg)) {
        r->no_memory = true;
        return;
    }
    slave_register *all = table->at;
    size_t i = table->count - 1;
    for (; i > 0 && all[i - 1].at.first > reg.at.first; i--)
        all[i] = all[i - 1];
    all[i] = reg;
}

void slave_read_registers(slave_reader *r, uint32_t indent)
{
    enum { REGISTERS_MAX = 4096 };
    lang_table table = {0};
    slave_data *data = &r->slave->data;
    while (!r->p.at_eof && r->p.indent > indent) {
        if (data->form != SLAVE_DATA_REGISTERS)
            lang_fail(&r->p,
                      "indented by %u, its block by %u; only \"data registers\" opens a block",
                      r->p.indent, indent);
        else if (table.count == REGISTERS_MAX)
            lang_fail(&r->p, "more than %d lines of registers", REGISTERS_MAX);
        else
            read_register(r, &table);
        lang_require_end(&r->p);
        lang_next_line(&r->p);
    }
    if (table.count > 0)
        data->size_bytes = ((slave_register *)table.at)[table.count - 1].at.last + 1;
    data->registers = slave_keep(r, &table, sizeof(slave_register), &data->register_count);
    check_wraps(r);
    free(r->wrap_ends.at);
    r->wrap_ends = (lang_table){0};
}

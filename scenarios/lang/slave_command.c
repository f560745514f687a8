/// The `command` lines of a slave: SMBus commands.
#include "scenarios/lang/commands.h"
#include "scenarios/lang/slave_reader.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool is_block(const slave_command *c)
{
    return lang_protocol_write(c->protocol) == SLAVE_BLOCK ||
           lang_protocol_read(c->protocol) == SLAVE_BLOCK;
}

static bool is_call(const slave_command *c)
{
    return lang_protocol_write(c->protocol) != 0 && lang_protocol_read(c->protocol) != 0;
}

/// The bytes of an example, to the next word.
static slave_bytes read_bytes(slave_reader *r)
{
    enum { BYTES_MAX = 255 };
    uint8_t bytes[BYTES_MAX];
    slave_bytes list = {0};
    while (r->p.token.kind == LANG_TOKEN_NUMBER && list.count < BYTES_MAX)
        bytes[list.count++] = (uint8_t)slave_number(r, "a byte", 0, 0xFF);
    if (list.count == 0)
        lang_expected(&r->p, "bytes, in the order of the wire");
    uint8_t *kept = slave_alloc(r, list.count + 1);
    if (kept != NULL)
        memcpy(kept, bytes, list.count);
    else
        list.count = 0;
    list.at = kept;
    return list;
}

static void read_value(slave_reader *r, slave_command *c)
{
    const unsigned bytes = lang_protocol_read(c->protocol);
    if (bytes == 0 || bytes == SLAVE_BLOCK || is_call(c)) {
        lang_fail(&r->p, "only what reads a byte, a word or 32 or 64 bits has one value");
        return;
    }
    const uint64_t most = bytes == 8 ? INT64_MAX : (UINT64_C(1) << 8 * bytes) - 1;
    c->value_known = true;
    c->value = slave_number(r, "its value", 0, most);
}

static void read_valid(slave_reader *r, slave_command *c)
{
    const unsigned bytes = lang_protocol_write(c->protocol);
    if (bytes != 1 && bytes != 2)
        lang_fail(&r->p, "only write_byte and write_word have values that are not valid");
    c->valid_known = true;
    c->valid = slave_read_range(r, "a value", bytes == 1 ? 0xFF : 0xFFFF);
}

static void read_attribute(slave_reader *r, slave_command *c)
{
    static const char *const words[] = {"scratch", "valid", "max",  "counted_by",
                                        "busy",    "given", "gives"};
    static const char *const busy[] = {"nack_data", "stretch"};
    if (r->p.token.kind == LANG_TOKEN_NUMBER) {
        read_value(r, c);
        return;
    }
    switch (slave_choose(r, words, COUNT(words))) {
    case 0:
        if (c->protocol != SLAVE_PROTOCOL_SEND_BYTE && lang_protocol_write(c->protocol) == 0)
            lang_fail(&r->p, "only what is written to can be scratch");
        c->scratch = true;
        break;
    case 1:
        read_valid(r, c);
        break;
    case 2:
        if (!is_block(c))
            lang_fail(&r->p, "only blocks have a greatest number of bytes");
        c->most_bytes = (uint32_t)slave_number(r, "a number of bytes", 1, 255);
        break;
    case 3:
        c->counted = true;
        c->counted_by = (uint8_t)slave_number(r, "the code of the counter", 0, 0xFF);
        break;
    case 4:
        c->busy_ps = slave_time(r, "a time");
        c->busy =
            slave_choose(r, busy, COUNT(busy)) == 1 ? SLAVE_BUSY_STRETCH : SLAVE_BUSY_NACK_DATA;
        break;
    case 5:
        c->given = read_bytes(r);
        break;
    case 6:
        c->gives = read_bytes(r);
        break;
    default:
        break;
    }
}

/// A code has one protocol to write it, and one to read it (SMBus 2.0 5.5: the code tells which).
static void check_unique(slave_reader *r, const lang_token *token, const slave_command *c)
{
    const slave_command *before = r->commands.at;
    const bool writes =
        c->protocol == SLAVE_PROTOCOL_SEND_BYTE || lang_protocol_write(c->protocol) != 0;
    for (size_t i = 0; i < r->commands.count; i++) {
        const slave_command *b = &before[i];
        const bool b_writes =
            b->protocol == SLAVE_PROTOCOL_SEND_BYTE || lang_protocol_write(b->protocol) != 0;
        const bool received = (c->protocol == SLAVE_PROTOCOL_RECEIVE_BYTE) ||
                              (b->protocol == SLAVE_PROTOCOL_RECEIVE_BYTE);
        const bool same = c->protocol == b->protocol;
        if (received ? same
                     : c->code == b->code && (writes == b_writes || is_call(c) || is_call(b)))
            lang_fail_at(&r->p, token, "0x%02X is %s in line %u already", b->code,
                         lang_protocol_name(b->protocol), b->line);
    }
}

void slave_read_command(slave_reader *r)
{
    const char *names[SLAVE_PROTOCOL_COUNT];
    const lang_token token = r->p.token;
    slave_command command = {.line = token.line};
    for (unsigned i = 0; i < SLAVE_PROTOCOL_COUNT; i++)
        names[i] = lang_protocol_name((slave_protocol)i);
    const bool coded = !lang_is(&r->p, "receive_byte");
    if (coded)
        command.code = (uint8_t)slave_number(r, "a command code", 0, 0xFF);
    const int which = slave_choose(r, names, SLAVE_PROTOCOL_COUNT);
    if (which < 0)
        return;
    command.protocol = (slave_protocol)which;
    while (!lang_at_line_end(&r->p))
        read_attribute(r, &command);
    if ((command.given.count > 0) != (command.gives.count > 0) ||
        (command.given.count > 0 && !is_call(&command)))
        lang_fail_at(&r->p, &token, "an example of a call is what it is given, and what it gives");
    check_unique(r, &token, &command);
    if (!lang_table_add(&r->commands, &command, sizeof command))
        r->no_memory = true;
}

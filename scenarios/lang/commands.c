/// The sets of SMBus commands that generic scenarios go through.
#include "scenarios/lang/commands.h"

#include "scenarios/lang/lexer.h"

#include <string.h>

#define NAME_OF(id, name, text) name,
static const char *const names[] = {LANG_COMMAND_SET_MAP(NAME_OF)};
#undef NAME_OF

#define PROTOCOL_OF(id, name, write, read) {name, write, read},
static const struct {
    const char *name;
    uint8_t write, read;
} protocols[] = {SLAVE_PROTOCOL_MAP(PROTOCOL_OF)};
#undef PROTOCOL_OF

const char *lang_protocol_name(slave_protocol protocol)
{
    return protocols[protocol].name;
}

unsigned lang_protocol_write(slave_protocol protocol)
{
    return protocols[protocol].write;
}

unsigned lang_protocol_read(slave_protocol protocol)
{
    return protocols[protocol].read;
}

lang_command_set lang_command_set_find(const char *name, size_t bytes)
{
    return (lang_command_set)lang_name_find(names, LANG_COMMANDS_COUNT, name, bytes);
}

static bool is_sent(const slave_command *c)
{
    return c->protocol == SLAVE_PROTOCOL_SEND_BYTE || lang_protocol_write(c->protocol) != 0;
}

static bool is_call(const slave_command *c)
{
    return lang_protocol_write(c->protocol) != 0 && lang_protocol_read(c->protocol) != 0;
}

const slave_command *lang_command_written(const slave_description *slave, int64_t code)
{
    for (uint32_t i = 0; i < slave->command_count; i++)
        if (slave->commands[i].code == code && is_sent(&slave->commands[i]))
            return &slave->commands[i];
    return NULL;
}

const slave_command *lang_command_read(const slave_description *slave, int64_t code)
{
    for (uint32_t i = 0; i < slave->command_count; i++) {
        const slave_command *c = &slave->commands[i];
        if (c->code == code && c->protocol != SLAVE_PROTOCOL_RECEIVE_BYTE &&
            lang_protocol_read(c->protocol) != 0)
            return c;
    }
    return NULL;
}

const slave_command *lang_command_received(const slave_description *slave)
{
    for (uint32_t i = 0; i < slave->command_count; i++)
        if (slave->commands[i].protocol == SLAVE_PROTOCOL_RECEIVE_BYTE)
            return &slave->commands[i];
    return NULL;
}

unsigned lang_command_most(const slave_description *slave, int64_t code)
{
    const slave_command *lines[] = {lang_command_written(slave, code),
                                    lang_command_read(slave, code)};
    for (unsigned i = 0; i < 2; i++)
        if (lines[i] != NULL && lines[i]->most_bytes > 0)
            return lines[i]->most_bytes;
    return slave->smbus != NULL && slave->smbus[0] == '3' ? 255 : 32;
}

/// The command keeps what is written, and nothing else comes of it.
static bool is_kept(const slave_command *written, const slave_command *read)
{
    return written != NULL && read != NULL && written->scratch && written->busy_ps == 0 &&
           !is_call(written) &&
           lang_protocol_write(written->protocol) == lang_protocol_read(read->protocol);
}

static bool is_one(const slave_command *c, slave_protocol protocol)
{
    return c != NULL && c->protocol == protocol;
}

/// Bytes of a read of fixed length; 0: none.
static unsigned fixed(unsigned bytes)
{
    return bytes == SLAVE_BLOCK ? 0 : bytes;
}

static bool is_plain_read(const slave_command *read)
{
    return read != NULL && !is_call(read) && fixed(lang_protocol_read(read->protocol)) != 0;
}

static bool has_example(const slave_command *c)
{
    return c != NULL && c->given.count > 0;
}

static bool is_busy(const slave_command *written, slave_busy busy)
{
    return written != NULL && written->busy_ps > 0 && written->busy == busy && written->scratch &&
           fixed(lang_protocol_write(written->protocol)) != 0 && !is_call(written);
}

static bool is_member(const slave_description *slave, lang_command_set set, unsigned code)
{
    const slave_command *w = lang_command_written(slave, code);
    const slave_command *r = lang_command_read(slave, code);
    const unsigned written = w == NULL ? 0 : fixed(lang_protocol_write(w->protocol));
    switch (set) {
    case LANG_COMMANDS_SEND_BYTE:
        return is_one(w, SLAVE_PROTOCOL_SEND_BYTE) && w->scratch;
    case LANG_COMMANDS_WRITE:
        return is_kept(w, r) && written != 0 && !w->valid_known;
    case LANG_COMMANDS_WRITE_BYTE:
        return is_kept(w, r) && is_one(w, SLAVE_PROTOCOL_WRITE_BYTE) && !w->valid_known;
    case LANG_COMMANDS_WRITE_WORD:
        return is_kept(w, r) && is_one(w, SLAVE_PROTOCOL_WRITE_WORD) && !w->valid_known;
    case LANG_COMMANDS_WRITE_32:
        return is_kept(w, r) && is_one(w, SLAVE_PROTOCOL_WRITE_32);
    case LANG_COMMANDS_WRITE_64:
        return is_kept(w, r) && is_one(w, SLAVE_PROTOCOL_WRITE_64);
    case LANG_COMMANDS_VALID:
        return is_kept(w, r) && w->valid_known;
    case LANG_COMMANDS_BLOCK_WRITE:
        return is_kept(w, r) && is_one(w, SLAVE_PROTOCOL_BLOCK_WRITE);
    case LANG_COMMANDS_READ:
        return is_plain_read(r);
    case LANG_COMMANDS_READ_BYTE:
        return is_one(r, SLAVE_PROTOCOL_READ_BYTE);
    case LANG_COMMANDS_READ_WORD:
        return is_one(r, SLAVE_PROTOCOL_READ_WORD);
    case LANG_COMMANDS_READ_32:
        return is_one(r, SLAVE_PROTOCOL_READ_32);
    case LANG_COMMANDS_READ_64:
        return is_one(r, SLAVE_PROTOCOL_READ_64);
    case LANG_COMMANDS_KNOWN:
        return is_plain_read(r) && r->value_known;
    case LANG_COMMANDS_BLOCK_READ:
        return is_one(r, SLAVE_PROTOCOL_BLOCK_READ);
    case LANG_COMMANDS_PROCESS_CALL:
        return is_one(w, SLAVE_PROTOCOL_PROCESS_CALL) && has_example(w);
    case LANG_COMMANDS_BLOCK_CALL:
        return is_one(w, SLAVE_PROTOCOL_BLOCK_CALL) && has_example(w);
    case LANG_COMMANDS_COUNTED:
        return is_one(w, SLAVE_PROTOCOL_SEND_BYTE) && w->scratch && w->counted;
    case LANG_COMMANDS_BUSY:
        return is_busy(w, SLAVE_BUSY_NACK_DATA) || is_busy(w, SLAVE_BUSY_STRETCH);
    case LANG_COMMANDS_BUSY_NACK:
        return is_busy(w, SLAVE_BUSY_NACK_DATA);
    case LANG_COMMANDS_BUSY_STRETCH:
        return is_busy(w, SLAVE_BUSY_STRETCH);
    case LANG_COMMANDS_ONLY_READ:
        return w == NULL && r != NULL;
    case LANG_COMMANDS_ONLY_WRITTEN:
        return w != NULL && r == NULL;
    case LANG_COMMANDS_UNKNOWN:
        return w == NULL && r == NULL && slave->command_count > 0;
    case LANG_COMMANDS_COUNT:
        break;
    }
    return false;
}

uint64_t lang_command_set_count(const slave_description *slave, lang_command_set set)
{
    uint64_t count = 0;
    for (unsigned code = 0; code <= 0xFF; code++)
        count += is_member(slave, set, code);
    return count;
}

bool lang_command_set_value(const slave_description *slave, lang_command_set set, uint64_t i,
                            int64_t *code)
{
    *code = 0;
    for (unsigned c = 0; c <= 0xFF; c++)
        if (is_member(slave, set, c) && i-- == 0) {
            *code = c;
            return true;
        }
    return false;
}

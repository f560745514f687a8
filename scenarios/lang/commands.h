/// The sets of SMBus commands that scenarios may go through with `for c in commands.read_word`, and
/// what the slave's file says of one of them. Sets are the words of `needs` as well.
#ifndef LANG_COMMANDS_H
#define LANG_COMMANDS_H

#include "slave_under_test/slave.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Generic tests write to `scratch` commands alone, so a set of commands that are written has no
/// others; but what must be refused in any case may be tried on every command.
#define LANG_COMMAND_SET_MAP(X)                                                                    \
    X(SEND_BYTE, "commands.send_byte", "`send_byte` with `scratch`")                               \
    X(WRITE, "commands.write",                                                                     \
      "writes of a byte, a word, 32 or 64 bits, with `scratch` and a read of the same length")     \
    X(WRITE_BYTE, "commands.write_byte", "those of a byte")                                        \
    X(WRITE_WORD, "commands.write_word", "those of a word")                                        \
    X(WRITE_32, "commands.write_32", "those of 32 bits")                                           \
    X(WRITE_64, "commands.write_64", "those of 64 bits")                                           \
    X(VALID, "commands.valid", "those with `valid`")                                               \
    X(BLOCK_WRITE, "commands.block_write", "`block_write` with `scratch` and a `block_read`")      \
    X(READ, "commands.read", "reads of a byte, a word, 32 or 64 bits")                             \
    X(READ_BYTE, "commands.read_byte", "reads of a byte")                                          \
    X(READ_WORD, "commands.read_word", "reads of a word")                                          \
    X(READ_32, "commands.read_32", "reads of 32 bits")                                             \
    X(READ_64, "commands.read_64", "reads of 64 bits")                                             \
    X(KNOWN, "commands.known", "reads with a declared value")                                      \
    X(BLOCK_READ, "commands.block_read", "`block_read`")                                           \
    X(PROCESS_CALL, "commands.process_call", "`process_call` with an example")                     \
    X(BLOCK_CALL, "commands.block_call", "`block_call` with an example")                           \
    X(COUNTED, "commands.counted", "`send_byte` with `scratch` and `counted_by`")                  \
    X(BUSY, "commands.busy", "writes of a byte or a word with `scratch` and `busy`")               \
    X(BUSY_NACK, "commands.busy_nack", "those with `busy TIME nack_data`")                         \
    X(BUSY_STRETCH, "commands.busy_stretch", "those with `busy TIME stretch`")                     \
    X(ONLY_READ, "commands.only_read", "codes that are read and not written")                      \
    X(ONLY_WRITTEN, "commands.only_written", "codes that are written and not read")                \
    X(UNKNOWN, "commands.unknown", "codes without a line")
#define LANG_COMMAND_SET_AS_ENUM(id, name, text) LANG_COMMANDS_##id,
typedef enum {
    LANG_COMMAND_SET_MAP(LANG_COMMAND_SET_AS_ENUM) LANG_COMMANDS_COUNT
} lang_command_set;
#undef LANG_COMMAND_SET_AS_ENUM

/// The name of a protocol, the bytes that it writes and those that it reads (SLAVE_BLOCK: a block).
const char *lang_protocol_name(slave_protocol protocol);
unsigned lang_protocol_write(slave_protocol protocol);
unsigned lang_protocol_read(slave_protocol protocol);

/// The set of that name; LANG_COMMANDS_COUNT: none.
lang_command_set lang_command_set_find(const char *name, size_t bytes);
/// How many codes the slave has in a set; code `i` of them, false: there are not as many.
uint64_t lang_command_set_count(const slave_description *slave, lang_command_set set);
bool lang_command_set_value(const slave_description *slave, lang_command_set set, uint64_t i,
                            int64_t *code);

/// The line that writes the command, or reads it; a call does both. NULL: none.
const slave_command *lang_command_written(const slave_description *slave, int64_t code);
const slave_command *lang_command_read(const slave_description *slave, int64_t code);
/// `command receive_byte`; NULL: none.
const slave_command *lang_command_received(const slave_description *slave);
/// Most bytes of a block of that command: as declared, else what the version of SMBus allows.
unsigned lang_command_most(const slave_description *slave, int64_t code);

#endif

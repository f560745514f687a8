/// The sets of registers that scenarios may go through with `for r in registers.reset`. They are
/// the words of `needs` as well: such a need is met by a slave that has any.
#ifndef LANG_REGISTERS_H
#define LANG_REGISTERS_H

#include "slave_under_test/slave.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Reads of FIFOs, commands and write-only registers are in none; writes to `busy` or `never_write`
/// ones neither. `own.addresses` is a set like them, of addresses. Wraps are given by the register
/// before the wrap, one that a read may pass.
#define LANG_REGISTER_SET_MAP(X)                                                                   \
    X(RESET, "registers.reset", "registers with a declared value after reset")                     \
    X(READONLY, "registers.readonly", "`ro` registers with a declared value")                      \
    X(MASKED, "registers.masked", "scratch registers with a `mask` and a declared value")          \
    X(UNDEFINED, "registers.undefined", "addresses behind a register's line that no line names")   \
    X(WRAP, "registers.wrap",                                                                      \
      "last registers before a `wrap` to a register with a declared value")                        \
    X(WRAP_TO_SCRATCH, "registers.wrap_to_scratch",                                                \
      "last registers before a `wrap` to a scratch register")                                      \
    X(WRAP_SCRATCH, "registers.wrap_scratch",                                                      \
      "scratch registers before a `wrap` to a scratch register")                                   \
    X(WRAP_TO_READONLY, "registers.wrap_to_readonly",                                              \
      "scratch registers before a `wrap` to a `ro` register with a declared value")                \
    X(FOLLOWED, "registers.followed",                                                              \
      "registers behind which a read goes on to one with a declared value, without a wrap")        \
    X(GUARDS, "registers.guards",                                                                  \
      "`ro` registers with a declared value, of a map that has a scratch range")                   \
    X(OWN_ADDRESSES, "own.addresses", "its 7-bit addresses, further and masked ones too")
#define LANG_REGISTER_SET_AS_ENUM(id, name, text) LANG_REGISTERS_##id,
typedef enum {
    LANG_REGISTER_SET_MAP(LANG_REGISTER_SET_AS_ENUM) LANG_REGISTERS_COUNT
} lang_register_set;
#undef LANG_REGISTER_SET_AS_ENUM

/// The set of that name; LANG_REGISTERS_COUNT: none.
lang_register_set lang_register_set_find(const char *name, size_t bytes);

/// How many registers the slave has in a set. Of a declared range of more than 16 registers, the
/// first and the last eight count.
uint64_t lang_register_set_count(const slave_description *slave, lang_register_set set);
/// Register `i` of them; false: there are not as many.
bool lang_register_set_value(const slave_description *slave, lang_register_set set, uint64_t i,
                             int64_t *value);

/// The line of the file that a register is on; NULL: none.
const slave_register *lang_register_at(const slave_description *slave, int64_t at);
/// The wrap behind a register; NULL: none.
const slave_wrap *lang_wrap_from(const slave_description *slave, int64_t at);

/// Bytes that a write may go on behind the end of the first scratch range and meet only registers
/// that take it or must ignore it: scratch and plain `ro` ones. At most LANG_BEYOND_MAX, where the
/// map leads back into the range or to a register at which the pointer stays.
enum { LANG_BEYOND_MAX = 65537 };
uint32_t lang_scratch_beyond(const slave_description *slave);

#endif

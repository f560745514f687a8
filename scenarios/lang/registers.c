/// The sets of registers that generic scenarios go through, from what a slave's file declares.
#include "scenarios/lang/registers.h"

#include "scenarios/lang/lang.h"
#include "scenarios/lang/lexer.h"

#include <string.h>

#define NAME_OF(id, name, text) name,
static const char *const names[] = {LANG_REGISTER_SET_MAP(NAME_OF)};
#undef NAME_OF

/// Of a long range as many are taken from either end: faults sit at the ends, and a map of 64 Ki
/// like registers would make as many cases.
enum { END_REGISTERS = 8, SAMPLE_MAX = 2 * END_REGISTERS };

lang_register_set lang_register_set_find(const char *name, size_t bytes)
{
    return (lang_register_set)lang_name_find(names, LANG_REGISTERS_COUNT, name, bytes);
}

const slave_register *lang_register_at(const slave_description *slave, int64_t at)
{
    for (uint32_t i = 0; i < slave->data.register_count; i++) {
        const slave_register *r = &slave->data.registers[i];
        if (at >= r->at.first && at <= r->at.last)
            return r;
    }
    return NULL;
}

const slave_wrap *lang_wrap_from(const slave_description *slave, int64_t at)
{
    for (uint32_t i = 0; i < slave->data.wrap_count; i++)
        if (slave->data.wraps[i].from == at)
            return &slave->data.wraps[i];
    return NULL;
}

/// A read gives what is stored and changes nothing.
static bool is_plain(const slave_register *r)
{
    return r->access != SLAVE_WO && r->fifo_bytes == 0 && !r->command;
}

static bool has_known_value(const slave_register *r)
{
    return r != NULL && r->reset_known && is_plain(r);
}

static bool takes_any_byte(const slave_register *r)
{
    return r != NULL && r->scratch && r->mask == 0xFF;
}

static bool may_be_written(const slave_description *slave, uint32_t at)
{
    for (uint32_t i = 0; i < slave->never_write_count; i++)
        if (at >= slave->never_write[i].first && at <= slave->never_write[i].last)
            return false;
    return true;
}

static bool is_scratch(const slave_description *slave, uint32_t at)
{
    return takes_any_byte(lang_register_at(slave, at)) && may_be_written(slave, at);
}

/// The pointer leaves it for the next one, which is known; a read of it changes nothing.
static bool leads_to_known(const slave_description *slave, const slave_register *r, uint32_t at)
{
    return slave->data.increment && is_plain(r) && !r->no_increment &&
           lang_wrap_from(slave, at) == NULL && has_known_value(lang_register_at(slave, at + 1));
}

/// The line of the first range that takes any byte.
static const slave_register *first_scratch(const slave_description *slave)
{
    for (uint32_t i = 0; i < slave->data.register_count; i++)
        if (takes_any_byte(&slave->data.registers[i]))
            return &slave->data.registers[i];
    return NULL;
}

static bool has_register(const slave_description *slave, lang_register_set set,
                         const slave_register *r, uint32_t at)
{
    const bool idle = r != NULL && r->busy_ps == 0;
    switch (set) {
    case LANG_REGISTERS_RESET:
        return has_known_value(r);
    case LANG_REGISTERS_READONLY:
        return has_known_value(r) && r->access == SLAVE_RO && idle && may_be_written(slave, at);
    case LANG_REGISTERS_GUARDS:
        return has_known_value(r) && r->access == SLAVE_RO && first_scratch(slave) != NULL;
    case LANG_REGISTERS_MASKED:
        return has_known_value(r) && r->scratch && r->mask != 0xFF && idle &&
               may_be_written(slave, at);
    case LANG_REGISTERS_FOLLOWED:
        return leads_to_known(slave, r, at);
    default:
        return false;
    }
}

/// Wraps are declared by the register that they start from, whether or not its line is there.
static bool has_wrap(const slave_description *slave, lang_register_set set, const slave_wrap *wrap)
{
    const slave_register *from = lang_register_at(slave, wrap->from);
    if (!slave->data.increment || (from != NULL && (!is_plain(from) || from->no_increment)))
        return false;
    switch (set) {
    case LANG_REGISTERS_WRAP:
        return has_known_value(lang_register_at(slave, wrap->to));
    case LANG_REGISTERS_WRAP_TO_SCRATCH:
        return is_scratch(slave, wrap->to);
    case LANG_REGISTERS_WRAP_SCRATCH:
        return is_scratch(slave, wrap->to) && is_scratch(slave, wrap->from);
    case LANG_REGISTERS_WRAP_TO_READONLY:
        return is_scratch(slave, wrap->from) &&
               has_register(slave, LANG_REGISTERS_READONLY, lang_register_at(slave, wrap->to),
                            wrap->to);
    default:
        return false;
    }
}

/// Number `i` of those of a range that are looked at, or false where there are not as many.
static bool sample(const slave_range *range, uint64_t i, uint32_t *at)
{
    const uint64_t span = (uint64_t)range->last - range->first + 1;
    const uint64_t shown = span < SAMPLE_MAX ? span : SAMPLE_MAX;
    const uint64_t skipped = i < END_REGISTERS ? 0 : span - shown;
    *at = (uint32_t)(range->first + i + skipped);
    return i < shown;
}

/// The address behind a line, where the pointer can be set to it and nothing is there.
static bool undefined_behind(const slave_description *slave, const slave_register *r, uint32_t *at)
{
    *at = r->at.last + 1;
    const uint32_t end = slave->data.pointer_bytes == 1 ? 0x100 : 0x10000;
    return *at < end && lang_register_at(slave, *at) == NULL && may_be_written(slave, *at);
}

static bool find_address(const slave_description *slave, uint64_t i, int64_t *value,
                         uint64_t *count)
{
    i2c_profile profile;
    lang_profile_fill(&profile, slave);
    *count = 0;
    for (unsigned a = 0; a <= 0x7F; a++)
        if (i2c_profile_owns(&profile, a) && (*count)++ == i) {
            *value = a;
            return true;
        }
    return false;
}

/// Number `i` of the set; with `i` beyond it, how many there are in `*count`.
static bool find(const slave_description *slave, lang_register_set set, uint64_t i, int64_t *value,
                 uint64_t *count)
{
    const slave_data *data = &slave->data;
    if (set == LANG_REGISTERS_OWN_ADDRESSES)
        return find_address(slave, i, value, count);
    *count = 0;
    if (data->form != SLAVE_DATA_REGISTERS)
        return false;
    for (uint32_t line = 0; line < data->register_count; line++) {
        uint32_t at = 0;
        if (set == LANG_REGISTERS_UNDEFINED &&
            undefined_behind(slave, &data->registers[line], &at) && (*count)++ == i) {
            *value = at;
            return true;
        }
        for (uint64_t k = 0; sample(&data->registers[line].at, k, &at); k++)
            if (has_register(slave, set, &data->registers[line], at) && (*count)++ == i) {
                *value = at;
                return true;
            }
    }
    for (uint32_t w = 0; w < data->wrap_count; w++)
        if (has_wrap(slave, set, &data->wraps[w]) && (*count)++ == i) {
            *value = data->wraps[w].from;
            return true;
        }
    return false;
}

uint64_t lang_register_set_count(const slave_description *slave, lang_register_set set)
{
    int64_t value = 0;
    uint64_t count = 0;
    (void)find(slave, set, UINT64_MAX, &value, &count);
    return count;
}

bool lang_register_set_value(const slave_description *slave, lang_register_set set, uint64_t i,
                             int64_t *value)
{
    uint64_t count = 0;
    *value = 0;
    return find(slave, set, i, value, &count);
}

/// A write there changes what tests may change, or nothing.
static bool may_be_passed(const slave_description *slave, const slave_register *r, uint32_t at)
{
    return r != NULL && r->busy_ps == 0 && !r->command && may_be_written(slave, at) &&
           (r->scratch || r->access == SLAVE_RO);
}

uint32_t lang_scratch_beyond(const slave_description *slave)
{
    const slave_register *scratch = first_scratch(slave);
    const uint32_t end = slave->data.pointer_bytes == 1 ? 0x100 : 0x10000;
    uint32_t bytes = 0;
    if (scratch == NULL || !slave->data.increment)
        return 0;
    for (uint32_t at = scratch->at.last; bytes < LANG_BEYOND_MAX; bytes++) {
        const slave_wrap *wrap = lang_wrap_from(slave, at);
        at = wrap != NULL ? wrap->to : at + 1;
        const slave_register *r = at < end ? lang_register_at(slave, at) : NULL;
        if (!may_be_passed(slave, r, at))
            return bytes;
        if (r == scratch || r->no_increment)
            return LANG_BEYOND_MAX;
    }
    return bytes;
}

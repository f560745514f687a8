// The words of the format, and what may be a name.

#include "vcd/vcd_private.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *word;
    vcd_kind kind;
} var_types[] = {
#define AS_ROW(name, word, kind) {word, VCD_KIND_##kind},
    VCD_VAR_MAP(AS_ROW)
#undef AS_ROW
};

static const char *const scope_words[] = {"module", "task", "function", "fork", "begin"};
static const char *const unit_words[] = {"fs", "ps", "ns", "us", "ms", "s"};

const char *vcd_var_type_word(vcd_var_type type)
{
    return (size_t)type < COUNT(var_types) ? var_types[type].word : NULL;
}

vcd_kind vcd_kind_of(vcd_var_type type)
{
    return var_types[type].kind;
}

bool vcd_var_type_find(const char *word, vcd_var_type *type)
{
    for (size_t i = 0; i < COUNT(var_types); i++) {
        if (strcmp(word, var_types[i].word) == 0) {
            *type = (vcd_var_type)i;
            return true;
        }
    }
    return false;
}

const char *vcd_scope_word(vcd_scope_type type)
{
    return (size_t)type < COUNT(scope_words) ? scope_words[type] : NULL;
}

vcd_scope_type vcd_scope_find(const char *word)
{
    for (size_t i = 0; i < COUNT(scope_words); i++) {
        if (strcmp(word, scope_words[i]) == 0)
            return (vcd_scope_type)i;
    }
    return VCD_SCOPE_OTHER;
}

const char *vcd_unit_word(vcd_unit unit)
{
    return (size_t)unit < COUNT(unit_words) ? unit_words[unit] : NULL;
}

bool vcd_unit_find(const char *word, vcd_unit *unit)
{
    for (size_t i = 0; i < COUNT(unit_words); i++) {
        if (strcmp(word, unit_words[i]) == 0) {
            *unit = (vcd_unit)i;
            return true;
        }
    }
    return false;
}

bool vcd_name_is_good(const char *name, bool ascii)
{
    if (!name || name[0] == '\0' || strcmp(name, "$end") == 0)
        return false;
    for (const char *c = name; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte <= ' ' || byte == 0x7F || (ascii && byte > 0x7F))
            return false;
    }
    return true;
}

uint64_t vcd_range_width(int32_t msb, int32_t lsb)
{
    const int64_t apart = (int64_t)msb - lsb;
    return (uint64_t)(apart < 0 ? -apart : apart) + 1;
}

// The sections of the declarations: what stands between $keyword and $end.

#define _POSIX_C_SOURCE 200809L // locale_t

#include "vcd/reader_private.h"

#include <string.h>

static const char *const section_words[] = {"$date",      "$version",        "$comment",
                                            "$timescale", "$scope",          "$upscope",
                                            "$var",       "$enddefinitions", "$attr..."};

static bool parse_i32(const char *bytes, size_t len, int32_t *number)
{
    uint64_t size = 0;
    const bool minus = len > 0 && bytes[0] == '-';
    if (!vcd_parse_u64(bytes + minus, len - minus, &size) || size > INT32_MAX)
        return false;
    *number = minus ? -(int32_t)size : (int32_t)size;
    return true;
}

/// "[7:0]" or "[7]", up to the end of the text.
static bool parse_range(const char *text, int32_t *msb, int32_t *lsb)
{
    const size_t len = strlen(text);
    if (len < 3 || text[0] != '[' || text[len - 1] != ']')
        return false;
    const char *from = text + 1;
    const size_t inside = len - 2;
    const char *colon = memchr(from, ':', inside);
    if (!colon) {
        *lsb = 0;
        if (!parse_i32(from, inside, msb))
            return false;
        *lsb = *msb;
        return true;
    }
    const size_t first = (size_t)(colon - from);
    return parse_i32(from, first, msb) && parse_i32(colon + 1, inside - first - 1, lsb);
}

static vcd_status wrong_count(vcd_reader *r, const char *want)
{
    return vcd_reader_fail(r, VCD_SYNTAX, &r->keyword, "%s needs %s, has %lu words",
                           section_words[r->section], want, (unsigned long)r->word_count);
}

static vcd_status bad_word(vcd_reader *r, const vcd_word *word, const char *problem)
{
    char shown[80];
    return vcd_reader_fail(r, VCD_SYNTAX, word, "'%s' %s",
                           vcd_show(shown, sizeof shown, word->bytes, word->len), problem);
}

static vcd_status on_text(vcd_reader *r)
{
    static const vcd_text whats[] = {VCD_TEXT_DATE, VCD_TEXT_VERSION, VCD_TEXT_COMMENT};
    if (!r->config.on_text)
        return VCD_OK;
    if (r->text.len > 0)
        r->text.bytes[r->text.len - 1] = '\0'; // the blank behind the last word
    return vcd_reader_told(
        r, r->config.on_text(r->config.ctx, whats[r->section], r->text.len ? r->text.bytes : ""));
}

/// "1ns" or "1 ns".
static vcd_status on_timescale(vcd_reader *r)
{
    if (r->word_count != 1 && r->word_count != 2)
        return wrong_count(r, "a number and a unit");
    if (r->has_timescale)
        return vcd_reader_fail(r, VCD_SYNTAX, &r->keyword, "a second $timescale");
    const vcd_word *first = &r->words[0];
    const size_t digits = strspn(first->bytes, "0123456789");
    uint64_t number = 0;
    if (!vcd_parse_u64(first->bytes, digits, &number) ||
        (number != 1 && number != 10 && number != 100) ||
        (r->word_count == 2 && first->bytes[digits] != '\0'))
        return bad_word(r, first, "is no timescale: 1, 10 or 100 and a unit");
    const vcd_word *last = &r->words[r->word_count - 1];
    vcd_unit unit;
    if (!vcd_unit_find(r->word_count == 2 ? last->bytes : first->bytes + digits, &unit))
        return bad_word(r, last, "has no unit of time: fs, ps, ns, us, ms or s");
    r->has_timescale = true;
    if (!r->config.on_timescale)
        return VCD_OK;
    return vcd_reader_told(r, r->config.on_timescale(r->config.ctx, (uint32_t)number, unit));
}

static vcd_status check_name(vcd_reader *r, const vcd_word *word)
{
    return vcd_name_is_good(word->bytes, false) ? VCD_OK : bad_word(r, word, "is no name");
}

static vcd_status on_scope(vcd_reader *r)
{
    if (r->word_count != 2)
        return wrong_count(r, "a type and a name");
    const vcd_status status = check_name(r, &r->words[1]);
    if (status != VCD_OK)
        return status;
    r->depth++;
    if (!r->config.on_scope)
        return VCD_OK;
    return vcd_reader_told(
        r, r->config.on_scope(r->config.ctx, vcd_scope_find(r->words[0].bytes), r->words[1].bytes));
}

static vcd_status on_upscope(vcd_reader *r)
{
    if (r->word_count != 0)
        return wrong_count(r, "no words");
    if (r->depth == 0)
        return vcd_reader_fail(r, VCD_SYNTAX, &r->keyword, "$upscope, but no scope is open");
    r->depth--;
    return r->config.on_upscope ? vcd_reader_told(r, r->config.on_upscope(r->config.ctx)) : VCD_OK;
}

/// Words 4 and up are the range: joined, since blanks are free between its parts.
static vcd_status separate_range(vcd_reader *r, vcd_var *var)
{
    char joined[64] = "";
    size_t len = 0;
    for (uint32_t i = 4; i < r->word_count; i++) {
        const vcd_word *word = &r->words[i];
        if (len + word->len >= sizeof joined)
            return bad_word(r, word, "is no range");
        memcpy(joined + len, word->bytes, word->len + 1);
        len += word->len;
    }
    if (!parse_range(joined, &var->msb, &var->lsb))
        return bad_word(r, &r->words[4], "is no range like [7:0]");
    var->has_range = true;
    // Tools write other ranges than the width says, for enums and slices; the width counts.
    return VCD_OK;
}

/// "name[7:0]" is a range only where it fits the width: "memory[3]" of 8 bits is a name. An escaped
/// identifier of Verilog (it begins with a backslash) may hold any bracket.
static void attached_range(vcd_var *var, char *name)
{
    char *bracket = strrchr(name, '[');
    if (!bracket || bracket == name || name[0] == '\\')
        return;
    int32_t msb = 0;
    int32_t lsb = 0;
    if (!parse_range(bracket, &msb, &lsb) || vcd_range_width(msb, lsb) != var->width)
        return;
    *bracket = '\0';
    var->has_range = true;
    var->msb = msb;
    var->lsb = lsb;
}

static bool id_is_good(const vcd_word *word)
{
    for (size_t i = 0; i < word->len; i++) {
        if (word->bytes[i] < '!' || word->bytes[i] > '~')
            return false;
    }
    return true;
}

static vcd_status parse_width(vcd_reader *r, vcd_var *var)
{
    uint64_t width = 0;
    const vcd_word *word = &r->words[1];
    const bool is_bits = vcd_kind_of(var->type) == VCD_KIND_BITS;
    if (!vcd_parse_u64(word->bytes, word->len, &width) || width > VCD_WIDTH_MAX ||
        (is_bits && width == 0))
        return bad_word(r, word, "is no width: 1 to 65536");
    var->width = (uint32_t)width;
    return VCD_OK;
}

/// The number of the identifier, old or new.
static vcd_status declare(vcd_reader *r, const vcd_var *var, vcd_signal *signal)
{
    const vcd_word *id = &r->words[2];
    if (!id_is_good(id))
        return bad_word(r, id, "is no identifier");
    if (!vcd_ids_find(&r->ids, id->bytes, id->len, signal)) {
        const vcd_status status =
            vcd_ids_add(&r->ids, id->bytes, id->len, var->type, var->width, signal);
        return status == VCD_OK ? VCD_OK
                                : vcd_reader_fail(r, status, id, "%s", vcd_status_text(status));
    }
    const vcd_declared *known = &r->ids.signals[*signal];
    if (vcd_kind_of(known->type) != vcd_kind_of(var->type) || known->width != var->width)
        return bad_word(r, id, "is declared before with another type or width");
    return VCD_OK;
}

static vcd_status on_var(vcd_reader *r)
{
    vcd_var var = {0};
    if (r->word_count < 4 || r->word_count > VCD_SECTION_WORDS)
        return wrong_count(r, "a type, a width, an identifier, a name and perhaps a range");
    if (!vcd_var_type_find(r->words[0].bytes, &var.type))
        return bad_word(r, &r->words[0], "is no type of variable");
    vcd_status status = parse_width(r, &var);
    if (status == VCD_OK)
        status = check_name(r, &r->words[3]);
    if (status == VCD_OK && r->word_count > 4)
        status = separate_range(r, &var);
    if (status != VCD_OK)
        return status;
    char *name = r->text.bytes + r->word_at[3];
    if (!var.has_range && vcd_kind_of(var.type) == VCD_KIND_BITS)
        attached_range(&var, name);
    var.name = name;
    vcd_signal signal = 0;
    status = declare(r, &var, &signal);
    if (status != VCD_OK || !r->config.on_var)
        return status;
    return vcd_reader_told(r, r->config.on_var(r->config.ctx, &var, signal));
}

static vcd_status on_enddefinitions(vcd_reader *r)
{
    if (r->word_count != 0)
        return wrong_count(r, "no words");
    r->defined = true;
    if (!r->config.on_enddefinitions)
        return VCD_OK;
    return vcd_reader_told(r, r->config.on_enddefinitions(r->config.ctx));
}

/// Words end with a 0 byte instead of the blank, and can be pointed to now that nothing moves.
static void split_words(vcd_reader *r)
{
    for (uint32_t i = 0; i < r->word_count && i < VCD_SECTION_WORDS; i++) {
        r->words[i].bytes = r->text.bytes + r->word_at[i];
        r->text.bytes[r->word_at[i] + r->words[i].len] = '\0';
    }
}

vcd_status vcd_reader_section(vcd_reader *r)
{
    if (r->section <= VCD_SECTION_COMMENT)
        return on_text(r);
    split_words(r);
    switch (r->section) {
    case VCD_SECTION_TIMESCALE:
        return on_timescale(r);
    case VCD_SECTION_SCOPE:
        return on_scope(r);
    case VCD_SECTION_UPSCOPE:
        return on_upscope(r);
    case VCD_SECTION_VAR:
        return on_var(r);
    case VCD_SECTION_ENDDEFINITIONS:
        return on_enddefinitions(r);
    default:
        return VCD_OK;
    }
}

// Value changes: the word of the file to the value given to the callback.

#define _POSIX_C_SOURCE 200809L // uselocale

#include "vcd/reader_private.h"

#include <stdlib.h>
#include <string.h>

bool vcd_parse_u64(const char *bytes, size_t len, uint64_t *number)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned digit = (unsigned)(unsigned char)bytes[i] - '0';
        if (digit > 9 || sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *number = sum;
    return len > 0;
}

static vcd_status bad_value(vcd_reader *r, const vcd_word *word, const char *problem)
{
    char shown[80];
    return vcd_reader_fail(r, VCD_BAD_VALUE, word, "value '%s' %s",
                           vcd_show(shown, sizeof shown, word->bytes, word->len), problem);
}

static vcd_status no_memory(vcd_reader *r, const vcd_word *word)
{
    return vcd_reader_fail(r, VCD_NO_MEMORY, word, "%s", vcd_status_text(VCD_NO_MEMORY));
}

/// Empties r->value and makes room for `len` bytes and the 0 byte.
static bool value_room(vcd_reader *r, size_t len)
{
    if (r->value.room <= len) {
        char *bytes = realloc(r->value.bytes, len + 1);
        if (!bytes)
            return false;
        r->value.bytes = bytes;
        r->value.room = len + 1;
    }
    r->value.len = 0;
    return true;
}

/// 0, 1, x, z; 0 byte where it is none.
static char digit_of(char c)
{
    switch (c) {
    case '0':
    case '1':
    case 'x':
    case 'z':
        return c;
    case 'X':
        return 'x';
    case 'Z':
        return 'z';
    default:
        return '\0';
    }
}

/// The digits, extended to the left to the width (IEEE 1364 18.2.1).
static vcd_status bits_value(vcd_reader *r, const vcd_word *word, const char *digits, size_t len,
                             vcd_value *value)
{
    const uint32_t width = value->width;
    if (len == 0)
        return bad_value(r, word, "has no digits");
    if (len > width)
        return bad_value(r, word, "has more digits than its variable");
    if (!value_room(r, width))
        return no_memory(r, word);
    char *out = r->value.bytes;
    const size_t fill = width - len;
    for (size_t i = 0; i < len; i++) {
        out[fill + i] = digit_of(digits[i]);
        if (out[fill + i] == '\0')
            return bad_value(r, word, "has other digits than 0, 1, x, z");
    }
    memset(out, out[fill] == '1' ? '0' : out[fill], fill);
    out[width] = '\0';
    value->bits = out;
    for (uint32_t i = 0; width <= 64 && i < width; i++) {
        value->value = value->value << 1 | (out[i] == '1');
        value->xmask = value->xmask << 1 | (out[i] == 'x');
        value->zmask = value->zmask << 1 | (out[i] == 'z');
    }
    return VCD_OK;
}

static vcd_status real_value(vcd_reader *r, const vcd_word *word, vcd_value *value)
{
    // strtod() wants a 0 byte and would skip blanks, which a word has not.
    if (!value_room(r, word->len))
        return no_memory(r, word);
    memcpy(r->value.bytes, word->bytes + 1, word->len - 1);
    r->value.bytes[word->len - 1] = '\0';
    char *end = NULL;
    const locale_t before = uselocale(r->c_locale);
    value->real = strtod(r->value.bytes, &end);
    (void)uselocale(before);
    if (word->len == 1 || end != r->value.bytes + word->len - 1)
        return bad_value(r, word, "is no number");
    return VCD_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/// One escape at in[0] == '\\'; returns how many bytes it has. What is no escape is a backslash:
/// some tools write strings without escaping.
static size_t unescape(const char *in, size_t left, char *out)
{
    static const char letters[] = "abfnrtv\\\"'?";
    static const char meanings[] = "\a\b\f\n\r\t\v\\\"'?";
    *out = '\\';
    if (left < 2)
        return 1;
    if (in[1] == 'x' && left >= 4 && hex_digit(in[2]) >= 0 && hex_digit(in[3]) >= 0) {
        *out = (char)(hex_digit(in[2]) << 4 | hex_digit(in[3]));
        return 4;
    }
    if (left >= 4 && in[1] <= '3' && is_octal(in[1]) && is_octal(in[2]) && is_octal(in[3])) {
        *out = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
        return 4;
    }
    const char *known = in[1] ? strchr(letters, in[1]) : NULL;
    if (!known)
        return 1;
    *out = meanings[known - letters];
    return 2;
}

static vcd_status text_value(vcd_reader *r, const vcd_word *word, vcd_value *value)
{
    if (!value_room(r, word->len))
        return no_memory(r, word);
    size_t len = 0;
    for (size_t i = 1; i < word->len; len++) {
        if (word->bytes[i] == '\\')
            i += unescape(word->bytes + i, word->len - i, &r->value.bytes[len]);
        else
            r->value.bytes[len] = word->bytes[i++];
    }
    r->value.bytes[len] = '\0';
    value->text = r->value.bytes;
    value->len_bytes = len;
    return VCD_OK;
}

static vcd_status parse_value(vcd_reader *r, const vcd_declared *known, const vcd_word *word,
                              vcd_value *value)
{
    static const char *const kinds[] = {"bits", "a real", "a string"};
    const char first = word->bytes[0];
    const bool is_vector = first == 'b' || first == 'B';
    const bool is_real = first == 'r' || first == 'R';
    const bool is_text = first == 's' || first == 'S';
    value->kind = is_real ? VCD_KIND_REAL : is_text ? VCD_KIND_TEXT : VCD_KIND_BITS;
    const vcd_kind declared = vcd_kind_of(known->type);
    // A Verilog parameter may be real.
    if (value->kind != declared && !(is_real && known->type == VCD_VAR_PARAMETER)) {
        char problem[64] = "for a variable that holds ";
        strcat(problem, kinds[declared]); // NOLINT: at most 35 bytes
        return bad_value(r, word, problem);
    }
    if (is_real)
        return real_value(r, word, value);
    if (is_text)
        return text_value(r, word, value);
    value->width = known->width;
    return bits_value(r, word, word->bytes + is_vector, word->len - is_vector, value);
}

vcd_status vcd_reader_change(vcd_reader *r, const vcd_word *word, const vcd_word *id)
{
    vcd_signal signal = 0;
    if (!vcd_ids_find(&r->ids, id->bytes, id->len, &signal)) {
        char shown[80];
        return vcd_reader_fail(r, VCD_UNKNOWN_ID, id, "identifier '%s' was not declared",
                               vcd_show(shown, sizeof shown, id->bytes, id->len));
    }
    vcd_value value = {0};
    const vcd_status status = parse_value(r, &r->ids.signals[signal], word, &value);
    if (status != VCD_OK || !r->config.on_change)
        return status;
    return vcd_reader_told(r, r->config.on_change(r->config.ctx, signal, &value));
}

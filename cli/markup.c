#include "cli/markup.h"

#include <stdbool.h>
#include <stdint.h>

/// Bytes of the character at `text`, 0 if there is no valid one. RFC 3629 3.
static unsigned character_bytes(const unsigned char *text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = text[0];
    const unsigned bytes = first < 0x80                    ? 1
                           : (first & 0xE0) == 0xC0        ? 2
                           : (first & 0xF0) == 0xE0        ? 3
                           : first >= 0xF0 && first < 0xF5 ? 4
                                                           : 0;
    if (bytes == 0)
        return 0;
    *code = bytes == 1 ? first : first & (0x7Fu >> bytes);
    for (unsigned i = 1; i < bytes; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (text[i] & 0x3Fu);
    }
    return *code >= least[bytes] ? bytes : 0;
}

/// XML 1.0, 2.2: characters. C1 controls are allowed there, but no parser of HTML likes them.
static bool is_allowed(uint32_t code)
{
    if (code < 0x20)
        return code == '\n' || code == '\t';
    return !(code >= 0x7F && code < 0xA0) && !(code >= 0xD800 && code < 0xE000) && code != 0xFFFE &&
           code != 0xFFFF && code <= 0x10FFFF;
}

static const char *reference(uint32_t code)
{
    switch (code) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void markup_text(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        uint32_t code = 0;
        const unsigned bytes = character_bytes(at, &code);
        const char *named = bytes == 1 ? reference(code) : NULL;
        if (bytes == 0 || !is_allowed(code)) {
            fprintf(out, "\\x%02x", *at++);
            continue;
        }
        if (named != NULL)
            fputs(named, out);
        else
            fwrite(at, 1, bytes, out);
        at += bytes;
    }
}

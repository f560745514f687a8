#define _POSIX_C_SOURCE 200809L // strerror_r

#include "vcd/vcd_private.h"

#include <stdio.h>
#include <string.h>

const char *vcd_status_text(vcd_status status)
{
#define AS_TEXT(name, text) text,
    static const char *const texts[] = {VCD_STATUS_MAP(AS_TEXT)};
#undef AS_TEXT
    const size_t index = (size_t)status;
    return index < sizeof texts / sizeof texts[0] ? texts[index] : "unknown status";
}

char *vcd_show(char *out, size_t out_bytes, const char *bytes, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    const size_t room = out_bytes - 4; // "..." and the 0 byte
    size_t at = 0;
    size_t i = 0;
    for (; i < len && at + 4 <= room; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        if (byte >= ' ' && byte != 0x7F) {
            out[at++] = (char)byte; // UTF-8 stays as it is
            continue;
        }
        out[at++] = '\\';
        out[at++] = 'x';
        out[at++] = hex[byte >> 4];
        out[at++] = hex[byte & 15];
    }
    memcpy(out + at, i < len ? "..." : "", i < len ? 4 : 1);
    return out;
}

static void append(vcd_error *error, const char *text)
{
    const size_t used = strlen(error->text);
    (void)snprintf(error->text + used, sizeof error->text - used, "%s", text);
}

void vcd_error_vset(vcd_error *error, vcd_status status, const char *place, int os_errno,
                    const char *format, va_list args)
{
    *error = (vcd_error){.status = status, .os_errno = os_errno};
    if (place) {
        char shown[320];
        append(error, vcd_show(shown, sizeof shown, place, strlen(place)));
        append(error, ": ");
    }
    const size_t used = strlen(error->text);
    (void)vsnprintf(error->text + used, sizeof error->text - used, format, args);
    if (os_errno != 0) {
        char reason[128];
        if (strerror_r(os_errno, reason, sizeof reason) != 0)
            (void)snprintf(reason, sizeof reason, "errno %d", os_errno);
        append(error, ": ");
        append(error, reason);
    }
}

void vcd_error_set(vcd_error *error, vcd_status status, const char *place, int os_errno,
                   const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vcd_error_vset(error, status, place, os_errno, format, args);
    va_end(args);
}

#include "cli/console.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static unsigned columns_of(int descriptor)
{
    struct winsize size = {0};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return 100;
}

static bool can_colour(int descriptor)
{
    const char *terminal = getenv("TERM");
    const char *unwanted = getenv("NO_COLOR");
    if (unwanted != NULL && unwanted[0] != '\0')
        return false;
    return isatty(descriptor) && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

console console_new(bool to_stderr)
{
    const int descriptor = to_stderr ? STDERR_FILENO : STDOUT_FILENO;
    return (console){.out = to_stderr ? stderr : stdout,
                     .colour = can_colour(descriptor),
                     .progress = isatty(STDERR_FILENO) == 1,
                     .columns = columns_of(descriptor)};
}

bool console_close(const console *c)
{
    errno = 0;
    if (fflush(c->out) == 0 && !ferror(c->out))
        return true;
    if (errno == EPIPE || errno == 0)
        return true;
    console_error("cannot write the summary: %s", strerror(errno));
    return false;
}

void console_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("i2cproof: ", stderr);
    vfprintf(stderr, format, args); // NOLINT(clang-analyzer-valist*)
    fputc('\n', stderr);
    va_end(args);
}

const char *console_paint(const console *c, paint colour)
{
    static const char *const escapes[] = {"\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[2m"};
    return c->colour ? escapes[colour] : "";
}

const char *console_plain(const console *c)
{
    return c->colour ? "\x1b[0m" : "";
}

void console_progress(const console *c, const char *name, uint32_t done, uint32_t all)
{
    if (c->progress)
        fprintf(stderr, "\r\x1b[K%s  %u of %u cases", name, done, all);
}

void console_progress_end(const console *c)
{
    if (c->progress)
        fputs("\r\x1b[K", stderr);
}

/// The terminal: where the summary and where messages go, and whether colour and progress are
/// wanted there. A closed pipe behind stdout is no error: what is printed is lost quietly.
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/// What the program ends with.
enum {
    EXIT_CLEAN = 0,
    EXIT_FOUND = 1,
    EXIT_INPUT = 2,
    EXIT_OURS = 3,
    EXIT_SIGNAL = 128 ///< plus the signal's number
};

typedef struct {
    FILE *out;        ///< the summary
    bool colour;      ///< of `out`
    bool progress;    ///< stderr is a terminal
    unsigned columns; ///< of `out`; 100 when it is no terminal
} console;

/// `to_stderr`: stdout carries JSON.
console console_new(bool to_stderr);
/// Flushes; false and a message on stderr when the summary could not be written, unless it was only
/// that the reader has gone.
bool console_close(const console *c);

/// One message on stderr, "i2cproof: ..." and a newline.
void console_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

typedef enum { PAINT_RED, PAINT_GREEN, PAINT_YELLOW, PAINT_BOLD, PAINT_DIM } paint;
/// The escape that begins or ends a colour; "" without colour.
const char *console_paint(const console *c, paint colour);
const char *console_plain(const console *c);

/// The line of progress on stderr; cleared with console_progress_end().
void console_progress(const console *c, const char *name, uint32_t done, uint32_t all);
void console_progress_end(const console *c);

#endif

/// Small texts for people: times, counts, shell words.
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { TEXT_TIME_BYTES = 32 };

/// "31.2 us", "170 us", "62.5 ns", "1.25 s": three digits that mean something. Returns `text`.
const char *text_time(uint64_t ps, char *text, size_t bytes);
/// The same with a sign.
const char *text_signed_time(int64_t ps, char *text, size_t bytes);
/// A wall time: "1.8 s", "12 s", "340 ms".
const char *text_wall(uint64_t ms, char *text, size_t bytes);

/// Appends to a string that holds `*used` of `bytes`; cut to fit.
void text_add(char *text, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/// Appends `word` so that a POSIX shell reads it as one word.
void text_add_shell_word(char *text, size_t bytes, const char *word);

/// Copies; what does not fit is cut behind a word, and "..." says so. Returns `text`.
const char *text_cut(const char *from, char *text, size_t bytes);

/// Copies with control bytes shown as `\x1b` (what a slave or a file gives must not drive the
/// terminal). Newlines become `\n`.
const char *text_printable(const char *from, char *text, size_t bytes);

#endif

/// The frame of our pages: one file that needs no server, no network and, for reading, no script.
/// Well-formed as XML as well as HTML.
#ifndef CLI_HTML_H
#define CLI_HTML_H

#include "cli/files.h"

#include <stdio.h>

/// Everything up to the first element of the body.
void html_begin(FILE *out, const char *title);
/// The script of the copy buttons, and the end.
void html_end(FILE *out);

/// A line to be copied, with its label. `text` is as the reader's shell or file wants it.
void html_copy_line(FILE *out, const char *label, const char *text);
/// An element with escaped text: <td class="...">text</td>. `style` "": no class.
void html_element(FILE *out, const char *element, const char *style, const char *text);

/// A page in memory until it is whole.
typedef struct {
    FILE *out;
    char *text;
    size_t bytes;
} html_page;

/// False without memory.
bool html_page_open(html_page *page, const char *title);
/// Writes the page to a file and frees it. False and a message when that fails.
bool html_page_close(html_page *page, const char *path, char *message, size_t message_bytes);
/// Forgets the page.
void html_page_discard(html_page *page);

#endif

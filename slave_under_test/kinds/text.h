/// Files of text that a tool has written.
#ifndef SLAVE_TEXT_H
#define SLAVE_TEXT_H

/// The whole file, with a NUL behind it, or NULL; to be freed.
char *slave_text_read(const char *path);

#endif

/// Files of text that a tool has written.
#ifndef RTL_TEXT_H
#define RTL_TEXT_H

/// The whole file, with a NUL behind it, or NULL; to be freed.
char *rtl_text_read(const char *path);

#endif

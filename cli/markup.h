/// Text in HTML and SVG. Names, messages and what a slave prints come from outside: whatever they
/// hold, the page stays well-formed and says what they say.
#ifndef CLI_MARKUP_H
#define CLI_MARKUP_H

#include <stdio.h>

/// Prints text so that it may stand in an element or in a quoted attribute. A byte that is no
/// UTF-8, or a character that XML does not allow, shows as `\x1b`.
void markup_text(FILE *out, const char *text);

#endif

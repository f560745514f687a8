#include "cli/sweep_page.h"

#include "cli/console.h"
#include "cli/html.h"
#include "cli/markup.h"
#include "cli/sweep_report.h"
#include "cli/sweep_svg.h"

#include <stdlib.h>

/// The words of the terminal.
static void put_words(FILE *out, const sweep *s)
{
    char *text = NULL;
    size_t bytes = 0;
    const console words = {.out = open_memstream(&text, &bytes)};
    if (words.out == NULL)
        return;
    sweep_report(&words, s);
    if (fclose(words.out) == 0)
        html_element(out, "pre", "", text);
    free(text);
}

void sweep_page_add(FILE *out, const sweep *s, const sweep_map *map)
{
    fputs("<h2>", out);
    markup_text(out, s->slave->description->name);
    fputs(" on ", out);
    markup_text(out, s->master->text);
    fprintf(out, ": %s</h2>\n", sweep_what_text(s->axis.what));
    put_words(out, s);
    fputs("<div class=\"scroll\">", out);
    sweep_svg_line(out, s);
    fputs("</div>\n", out);
    if (map == NULL)
        return;
    fputs("<div class=\"scroll\">", out);
    sweep_svg_map(out, s, map);
    fputs("</div>\n", out);
}

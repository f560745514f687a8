#include "cli/html.h"

#include "cli/markup.h"
#include "cli/wave_svg.h"

#include <stdlib.h>

/// Colours are chosen to be told apart by their lightness as well, and each has a word beside it.
static const char style[] =
    ":root{--back:#fff;--text:#1c2024;--dim:#5b6470;--grid:#d9dee4;--box:#f2f5f8;--good:#1a7f37;"
    "--bad:#c62828;--warn:#8a5a00;--master:#1f5fbf;--slave:#b3450b;--both:#7b1fa2;--link:#0b57d0}"
    "@media(prefers-color-scheme:dark){:root{--back:#14171a;--text:#e4e8ec;--dim:#9aa5b1;"
    "--grid:#333a42;--box:#1f252b;--good:#5ec97b;--bad:#ff7b72;--warn:#e3b341;--master:#79b0ff;"
    "--slave:#ff9d57;--both:#d59bff;--link:#8ab4f8}}"
    "html{color-scheme:light dark}"
    "body{background:var(--back);color:var(--text);font:15px/1.45 system-ui,sans-serif;"
    "max-width:1180px;margin:0 auto;padding:1em}"
    "h1{font-size:1.5em;margin:.2em 0}h2{font-size:1.2em;margin:1.6em 0 .4em}h3{font-size:1em;"
    "margin:1em 0 .2em}a{color:var(--link)}"
    "code,pre,.mono{font-family:ui-monospace,monospace;font-size:.9em}"
    "h3,p,h2{overflow-wrap:anywhere}"
    "pre{background:var(--box);padding:.6em;overflow-x:auto;margin:.3em 0}"
    ".scroll{overflow-x:auto}"
    "table{border-collapse:collapse;margin:.4em 0}"
    "th,td{text-align:left;padding:.15em .7em .15em 0;vertical-align:top;"
    "border-bottom:1px solid var(--grid)}th{color:var(--dim);font-weight:600}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}"
    ".dim{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}"
    ".warn{color:var(--warn);font-weight:600}"
    "section.finding{border:1px solid var(--grid);border-radius:6px;padding:.2em 1em 1em;"
    "margin:1em 0}section.finding h2{margin:.5em 0}"
    "section.finding:target{border-color:var(--link);border-width:2px}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em;margin:.4em 0}"
    "dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}"
    ".copy{display:flex;gap:.6em;align-items:baseline;margin:.2em 0}"
    ".copy b{color:var(--dim);font-weight:normal;min-width:4.5em}"
    ".copy code{background:var(--box);padding:.1em .4em;overflow-wrap:anywhere}"
    "summary{cursor:pointer}details{margin:.4em 0}"
    "tr.marked td{background:var(--box);font-weight:600}"
    "@media(max-width:560px){dl{grid-template-columns:1fr}dt{margin-top:.3em}"
    ".copy{flex-wrap:wrap}}";

/// Buttons are made by the script itself, so that there are none that do nothing.
static const char script[] =
    "document.querySelectorAll('.copy').forEach(function(line){"
    "var code=line.querySelector('code');var button=document.createElement('button');"
    "button.textContent='copy';button.addEventListener('click',function(){"
    "var mark=function(){var range=document.createRange();range.selectNodeContents(code);"
    "var chosen=getSelection();chosen.removeAllRanges();chosen.addRange(range);};"
    "var done=function(){button.textContent='copied';};"
    "if(navigator.clipboard){navigator.clipboard.writeText(code.textContent).then(done,mark);}"
    "else{mark();}});line.appendChild(button);});";

void html_begin(FILE *out, const char *title)
{
    fputs("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\"><head>"
          "<meta charset=\"utf-8\"/>"
          "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n",
          out);
    html_element(out, "title", "", title);
    fprintf(out, "\n<style>%s%s</style></head><body>\n", style, wave_svg_style());
}

void html_end(FILE *out)
{
    fprintf(out, "<script>%s</script>\n</body></html>\n", script);
}

void html_copy_line(FILE *out, const char *label, const char *text)
{
    fputs("<div class=\"copy\">", out);
    html_element(out, "b", "", label);
    fputs("<code>", out);
    markup_text(out, text);
    fputs("</code></div>\n", out);
}

void html_element(FILE *out, const char *element, const char *style_class, const char *text)
{
    if (style_class[0] == '\0')
        fprintf(out, "<%s>", element);
    else
        fprintf(out, "<%s class=\"%s\">", element, style_class);
    markup_text(out, text);
    fprintf(out, "</%s>", element);
}

bool html_page_open(html_page *page, const char *title)
{
    *page = (html_page){.text = NULL};
    page->out = open_memstream(&page->text, &page->bytes);
    if (page->out != NULL)
        html_begin(page->out, title);
    return page->out != NULL;
}

bool html_page_close(html_page *page, const char *path, char *message, size_t message_bytes)
{
    html_end(page->out);
    bool fine = fclose(page->out) == 0;
    page->out = NULL;
    if (!fine)
        snprintf(message, message_bytes, "out of memory");
    out_file *file = fine ? out_file_new(path, message, message_bytes) : NULL;
    if (file != NULL) {
        out_file_write(file, page->text, page->bytes);
        fine = out_file_commit(file, message, message_bytes);
    }
    free(page->text);
    page->text = NULL;
    return fine && file != NULL;
}

void html_page_discard(html_page *page)
{
    (void)fclose(page->out);
    free(page->text);
    *page = (html_page){.text = NULL};
}

// Masters in Verilog, of --master rtl:FILE: built once, for all slaves of the run.
#include "cli/console.h"
#include "cli/lineup_private.h"

#include <string.h>

static const char prefix[] = "rtl:";

bool lineup_is_rtl_master(const char *text)
{
    return strncmp(text, prefix, sizeof prefix - 1) == 0;
}

static rtl_master_image *build(lineup *s, const slave_description *file)
{
    char why[LINEUP_MESSAGE_BYTES * 4] = "";
    const slave_build_options options = {
        .cache_dir = s->cache, .note = lineup_note_once, .note_ctx = s};
    if (file->kind != SLAVE_RTL || file->clock_hz == 0) {
        console_error("%s: a master is of kind rtl, with a clock", file->path);
        return NULL;
    }
    rtl_master_image *image = rtl_master_prepare(file, &options, why, sizeof why);
    if (image == NULL)
        console_error("%s", why);
    return image;
}

bool lineup_rtl_master(lineup *s, const char *text, master_spec *spec)
{
    const char *path = text + sizeof prefix - 1;
    lineup_rtl_masters *all = &s->rtl_masters;
    for (unsigned i = 0; i < all->count; i++)
        if (strcmp(all->file[i]->path, path) == 0) {
            rtl_master_spec(all->image[i], spec);
            return true;
        }
    if (all->count == LINEUP_RTL_MASTER_MAX) {
        console_error("--master: more than %d masters in Verilog", LINEUP_RTL_MASTER_MAX);
        return false;
    }
    slave_description *file = NULL;
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    const lang_status status = diagnostics == NULL
                                   ? LANG_NO_MEMORY
                                   : lang_slave_read_unaddressed(&file, path, diagnostics);
    if (!lineup_has_read(status, diagnostics) || file == NULL)
        return false;
    rtl_master_image *image = build(s, file);
    if (image == NULL) {
        lang_slave_free(file);
        return false;
    }
    all->file[all->count] = file;
    all->image[all->count++] = image;
    rtl_master_spec(image, spec);
    return true;
}

void lineup_discard_rtl_masters(lineup *s)
{
    for (unsigned i = 0; i < s->rtl_masters.count; i++) {
        rtl_master_discard(s->rtl_masters.image[i]);
        lang_slave_free(s->rtl_masters.file[i]);
    }
}

/// The keys of a .slave file about its code: what it is made of, what it runs on, what of it is
/// shown. `r->p.token` is the first value of the key.
#include "scenarios/lang/slave_reader.h"

#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof *(words))

static void read_kind(slave_reader *r)
{
    static const char *const words[] = {"hosted", "firmware", "avr", "rtl", "systemc"};
    r->slave->kind = (slave_kind)(slave_choose(r, words, COUNT(words)) & 7);
}

static void read_sources(slave_reader *r)
{
    slave_words(r, &r->slave->sources, "source files", true);
}

static void read_object(slave_reader *r)
{
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "a shared object");
    r->slave->object = slave_path(r, &r->p.token);
    r->slave->object_place = (slave_place){r->file->path, r->p.token.line, r->p.token.column};
    lang_advance_word(&r->p);
}

static void read_include(slave_reader *r)
{
    slave_words(r, &r->slave->includes, "folders", true);
}

static bool same_macro(const char *a, const char *b)
{
    const size_t bytes = strcspn(a, "=");
    return strcspn(b, "=") == bytes && memcmp(a, b, bytes) == 0;
}

/// What is defined here adds to what a file that this one is `like` defines; a macro of the same
/// name replaces that one, for the compiler would warn of two.
static void read_define(slave_reader *r)
{
    slave_strings *all = &r->slave->defines;
    const uint32_t before = all->count;
    slave_words(r, all, "macros, NAME or NAME=VALUE", false);
    const char **kept = slave_alloc(r, (all->count + 1) * sizeof *kept);
    slave_place *places = slave_alloc(r, (all->count + 1) * sizeof *places);
    uint32_t count = 0;
    for (uint32_t i = 0; i < all->count && kept != NULL && places != NULL; i++) {
        bool again = false;
        for (uint32_t k = before; i < before && k < all->count; k++)
            again = again || same_macro(all->at[i], all->at[k]);
        if (again)
            continue;
        places[count] = all->place[i];
        kept[count++] = all->at[i];
    }
    if (kept != NULL && places != NULL)
        *all = (slave_strings){kept, count, places};
}

static void read_flags(slave_reader *r)
{
    slave_words(r, &r->slave->flags, "compiler flags", false);
}

static void read_mcu(slave_reader *r)
{
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "a part, as in attiny85 8MHz");
    r->slave->mcu = slave_text(r, &r->p.token);
    lang_advance(&r->p);
    if (lang_at_line_end(&r->p))
        return;
    if (r->p.token.kind != LANG_TOKEN_FREQUENCY)
        lang_expected(&r->p, "its clock, as in 8MHz");
    else if (r->p.token.value < 1 || r->p.token.value > UINT32_MAX)
        lang_fail(&r->p, "a clock is 1Hz to 4294MHz");
    r->slave->cpu_hz = (uint32_t)r->p.token.value;
    lang_advance(&r->p);
}

static void read_pins(slave_reader *r)
{
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "scl=PIN or sda=PIN");
    for (; !lang_at_line_end(&r->p); lang_advance_word(&r->p)) {
        const lang_token token = r->p.token;
        const bool scl = token.bytes > 4 && memcmp(token.text, "scl=", 4) == 0;
        const bool sda = token.bytes > 4 && memcmp(token.text, "sda=", 4) == 0;
        if (token.kind != LANG_TOKEN_WORD || (!scl && !sda)) {
            lang_expected(&r->p, "scl=PIN or sda=PIN");
            return;
        }
        const char **pin = scl ? &r->slave->pin_scl : &r->slave->pin_sda;
        if (*pin != NULL)
            lang_fail(&r->p, "%s is given twice", scl ? "scl" : "sda");
        *pin = slave_copy(r, token.text + 4, token.bytes - 4);
    }
}

static void read_watch(slave_reader *r)
{
    slave_words(r, &r->slave->watch, "variables of the firmware", false);
}

static const slave_key_reader readers[SLAVE_KEY_COUNT] = {
    [SLAVE_KEY_KIND] = {read_kind, false, false},
    [SLAVE_KEY_SOURCES] = {read_sources, true, true},
    [SLAVE_KEY_OBJECT] = {read_object, true, false},
    [SLAVE_KEY_INCLUDE] = {read_include, true, true},
    [SLAVE_KEY_DEFINE] = {read_define, true, true},
    [SLAVE_KEY_FLAGS] = {read_flags, true, true},
    [SLAVE_KEY_MCU] = {read_mcu, true, false},
    [SLAVE_KEY_PINS] = {read_pins, true, false},
    [SLAVE_KEY_WATCH] = {read_watch, true, true},
};

const slave_key_reader *slave_code_key_reader_of(slave_key key)
{
    return readers[key].read != NULL ? &readers[key] : NULL;
}

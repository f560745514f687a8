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

static void read_elf(slave_reader *r)
{
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "an ELF file");
    r->slave->elf = slave_path(r, &r->p.token);
    r->slave->elf_place = (slave_place){r->file->path, r->p.token.line, r->p.token.column};
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

static const char *const pin_names[SLAVE_PIN_COUNT] = {
#define PIN_NAME(id, name) name,
    SLAVE_PIN_MAP(PIN_NAME)
#undef PIN_NAME
};

/// Which role `ROLE=...` names; SLAVE_PIN_COUNT: none.
static unsigned role_of(const lang_token *token)
{
    unsigned role = 0;
    for (; role < SLAVE_PIN_COUNT; role++) {
        const size_t bytes = strlen(pin_names[role]);
        if (token->bytes > bytes && memcmp(token->text, pin_names[role], bytes) == 0 &&
            token->text[bytes] == '=')
            break;
    }
    return role;
}

/// `scl=PB2 sda=PB0`, `scl_i=scl_in sda_oe=!sda_t`.
static void read_pins(slave_reader *r)
{
    static const char wanted[] = "scl=PIN or sda=PIN (of rtl also scl_i sda_i scl_oe sda_oe)";
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, wanted);
    for (; !lang_at_line_end(&r->p); lang_advance_word(&r->p)) {
        const lang_token token = r->p.token;
        const unsigned role = token.kind == LANG_TOKEN_WORD ? role_of(&token) : SLAVE_PIN_COUNT;
        const size_t skip = role == SLAVE_PIN_COUNT ? 0 : strlen(pin_names[role]) + 1;
        const bool inverted = skip > 0 && skip < token.bytes && token.text[skip] == '!';
        if (skip == 0 || skip + inverted >= token.bytes) {
            lang_expected(&r->p, wanted);
            return;
        }
        slave_pin *pin = &r->slave->pins[role];
        const uint32_t at = (uint32_t)skip + inverted;
        if (pin->name != NULL)
            lang_fail(&r->p, "%s is given twice", pin_names[role]);
        pin->name = slave_copy(r, token.text + at, token.bytes - at);
        pin->inverted = inverted;
        pin->place = (slave_place){r->file->path, token.line, token.column + at};
    }
}

static void read_top(slave_reader *r)
{
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "the name of a module");
    r->slave->top = slave_text(r, &r->p.token);
    lang_advance_word(&r->p);
}

static void read_clock(slave_reader *r)
{
    const lang_token token = r->p.token;
    lang_token_kind kind = LANG_TOKEN_NUMBER;
    int64_t value = 0;
    const char *why = NULL;
    r->slave->clock_port = "clk";
    if (lang_is(&r->p, "none")) {
        lang_advance_word(&r->p);
        return;
    }
    if (lang_at_line_end(&r->p) ||
        lang_scan_number(token.text, token.bytes, &kind, &value, &why) != token.bytes ||
        kind != LANG_TOKEN_FREQUENCY)
        lang_expected(&r->p, "a frequency, as in 50MHz, or none");
    else if (value < 1000 || value > 1000000000)
        lang_fail(&r->p, "a clock is 1kHz to 1000MHz");
    r->slave->clock_hz = (uint64_t)value;
    lang_advance_word(&r->p);
    if (lang_at_line_end(&r->p))
        return;
    r->slave->clock_port = slave_text(r, &r->p.token);
    lang_advance_word(&r->p);
}

static bool ends_with(const char *text, const char *end)
{
    const size_t bytes = strlen(text), tail = strlen(end);
    return bytes >= tail && strcmp(text + bytes - tail, end) == 0;
}

/// By usage a reset is active low where its name says so.
static bool is_low_by_name(const char *port)
{
    static const char *const ends[] = {"_n", "_ni", "_b", "rstn", "resetn"};
    for (size_t i = 0; i < COUNT(ends); i++)
        if (ends_with(port, ends[i]))
            return true;
    return strcmp(port, "nrst") == 0 || strcmp(port, "nreset") == 0;
}

static void read_reset(slave_reader *r)
{
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "a port, as in rst_n low, or none");
    if (lang_is(&r->p, "none")) {
        lang_advance_word(&r->p);
        return;
    }
    r->slave->reset_port = slave_text(r, &r->p.token);
    r->slave->reset_low = is_low_by_name(r->slave->reset_port);
    lang_advance_word(&r->p);
    if (lang_is(&r->p, "low") || lang_is(&r->p, "high")) {
        r->slave->reset_low = lang_is(&r->p, "low");
        lang_advance_word(&r->p);
    }
    if (!lang_at_line_end(&r->p))
        r->slave->reset_ps = slave_time(r, "a time");
}

/// NAME=VALUE in all words that are there.
static void check_values(slave_reader *r, const slave_strings *words, uint32_t first)
{
    for (uint32_t i = first; i < words->count; i++) {
        const char *equals = strchr(words->at[i], '=');
        if (equals != NULL && equals != words->at[i] && equals[1] != '\0')
            continue;
        lang_fail(&r->p, "expected NAME=VALUE instead of %s", words->at[i]);
        return;
    }
}

static void read_parameter(slave_reader *r)
{
    const uint32_t before = r->slave->parameters.count;
    slave_words(r, &r->slave->parameters, "parameters, NAME=VALUE", false);
    check_values(r, &r->slave->parameters, before);
}

static void read_input(slave_reader *r)
{
    const uint32_t before = r->slave->inputs.count;
    slave_words(r, &r->slave->inputs, "inputs, PORT=VALUE", false);
    check_values(r, &r->slave->inputs, before);
}

static void read_watch(slave_reader *r)
{
    slave_words(r, &r->slave->watch, "variables of the firmware", false);
}

/// `RCC.CR.HSERDY follows HSEON`; which bits there are, the part's table says.
static void read_bit(slave_reader *r)
{
    static const char wanted[] = "BLOCK.REGISTER.FIELD follows FIELD, 0 or 1";
    const char *word[3] = {NULL, NULL, NULL};
    slave_place place[3];
    for (unsigned i = 0; i < 3; i++) {
        if (lang_at_line_end(&r->p)) {
            lang_expected(&r->p, wanted);
            return;
        }
        place[i] = (slave_place){r->file->path, r->p.token.line, r->p.token.column};
        word[i] = slave_text(r, &r->p.token);
        if (i == 1 && word[i] != NULL && strcmp(word[i], "follows") != 0) {
            lang_expected(&r->p, wanted);
            return;
        }
        lang_advance_word(&r->p);
    }
    const slave_bit bit = {word[0], word[2], place[0], place[2]};
    if (!lang_table_add(&r->bits, &bit, sizeof bit))
        r->no_memory = true;
}

static void read_stub(slave_reader *r)
{
    slave_words(r, &r->slave->stubs, "functions of the firmware", false);
}

static void read_strict_registers(slave_reader *r)
{
    r->slave->strict_registers = slave_yes(r);
}

static const slave_key_reader readers[SLAVE_KEY_COUNT] = {
    [SLAVE_KEY_KIND] = {read_kind, false, false},
    [SLAVE_KEY_SOURCES] = {read_sources, true, true},
    [SLAVE_KEY_OBJECT] = {read_object, true, false},
    [SLAVE_KEY_ELF] = {read_elf, true, false},
    [SLAVE_KEY_INCLUDE] = {read_include, true, true},
    [SLAVE_KEY_DEFINE] = {read_define, true, true},
    [SLAVE_KEY_FLAGS] = {read_flags, true, true},
    [SLAVE_KEY_MCU] = {read_mcu, true, false},
    [SLAVE_KEY_BIT] = {read_bit, true, true},
    [SLAVE_KEY_STUB] = {read_stub, true, true},
    [SLAVE_KEY_STRICT_REGISTERS] = {read_strict_registers, false, false},
    [SLAVE_KEY_PINS] = {read_pins, true, false},
    [SLAVE_KEY_TOP] = {read_top, true, false},
    [SLAVE_KEY_CLOCK] = {read_clock, true, false},
    [SLAVE_KEY_RESET] = {read_reset, true, false},
    [SLAVE_KEY_PARAMETER] = {read_parameter, true, true},
    [SLAVE_KEY_INPUT] = {read_input, true, true},
    [SLAVE_KEY_WATCH] = {read_watch, true, true},
};

const slave_key_reader *slave_code_key_reader_of(slave_key key)
{
    return readers[key].read != NULL ? &readers[key] : NULL;
}

/// The keys of a .slave file, one small reader each, but for those about its code
/// (slave_code_keys.c). `r->p.token` is the first value of the key.
#include "scenarios/lang/slave_reader.h"

#include <string.h>

#define COUNT(words) (sizeof(words) / sizeof *(words))

/// 0x26, or with `8bit` behind it 0x4C; both forms are in every message.
static void read_address(slave_reader *r)
{
    const lang_token token = r->p.token;
    const uint64_t value = slave_number(r, "an address", 0, 0xFFFF);
    if (lang_at_line_end(&r->p) && value > 0xFF) {
        lang_fail_at(&r->p, &token,
                     "0x%llX is no 7-bit address: the largest is 0x7F; a 10-bit one is ten_bit's",
                     (unsigned long long)value);
    } else if (lang_at_line_end(&r->p) && value > 0x7F) {
        lang_fail_at(
            &r->p, &token,
            "0x%02X is no 7-bit address: the largest is 0x7F; for 0x%02X (8-bit 0x%02X) write "
            "0x%02X or \"0x%02X 8bit\"",
            (unsigned)value, (unsigned)value >> 1, (unsigned)value & 0xFE, (unsigned)value >> 1,
            (unsigned)value & 0xFE);
    }
    r->slave->addr7 = (uint8_t)(value & 0x7F);
}

static void read_address_key(slave_reader *r)
{
    const lang_token token = r->p.token;
    lang_lexer ahead = r->p.lexer;
    ahead.diagnostics = NULL;
    const lang_token form = lang_lexer_word(&ahead);
    if (!lang_token_is(&form, "8bit")) {
        read_address(r);
    } else if (token.kind != LANG_TOKEN_NUMBER) {
        lang_expected(&r->p, "an address");
    } else {
        // "8bit" is no word of the expression lexer, so it is passed as a word.
        const uint64_t value = (uint64_t)token.value;
        ahead.diagnostics = r->p.lexer.diagnostics;
        r->p.lexer = ahead;
        if (value > 0xFF || (value & 1) != 0)
            lang_fail_at(&r->p, &token,
                         "0x%02llX is no address in 8-bit form: that is twice the address, "
                         "0x%02llX (8-bit 0x%02llX)",
                         (unsigned long long)value, (unsigned long long)(value >> 1 & 0x7F),
                         (unsigned long long)(value & 0xFE));
        r->slave->addr7 = (uint8_t)(value >> 1);
        lang_advance(&r->p);
    }
    if (r->slave->addr7 == 0 && !r->p.lexer.panic)
        lang_fail_at(&r->p, &token, "0x00 is the general call and no slave's own address");
}

static void read_multi_address(slave_reader *r)
{
    if (lang_accept(&r->p, "mask")) {
        r->slave->address_mask = (uint8_t)slave_number(r, "a mask of address bits", 1, 0x7F);
        return;
    }
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "addresses, or mask and the bits that are not compared");
    while (!lang_at_line_end(&r->p)) {
        if (r->slave->further_addr7_count == COUNT(r->slave->further_addr7)) {
            lang_fail(&r->p, "more than %u further addresses",
                      (unsigned)COUNT(r->slave->further_addr7));
            return;
        }
        r->slave->further_addr7[r->slave->further_addr7_count++] =
            (uint8_t)slave_number(r, "a 7-bit address", 1, 0x7F);
    }
}

static void read_new_address(slave_reader *r)
{
    r->slave->new_addr7 = (uint8_t)slave_number(r, "a 7-bit address", 1, 0x7F);
}

static const struct {
    const char *word;
    i2c_mode mode;
    uint32_t scl_hz;
} modes[] = {
    {"Sm", I2C_MODE_SM, 100000},
    {"Fm", I2C_MODE_FM, 400000},
    {"Fm+", I2C_MODE_FMPLUS, 1000000},
    {"Hs", I2C_MODE_HS, 3400000},
};

static void read_speed(slave_reader *r)
{
    for (size_t i = 0; i < COUNT(modes); i++) {
        if (!lang_is(&r->p, modes[i].word))
            continue;
        r->slave->mode = modes[i].mode;
        r->slave->scl_max_hz = modes[i].scl_hz;
        lang_advance(&r->p);
        return;
    }
    lang_token_kind kind = LANG_TOKEN_NUMBER;
    int64_t value = 0;
    const char *why = NULL;
    const lang_token token = r->p.token;
    if (lang_scan_number(token.text, token.bytes, &kind, &value, &why) != token.bytes ||
        kind != LANG_TOKEN_FREQUENCY || lang_at_line_end(&r->p)) {
        lang_expected(&r->p, "a speed: Sm, Fm, Fm+, Hs or as in 100kHz");
        return;
    }
    if (value < 1 || value > modes[COUNT(modes) - 1].scl_hz) {
        lang_fail(&r->p, "a speed is 1Hz to 3400kHz");
        return;
    }
    size_t i = 0;
    while (value > modes[i].scl_hz)
        i++;
    r->slave->mode = modes[i].mode;
    r->slave->scl_max_hz = (uint32_t)value;
    lang_advance(&r->p);
}

static void read_revision(slave_reader *r)
{
    static const char *const words[] = {"rev7", "rev6"};
    r->slave->revision =
        slave_choose(r, words, COUNT(words)) == 1 ? I2C_REVISION_6 : I2C_REVISION_7;
}

/// `max TIME`, if it is there.
static uint64_t read_max(slave_reader *r)
{
    return lang_accept(&r->p, "max") ? slave_time(r, "a time") : 0;
}

static void read_stretch(slave_reader *r)
{
    static const char *const words[] = {"none", "byte", "bit"};
    const int which = slave_choose(r, words, COUNT(words));
    r->slave->stretch = which < 0 ? I2C_STRETCH_NONE : (i2c_stretch)which;
    if (which > 0)
        r->slave->stretch_max_ps = read_max(r);
}

static i2c_feature read_feature(slave_reader *r)
{
    return slave_yes(r) ? I2C_FEATURE_YES : I2C_FEATURE_NO;
}

static void read_ten_bit(slave_reader *r)
{
    r->slave->ten_bit = I2C_FEATURE_NO;
    if (lang_accept(&r->p, "no"))
        return;
    r->slave->ten_bit = I2C_FEATURE_YES;
    r->slave->addr10 = (uint16_t)slave_number(r, "a 10-bit address", 0, 0x3FF);
}

static void read_general_call(slave_reader *r)
{
    static const char *const words[] = {"no", "ack"};
    r->slave->general_call =
        slave_choose(r, words, COUNT(words)) == 1 ? I2C_FEATURE_YES : I2C_FEATURE_NO;
}

static void read_general_call_hardware(slave_reader *r)
{
    r->slave->general_call_hardware = read_feature(r);
}

static void read_software_reset(slave_reader *r)
{
    r->slave->software_reset = read_feature(r);
}

static void read_device_id(slave_reader *r)
{
    r->slave->device_id = I2C_FEATURE_NO;
    if (lang_accept(&r->p, "no"))
        return;
    r->slave->device_id = I2C_FEATURE_YES;
    r->slave->device_id_value = (uint32_t)slave_number(r, "a 24-bit device id", 0, 0xFFFFFF);
}

static void read_busy(slave_reader *r)
{
    static const char *const words[] = {"ack", "nack_addr", "nack_data", "stretch"};
    r->slave->busy = (slave_busy)(slave_choose(r, words, COUNT(words)) & 3);
    r->slave->busy_declared = true;
    const uint64_t max_ps = read_max(r);
    if (max_ps > r->slave->busy_max_ps)
        r->slave->busy_max_ps = max_ps;
}

static void read_nack_data(slave_reader *r)
{
    r->slave->nack_data = slave_yes(r);
}

static void read_overrun(slave_reader *r)
{
    static const char *const words[] = {"nack", "stretch", "discard", "wrap"};
    r->slave->overrun = (slave_overrun)(slave_choose(r, words, COUNT(words)) & 3);
    if (lang_accept(&r->p, "after"))
        r->slave->overrun_after_bytes = (uint32_t)slave_number(r, "a number of bytes", 1, 65536);
}

static void read_underrun(slave_reader *r)
{
    static const char *const words[] = {"stretch", "a byte", "repeat", "nack_addr"};
    r->slave->underrun = SLAVE_UNDERRUN_BYTE;
    if (r->p.token.kind == LANG_TOKEN_NUMBER)
        r->slave->underrun_value = (uint8_t)slave_number(r, "a byte", 0, 0xFF);
    else
        r->slave->underrun = (slave_underrun)(slave_choose(r, words, COUNT(words)) & 3);
}

static void read_commit(slave_reader *r)
{
    static const char *const words[] = {"byte", "segment", "stop"};
    r->slave->commit = (slave_commit)(slave_choose(r, words, COUNT(words)) & 3);
}

static void read_direction(slave_reader *r)
{
    static const char *const words[] = {"both", "read", "write"};
    r->slave->direction = (slave_direction)(slave_choose(r, words, COUNT(words)) & 3);
}

static void read_also_master(slave_reader *r)
{
    r->slave->also_master = slave_yes(r);
}

static void read_wake(slave_reader *r)
{
    static const char *const words[] = {"stretch", "nack"};
    r->slave->wake =
        slave_choose(r, words, COUNT(words)) == 1 ? SLAVE_WAKE_NACK : SLAVE_WAKE_STRETCH;
    r->slave->wake_max_ps = read_max(r);
}

static void read_ready(slave_reader *r)
{
    if (lang_accept(&r->p, "auto"))
        return;
    lang_require(&r->p, "within");
    r->slave->ready_ps = slave_time(r, "a time");
    lang_require(&r->p, "after");
    lang_require(&r->p, "reset");
}

static void read_timeout(slave_reader *r)
{
    if (lang_accept(&r->p, "none"))
        return;
    const bool high = lang_is(&r->p, "high");
    if (!lang_accept(&r->p, "high"))
        lang_accept(&r->p, "low");
    const lang_token token = r->p.token;
    const uint64_t least = slave_time(r, "a time");
    const uint64_t most = lang_accept(&r->p, "..") ? slave_time(r, "a time") : least;
    if (most < least)
        lang_fail_at(&r->p, &token, "a range that runs backwards is empty");
    *(high ? &r->slave->timeout_high_min_ps : &r->slave->timeout_low_min_ps) = least;
    *(high ? &r->slave->timeout_high_max_ps : &r->slave->timeout_low_max_ps) = most;
}

static void read_tolerates(slave_reader *r)
{
    static const char *const words[] = {"latency", "main_stall", "irq_off"};
    slave_tolerance tolerance = {.line = r->p.token.line};
    tolerance.what = (slave_lateness)(slave_choose(r, words, COUNT(words)) & 3);
    tolerance.time_ps = slave_time(r, "a time");
    if (lang_is(&r->p, "on")) {
        lang_advance_word(&r->p);
        if (lang_at_line_end(&r->p))
            lang_expected(&r->p, "the name of a master");
        tolerance.master = slave_text(r, &r->p.token);
        lang_advance(&r->p);
    }
    if (!lang_table_add(&r->tolerances, &tolerance, sizeof tolerance))
        r->no_memory = true;
}

static void read_output_delay(slave_reader *r)
{
    lang_require(&r->p, "max");
    r->slave->output_delay_max_ps = slave_time(r, "a time");
}

static void read_never_write(slave_reader *r)
{
    lang_table table = {0};
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "registers, as in 0xF0..0xFF");
    while (!lang_at_line_end(&r->p)) {
        const slave_range range = slave_read_range(r, "a register", UINT32_MAX - 1);
        if (!lang_table_add(&table, &range, sizeof range))
            r->no_memory = true;
    }
    r->slave->never_write =
        slave_keep(r, &table, sizeof(slave_range), &r->slave->never_write_count);
}

/// Looked at now, so that mistakes have their place; compiled anew when it is asked for.
static void read_known_good(slave_reader *r)
{
    lang_builder builder;
    lang_builder_init(&builder);
    const size_t start = r->p.token.at;
    r->slave->known_good.path = r->file->path;
    r->slave->known_good.line = r->p.token.line;
    r->slave->known_good.column = r->p.token.column;
    r->p.builder = &builder;
    if (builder.no_memory)
        lang_fail(&r->p, "out of memory");
    else if (!lang_at_item(&r->p))
        lang_expected(&r->p, "a transfer: S own+W [A] ... P");
    lang_order order = {0};
    if (!builder.no_memory && lang_parse_transfer(&r->p, &order) != LANG_NONE && order.leaves_open)
        lang_fail(&r->p, "a known_good transfer ends with P");
    r->no_memory = r->no_memory || builder.no_memory;
    lang_builder_release(&builder);
    r->p.builder = NULL;
    r->slave->known_good.text =
        slave_copy(r, r->p.lexer.text + start, r->p.lexer.at > start ? r->p.lexer.at - start : 0);
}

static void read_masters(slave_reader *r)
{
    lang_table table = {0};
    if (lang_at_line_end(&r->p))
        lang_expected(&r->p, "masters, as in arduino@100k nxt");
    for (; !lang_at_line_end(&r->p); lang_advance_word(&r->p)) {
        slave_master master;
        char why[160] = "";
        const lang_token token = r->p.token;
        const lang_status status =
            lang_master_parse(&master, slave_text(r, &token), why, sizeof why);
        r->no_memory = r->no_memory || status == LANG_NO_MEMORY;
        master.place = (slave_place){r->file->path, token.line, token.column};
        if (status != LANG_OK) {
            lang_fail(&r->p, "%s", why);
        } else if (!lang_table_add(&table, &master, sizeof master)) {
            lang_master_release(&master);
            r->no_memory = true;
        }
    }
    // Only what is kept is released with the description.
    const slave_master *all = table.at;
    const size_t count = table.count;
    lang_table kept = table;
    slave_master *moved = count == 0 ? NULL : slave_alloc(r, count * sizeof *moved);
    for (size_t i = 0; i < count && moved == NULL; i++) {
        slave_master master = all[i];
        lang_master_release(&master);
    }
    if (moved != NULL)
        memcpy(moved, all, count * sizeof *moved);
    r->slave->masters = moved;
    r->slave->master_count = moved == NULL ? 0 : (uint32_t)count;
    uint32_t unused = 0;
    kept.count = 0;
    (void)slave_keep(r, &kept, sizeof(slave_master), &unused);
}

static unsigned digits(const char *text, size_t count)
{
    unsigned value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return 0;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    return value;
}

/// 2027-01-01 as 20270101; 0 if there is no such day.
static uint32_t read_date(const lang_token *token)
{
    static const unsigned lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (token->bytes != 10 || token->text[4] != '-' || token->text[7] != '-')
        return 0;
    const unsigned year = digits(token->text, 4);
    const unsigned month = digits(token->text + 5, 2);
    const unsigned day = digits(token->text + 8, 2);
    if (year < 2000 || month < 1 || month > 12 || day < 1)
        return 0;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > lengths[month - 1] + (month == 2 && leap ? 1 : 0))
        return 0;
    return year * 10000 + month * 100 + day;
}

static bool require_word(slave_reader *r, const char *word)
{
    if (lang_is(&r->p, word)) {
        lang_advance_word(&r->p);
        return true;
    }
    lang_expected(&r->p, word);
    return false;
}

static void read_accept(slave_reader *r)
{
    slave_waiver waiver = {
        .place = {r->file->path, r->p.token.line, r->p.token.column},
    };
    if (r->p.token.kind != LANG_TOKEN_WORD)
        lang_expected(&r->p, "a requirement, as in I2C-RSV-04");
    waiver.row = slave_text(r, &r->p.token);
    lang_advance_word(&r->p);
    require_word(r, "because");
    if (r->p.token.kind != LANG_TOKEN_STRING)
        lang_expected(&r->p, "the reason as a string");
    waiver.reason = slave_text(r, &r->p.token);
    lang_advance_word(&r->p);
    require_word(r, "until");
    waiver.until_ymd = read_date(&r->p.token);
    if (waiver.until_ymd == 0)
        lang_expected(&r->p, "a date, as in 2027-01-31");
    lang_advance_word(&r->p);
    if (!lang_table_add(&r->waivers, &waiver, sizeof waiver))
        r->no_memory = true;
}

static void read_expect(slave_reader *r)
{
    if (!require_word(r, "fail"))
        return;
    if (r->p.token.kind != LANG_TOKEN_WORD)
        lang_expected(&r->p, "the rule that it fails, as in I2C-RD-03");
    r->slave->expect_fail = slave_text(r, &r->p.token);
    lang_advance_word(&r->p);
    if (!lang_is(&r->p, "in"))
        return;
    lang_advance_word(&r->p);
    if (r->p.token.kind != LANG_TOKEN_WORD)
        lang_expected(&r->p, "the scenario that must show it, as in rd.stop_after_nack");
    r->slave->expect_scenario = slave_text(r, &r->p.token);
    lang_advance_word(&r->p);
}

static const char *read_version(slave_reader *r, const char *const *words, size_t count)
{
    const int which = slave_choose(r, words, count);
    return which < 0 ? NULL : words[which];
}

static void read_smbus(slave_reader *r)
{
    static const char *const words[] = {"1.1", "2.0", "3.x"};
    r->slave->smbus = read_version(r, words, COUNT(words));
}

static void read_smbus_class(slave_reader *r)
{
    static const char *const words[] = {"100k", "400k", "1M"};
    static const uint32_t speeds[] = {100000, 400000, 1000000};
    const int which = slave_choose(r, words, COUNT(words));
    r->slave->smbus_class_hz = which < 0 ? 0 : speeds[which];
}

static void read_pec(slave_reader *r)
{
    static const char *const words[] = {"off", "optional", "required"};
    r->slave->pec = (slave_pec)(slave_choose(r, words, COUNT(words)) & 3);
}

static void read_quick(slave_reader *r)
{
    r->slave->quick = slave_yes(r);
}

static void read_alert(slave_reader *r)
{
    r->slave->alert = slave_yes(r);
}

static void read_arp(slave_reader *r)
{
    static const char *const words[] = {"no", "yes", "persistent"};
    r->slave->arp = (slave_arp)(slave_choose(r, words, COUNT(words)) & 3);
}

static void read_udid(slave_reader *r)
{
    for (unsigned i = 0; i < SLAVE_UDID_BYTES; i++)
        r->slave->udid[i] = (uint8_t)slave_number(r, "16 bytes of a UDID", 0, 0xFF);
}

static void read_host_notify(slave_reader *r)
{
    r->slave->host_notify = slave_yes(r);
}

static void read_pmbus(slave_reader *r)
{
    static const char *const words[] = {"1.1", "1.2", "1.3", "no"};
    r->slave->pmbus = read_version(r, words, COUNT(words));
    if (r->slave->pmbus != NULL && strcmp(r->slave->pmbus, "no") == 0)
        r->slave->pmbus = NULL;
}

static const slave_key_reader readers[SLAVE_KEY_COUNT] = {
    [SLAVE_KEY_LIKE] = {slave_read_like, true, false},
    [SLAVE_KEY_ADDRESS] = {read_address_key, false, false},
    [SLAVE_KEY_ALSO_ANSWERS] = {read_multi_address, false, false},
    [SLAVE_KEY_NEW_ADDRESS] = {read_new_address, false, false},
    [SLAVE_KEY_SPEED] = {read_speed, true, false},
    [SLAVE_KEY_REVISION] = {read_revision, false, false},
    [SLAVE_KEY_STRETCH] = {read_stretch, false, false},
    [SLAVE_KEY_TEN_BIT] = {read_ten_bit, false, false},
    [SLAVE_KEY_GENERAL_CALL] = {read_general_call, false, false},
    [SLAVE_KEY_GENERAL_CALL_HARDWARE] = {read_general_call_hardware, false, false},
    [SLAVE_KEY_SOFTWARE_RESET] = {read_software_reset, false, false},
    [SLAVE_KEY_DEVICE_ID] = {read_device_id, false, false},
    [SLAVE_KEY_BUSY] = {read_busy, false, false},
    [SLAVE_KEY_NACK_DATA] = {read_nack_data, false, false},
    [SLAVE_KEY_OVERRUN] = {read_overrun, false, false},
    [SLAVE_KEY_UNDERRUN] = {read_underrun, false, false},
    [SLAVE_KEY_COMMIT] = {read_commit, false, false},
    [SLAVE_KEY_DIRECTION] = {read_direction, false, false},
    [SLAVE_KEY_ALSO_MASTER] = {read_also_master, false, false},
    [SLAVE_KEY_WAKE] = {read_wake, false, false},
    [SLAVE_KEY_READY] = {read_ready, false, false},
    [SLAVE_KEY_TIMEOUT] = {read_timeout, false, false},
    [SLAVE_KEY_TOLERATES] = {read_tolerates, false, true},
    [SLAVE_KEY_OUTPUT_DELAY] = {read_output_delay, false, false},
    [SLAVE_KEY_DATA] = {slave_read_data, false, false},
    [SLAVE_KEY_NEVER_WRITE] = {read_never_write, false, false},
    [SLAVE_KEY_KNOWN_GOOD] = {read_known_good, false, false},
    [SLAVE_KEY_MASTERS] = {read_masters, true, false},
    [SLAVE_KEY_ACCEPT] = {read_accept, true, true},
    [SLAVE_KEY_EXPECT] = {read_expect, true, false},
    [SLAVE_KEY_SMBUS] = {read_smbus, true, false},
    [SLAVE_KEY_SMBUS_CLASS] = {read_smbus_class, true, false},
    [SLAVE_KEY_PEC] = {read_pec, false, false},
    [SLAVE_KEY_QUICK] = {read_quick, false, false},
    [SLAVE_KEY_COMMAND] = {slave_read_command, false, true},
    [SLAVE_KEY_ALERT] = {read_alert, false, false},
    [SLAVE_KEY_ARP] = {read_arp, false, false},
    [SLAVE_KEY_UDID] = {read_udid, false, false},
    [SLAVE_KEY_HOST_NOTIFY] = {read_host_notify, false, false},
    [SLAVE_KEY_PMBUS] = {read_pmbus, true, false},
};

const slave_key_reader *slave_key_reader_of(slave_key key)
{
    const slave_key_reader *of_code = slave_code_key_reader_of(key);
    return of_code != NULL ? of_code : &readers[key];
}

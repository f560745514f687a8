/// What a scenario needs against what a slave declares; the profile that rules see.
#include "scenarios/lang/commands.h"
#include "scenarios/lang/eval.h"
#include "scenarios/lang/parser.h"
#include "scenarios/lang/registers.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define KEY_INFO(id, key, spec, form, text) {key, spec, form, text},
static const lang_key_info keys[] = {SLAVE_KEY_MAP(KEY_INFO)};
#undef KEY_INFO

lang_key_info lang_key_describe(slave_key key)
{
    assert(key < SLAVE_KEY_COUNT);
    return keys[key];
}

static const char *const forms[] = {"opaque", "echo",   "buffer", "queue",    "frame",
                                    "stream", "eeprom", "model",  "registers"};
#define SET_NAME(id, name, text) name,
static const char *const register_parts[] = {"registers.scratch",
                                             "registers.fifo",
                                             "registers.fifo_stays",
                                             "registers.command",
                                             "registers.increment",
                                             "registers.keeps_pointer",
                                             LANG_REGISTER_SET_MAP(SET_NAME)};
#undef SET_NAME
#define SET_NAME(id, name, text) name,
static const char *const command_sets[] = {"commands.receive_byte", LANG_COMMAND_SET_MAP(SET_NAME)};
#undef SET_NAME
static const char *const memory_parts[] = {
    "eeprom.current_page", "eeprom.current_next", "eeprom.protect_ack", "eeprom.protect_nack",
    "buffer.clamp",        "buffer.wrap",         "pointer.wide"};
enum {
    FORM_COUNT = sizeof forms / sizeof *forms,
    PART_COUNT = sizeof register_parts / sizeof *register_parts,
    COMMAND_SET_COUNT = sizeof command_sets / sizeof *command_sets,
    MEMORY_PART_COUNT = sizeof memory_parts / sizeof *memory_parts
};

static size_t find(const char *const *words, size_t count, const char *word)
{
    return lang_name_find(words, count, word, strlen(word));
}

size_t lang_need_words(const char **words, size_t capacity)
{
    size_t n = 0;
    for (size_t i = 0; i < SLAVE_KEY_COUNT && n < capacity; i++)
        words[n++] = keys[i].key;
    for (size_t i = 0; i < FORM_COUNT && n < capacity; i++)
        words[n++] = forms[i];
    for (size_t i = 0; i < PART_COUNT && n < capacity; i++)
        words[n++] = register_parts[i];
    for (size_t i = 0; i < COMMAND_SET_COUNT && n < capacity; i++)
        words[n++] = command_sets[i];
    for (size_t i = 0; i < MEMORY_PART_COUNT && n < capacity; i++)
        words[n++] = memory_parts[i];
    return n;
}

/// Whether `word` is one of the words of a key's form, "nack|stretch|discard".
static bool form_has(const char *form, const char *word)
{
    const size_t bytes = strlen(word);
    for (const char *at = strstr(form, word); at != NULL; at = strstr(at + 1, word)) {
        const bool begins = at == form || strchr(" |[.", at[-1]) != NULL;
        if (begins && strchr(" |].", at[bytes]) != NULL) // the closing NUL counts, too
            return true;
    }
    return false;
}

static slave_key find_key(const char *text, size_t bytes)
{
    for (size_t i = 0; i < SLAVE_KEY_COUNT; i++)
        if (strlen(keys[i].key) == bytes && memcmp(keys[i].key, text, bytes) == 0)
            return (slave_key)i;
    return SLAVE_KEY_COUNT;
}

/// Cuts the form of a key, "nack|stretch|discard [after N]", into the words that a file writes as
/// they stand; those in capitals stand for something.
static size_t cut_form(char *form, const char **words, size_t capacity)
{
    static const char between[] = " |[]";
    size_t n = 0;
    while (n < capacity && *(form += strspn(form, between)) != '\0') {
        const size_t bytes = strcspn(form, between);
        char *end = form + bytes;
        if (strspn(form, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:") < bytes)
            words[n++] = form;
        form = *end == '\0' ? end : end + 1;
        *end = '\0';
    }
    return n;
}

bool lang_need_nearest(const char *need, char *nearest, size_t bytes)
{
    enum { VALUES = 24 };
    const char *dot = strchr(need, '.');
    const slave_key key = dot == NULL ? SLAVE_KEY_COUNT : find_key(need, (size_t)(dot - need));
    const char *words[VALUES];
    char form[160];
    if (key == SLAVE_KEY_COUNT)
        return false;
    snprintf(form, sizeof form, "%s", keys[key].form);
    const size_t count = cut_form(form, words, VALUES);
    const char *value = key == SLAVE_KEY_DATA ? i2c_nearest(dot + 1, forms, FORM_COUNT)
                                              : i2c_nearest(dot + 1, words, count);
    if (value != NULL)
        snprintf(nearest, bytes, "%s.%s", keys[key].key, value);
    return value != NULL;
}

bool lang_need_known(const char *need, slave_key *key)
{
    const char *dot = strchr(need, '.');
    *key = SLAVE_KEY_DATA;
    if (find(forms, FORM_COUNT, need) < FORM_COUNT)
        return true;
    if (find(register_parts, PART_COUNT, need) < PART_COUNT ||
        find(memory_parts, MEMORY_PART_COUNT, need) < MEMORY_PART_COUNT)
        return true;
    if (find(command_sets, COMMAND_SET_COUNT, need) < COMMAND_SET_COUNT) {
        *key = SLAVE_KEY_COMMAND;
        return true;
    }
    *key = find_key(need, dot == NULL ? strlen(need) : (size_t)(dot - need));
    if (*key == SLAVE_KEY_COUNT)
        return false;
    if (*key == SLAVE_KEY_DATA && dot != NULL)
        return find(forms, FORM_COUNT, dot + 1) < FORM_COUNT;
    return dot == NULL || form_has(keys[*key].form, dot + 1);
}

static bool has_register(const slave_description *slave, const char *part)
{
    for (uint32_t i = 0; i < slave->data.register_count; i++) {
        const slave_register *r = &slave->data.registers[i];
        if ((strcmp(part, "scratch") == 0 && r->scratch && r->mask == 0xFF) ||
            (strcmp(part, "fifo") == 0 && r->fifo_bytes > 0) ||
            (strcmp(part, "fifo_stays") == 0 && r->fifo_bytes > 0 && r->no_increment) ||
            (strcmp(part, "command") == 0 && r->command))
            return true;
    }
    return (strcmp(part, "increment") == 0 && slave->data.increment) ||
           (strcmp(part, "keeps_pointer") == 0 && slave->data.keeps_pointer);
}

/// The value of a key that is one word of a list, as the file writes it; NULL for other keys.
static const char *word_of(const slave_description *s, slave_key key)
{
    static const char *const features[] = {"", "no", "yes"};
    static const char *const booleans[] = {"no", "yes"};
    switch (key) {
    case SLAVE_KEY_KIND:
        return ((const char *const[]){"hosted", "firmware", "avr", "rtl", "systemc"})[s->kind];
    case SLAVE_KEY_SPEED:
        return ((const char *const[]){"Sm", "Fm", "Fm+", "Hs"})[s->mode];
    case SLAVE_KEY_REVISION:
        return s->revision == I2C_REVISION_6 ? "rev6" : "rev7";
    case SLAVE_KEY_STRETCH:
        return ((const char *const[]){"none", "byte", "bit"})[s->stretch];
    case SLAVE_KEY_TEN_BIT:
        return features[s->ten_bit];
    case SLAVE_KEY_GENERAL_CALL:
        return s->general_call == I2C_FEATURE_YES ? "ack" : "no";
    case SLAVE_KEY_GENERAL_CALL_HARDWARE:
        return features[s->general_call_hardware];
    case SLAVE_KEY_SOFTWARE_RESET:
        return features[s->software_reset];
    case SLAVE_KEY_DEVICE_ID:
        return features[s->device_id];
    case SLAVE_KEY_BUSY:
        return ((const char *const[]){"ack", "nack_addr", "nack_data", "stretch"})[s->busy];
    case SLAVE_KEY_NACK_DATA:
        return booleans[s->nack_data];
    case SLAVE_KEY_OVERRUN:
        return ((const char *const[]){"nack", "stretch", "discard", "wrap"})[s->overrun];
    case SLAVE_KEY_UNDERRUN:
        return ((const char *const[]){"stretch", "byte", "repeat", "nack_addr"})[s->underrun];
    case SLAVE_KEY_COMMIT:
        return ((const char *const[]){"byte", "segment", "stop"})[s->commit];
    case SLAVE_KEY_DIRECTION:
        return ((const char *const[]){"both", "read", "write"})[s->direction];
    case SLAVE_KEY_ALSO_MASTER:
        return booleans[s->also_master];
    case SLAVE_KEY_WAKE:
        return s->wake == SLAVE_WAKE_NACK ? "nack" : "stretch";
    case SLAVE_KEY_TIMEOUT:
        return s->timeout_low_min_ps > 0 ? "low" : s->timeout_high_min_ps > 0 ? "high" : "none";
    case SLAVE_KEY_PEC:
        return ((const char *const[]){"off", "optional", "required"})[s->pec];
    case SLAVE_KEY_QUICK:
        return booleans[s->quick];
    case SLAVE_KEY_ALERT:
        return booleans[s->alert];
    case SLAVE_KEY_ARP:
        return ((const char *const[]){"no", "yes", "persistent"})[s->arp];
    case SLAVE_KEY_HOST_NOTIFY:
        return booleans[s->host_notify];
    case SLAVE_KEY_SMBUS:
        return s->smbus;
    case SLAVE_KEY_SMBUS_CLASS:
        return s->smbus_class_hz > 400000 ? "1M" : s->smbus_class_hz > 100000 ? "400k" : "100k";
    case SLAVE_KEY_PMBUS:
        return s->pmbus;
    default:
        return NULL;
    }
}

static bool tolerates(const slave_description *slave, const char *what)
{
    static const char *const words[] = {"latency", "main_stall", "irq_off"};
    for (uint32_t i = 0; i < slave->tolerance_count; i++)
        if (strcmp(words[slave->tolerances[i].what], what) == 0)
            return true;
    return false;
}

/// `part` of memory_parts.
static bool memory_has(const slave_data *data, size_t part)
{
    static const slave_current currents[] = {SLAVE_CURRENT_PAGE, SLAVE_CURRENT_NEXT};
    static const slave_protect protects[] = {SLAVE_PROTECT_ACK, SLAVE_PROTECT_NACK};
    static const bool wraps[] = {false, true};
    if (part == 6)
        return data->pointer_bytes > 1;
    if (part >= 4)
        return data->form == SLAVE_DATA_BUFFER && data->wrap == wraps[part - 4];
    return data->form == SLAVE_DATA_EEPROM &&
           (part < 2 ? data->current == currents[part] : data->protect == protects[part - 2]);
}

static bool data_need(const slave_description *slave, const char *need)
{
    const char *dot = strchr(need, '.');
    if (strcmp(need, "data") == 0)
        return slave->data.form != SLAVE_DATA_OPAQUE;
    const lang_register_set set = lang_register_set_find(need, strlen(need));
    if (set < LANG_REGISTERS_COUNT)
        return lang_register_set_count(slave, set) > 0;
    if (find(register_parts, PART_COUNT, need) < PART_COUNT)
        return slave->data.form == SLAVE_DATA_REGISTERS && has_register(slave, dot + 1);
    const size_t part = find(memory_parts, MEMORY_PART_COUNT, need);
    if (part < MEMORY_PART_COUNT)
        return memory_has(&slave->data, part);
    return find(forms, FORM_COUNT, dot == NULL ? need : dot + 1) == (size_t)slave->data.form;
}

static bool command_need(const slave_description *slave, const char *need)
{
    const lang_command_set set = lang_command_set_find(need, strlen(need));
    if (set < LANG_COMMANDS_COUNT)
        return lang_command_set_count(slave, set) > 0;
    return lang_command_received(slave) != NULL; // commands.receive_byte
}

/// Declared by its key, or by what says the same elsewhere in the file.
static bool is_declared(const slave_description *slave, slave_key key)
{
    if (key == SLAVE_KEY_BUSY && slave->busy_declared)
        return true;
    if (key == SLAVE_KEY_TIMEOUT && slave->smbus != NULL)
        return true; // SMBus says it: 25 ms to 35 ms, or `timeout none`
    return slave->declared[key].line > 0;
}

bool lang_need_is_met(const slave_description *slave, const char *need)
{
    slave_key key = SLAVE_KEY_COUNT;
    if (!lang_need_known(need, &key))
        return false;
    if (key == SLAVE_KEY_DATA)
        return data_need(slave, need);
    const char *dot = strchr(need, '.');
    if (key == SLAVE_KEY_COMMAND && dot != NULL)
        return command_need(slave, need);
    const char *word = word_of(slave, key);
    // What everyone has by default counts as declared only where a value is asked for.
    const bool has_default = key == SLAVE_KEY_KIND || key == SLAVE_KEY_SPEED ||
                             key == SLAVE_KEY_REVISION || key == SLAVE_KEY_DIRECTION;
    if (!is_declared(slave, key) && !(has_default && dot != NULL))
        return false;
    if (key == SLAVE_KEY_TOLERATES && dot != NULL)
        return tolerates(slave, dot + 1);
    if (key == SLAVE_KEY_DIRECTION && dot != NULL && slave->direction == SLAVE_BOTH)
        return true; // who supports both supports each
    if (dot != NULL)
        return word != NULL && strcmp(word, dot + 1) == 0;
    return word == NULL ||
           (strcmp(word, "none") != 0 && strcmp(word, "no") != 0 && strcmp(word, "off") != 0);
}

static const slave_register *first_register(const slave_description *slave, int part)
{
    for (uint32_t i = 0; i < slave->data.register_count; i++) {
        const slave_register *r = &slave->data.registers[i];
        if (part == 's'   ? r->scratch && r->mask == 0xFF
            : part == 'c' ? r->command
                          : r->fifo_bytes > 0)
            return r;
    }
    return NULL;
}

static bool give(bool known, uint64_t from, int64_t *value)
{
    *value = known ? (int64_t)from : 0;
    return known;
}

static bool holds_here(const lang_env *env, const slave_tolerance *promise)
{
    const bool stretches =
        is_declared(env->slave, SLAVE_KEY_STRETCH) && env->slave->stretch != I2C_STRETCH_NONE;
    if (promise->master == NULL)
        return !stretches || env->waits_ps == NULL || *env->waits_ps >= promise->time_ps;
    return env->on_master != NULL && env->on_master(env->on_master_ctx, promise->master);
}

/// The most of a lateness that is promised on the master of the case.
static bool give_promised(const lang_env *env, slave_lateness what, int64_t *value)
{
    uint64_t most = 0;
    if (env->promise != NULL)
        return give(env->promise->what == what, env->promise->time_ps, value);
    for (uint32_t i = 0; i < env->slave->tolerance_count; i++) {
        const slave_tolerance *promise = &env->slave->tolerances[i];
        if (promise->what == what && promise->time_ps > most && holds_here(env, promise))
            most = promise->time_ps;
    }
    return give(most > 0, most, value);
}

/// 11, 20 or 30; 0: none.
static unsigned smbus_version(const slave_description *s)
{
    if (s->smbus == NULL)
        return 0;
    return s->smbus[0] == '3' ? 30 : s->smbus[0] == '2' ? 20 : 11;
}

static uint64_t timeout_of(const slave_description *s, bool longest)
{
    const uint64_t low = longest ? s->timeout_low_max_ps : s->timeout_low_min_ps;
    return low > 0 ? low : longest ? s->timeout_high_max_ps : s->timeout_high_min_ps;
}

bool lang_profile_value_of(const lang_env *env, lang_profile_value which, int64_t *value)
{
    const slave_description *s = env->slave;
    const slave_register *scratch = first_register(s, 's');
    const slave_register *command = first_register(s, 'c');
    const slave_register *fifo = first_register(s, 'f');
    switch (which) {
    case LANG_PROFILE_ADDRESS:
        return give(true, s->addr7, value);
    case LANG_PROFILE_OWN_COUNT:
        return give(true, lang_register_set_count(s, LANG_REGISTERS_OWN_ADDRESSES), value);
    case LANG_PROFILE_OTHER_ADDRESS:
        return give(true, lang_other_addr7(s), value);
    case LANG_PROFILE_NEW_ADDRESS:
        return give(s->new_addr7 != 0, s->new_addr7, value);
    case LANG_PROFILE_DATA_SIZE:
        return give(s->data.size_bytes > 0, s->data.size_bytes, value);
    case LANG_PROFILE_DATA_EMPTY:
        return give(s->data.empty_known, s->data.empty_value, value);
    case LANG_PROFILE_DATA_INITIAL:
        return give(s->data.initial_known, s->data.initial_value, value);
    case LANG_PROFILE_POINTER_BYTES:
        return give(s->data.pointer_bytes > 0, s->data.pointer_bytes, value);
    case LANG_PROFILE_PAGE_BYTES:
        return give(s->data.page_bytes > 0, s->data.page_bytes, value);
    case LANG_PROFILE_SCRATCH_FIRST:
        return give(scratch != NULL, scratch != NULL ? scratch->at.first : 0, value);
    case LANG_PROFILE_SCRATCH_LAST:
        return give(scratch != NULL, scratch != NULL ? scratch->at.last : 0, value);
    case LANG_PROFILE_SCRATCH_SIZE:
        return give(scratch != NULL,
                    scratch != NULL ? (uint64_t)scratch->at.last - scratch->at.first + 1 : 0,
                    value);
    case LANG_PROFILE_SCRATCH_BEYOND:
        return give(lang_scratch_beyond(s) > 0, lang_scratch_beyond(s), value);
    case LANG_PROFILE_COMMAND_AT:
        return give(command != NULL, command != NULL ? command->at.first : 0, value);
    case LANG_PROFILE_FIFO_AT:
        return give(fifo != NULL, fifo != NULL ? fifo->at.first : 0, value);
    case LANG_PROFILE_FIFO_SIZE:
        return give(fifo != NULL, fifo != NULL ? fifo->fifo_bytes : 0, value);
    case LANG_PROFILE_FIFO_EMPTY:
        return give(fifo != NULL && fifo->empty_known, fifo != NULL ? fifo->empty_value : 0, value);
    case LANG_PROFILE_OVERRUN_AFTER:
        return give(s->overrun_after_bytes > 0, s->overrun_after_bytes, value);
    case LANG_PROFILE_UNDERRUN_VALUE:
        return give(is_declared(s, SLAVE_KEY_UNDERRUN) && s->underrun == SLAVE_UNDERRUN_BYTE,
                    s->underrun_value, value);
    case LANG_PROFILE_TEN_BIT_ADDRESS:
        return give(s->ten_bit == I2C_FEATURE_YES, s->addr10, value);
    case LANG_PROFILE_TEN_BIT_HEADER:
        return give(s->ten_bit == I2C_FEATURE_YES, 0x78u | s->addr10 >> 8, value);
    case LANG_PROFILE_TEN_BIT_LOW:
        return give(s->ten_bit == I2C_FEATURE_YES, s->addr10 & 0xFFu, value);
    case LANG_PROFILE_TEN_BIT_OTHER:
        return give(s->ten_bit == I2C_FEATURE_YES, lang_other_ten_bit(s), value);
    case LANG_PROFILE_DEVICE_ID:
        return give(s->device_id == I2C_FEATURE_YES, s->device_id_value, value);
    case LANG_PROFILE_STRETCH_MAX:
        return give(s->stretch_max_ps > 0, s->stretch_max_ps, value);
    case LANG_PROFILE_BUSY_MAX:
        return give(s->busy_max_ps > 0, s->busy_max_ps, value);
    case LANG_PROFILE_READY:
        return give(s->ready_ps > 0, s->ready_ps, value);
    case LANG_PROFILE_SMBUS_VERSION:
        return give(s->smbus != NULL, smbus_version(s), value);
    case LANG_PROFILE_PEC_USED:
        return give(s->smbus != NULL, s->pec != SLAVE_PEC_OFF, value);
    case LANG_PROFILE_ARP_VALID:
        return give(s->arp != SLAVE_ARP_NO, s->arp == SLAVE_ARP_PERSISTENT, value);
    case LANG_PROFILE_RECEIVED: {
        const slave_command *c = lang_command_received(s);
        return give(c != NULL && c->value_known, c != NULL ? c->value : 0, value);
    }
    case LANG_PROFILE_TIMEOUT_MIN:
        return give(timeout_of(s, false) > 0, timeout_of(s, false), value);
    case LANG_PROFILE_TIMEOUT_MAX:
        return give(timeout_of(s, true) > 0, timeout_of(s, true), value);
    case LANG_PROFILE_OUTPUT_DELAY:
        return give(s->output_delay_max_ps > 0, s->output_delay_max_ps, value);
    case LANG_PROFILE_MASTER_TIME:
        return give(env->own_time_ps > 0, env->own_time_ps, value);
    case LANG_PROFILE_LATENCY:
        return give_promised(env, SLAVE_LATENCY, value);
    case LANG_PROFILE_MAIN_STALL:
        return give_promised(env, SLAVE_MAIN_STALL, value);
    case LANG_PROFILE_IRQ_OFF:
        return give_promised(env, SLAVE_IRQ_OFF, value);
    default: // lang_indexed_value_of()
        break;
    }
    assert(which < LANG_PROFILE_COUNT);
    *value = 0;
    return false;
}

/// Bytes of its data behind the command; false: it has none, or a block.
static bool command_bytes(const slave_command *w, const slave_command *r, int64_t *value)
{
    const unsigned written = w != NULL ? lang_protocol_write(w->protocol) : 0;
    const unsigned read = r != NULL ? lang_protocol_read(r->protocol) : 0;
    const unsigned bytes = written != 0 ? written : read;
    return give(bytes != 0 && bytes != SLAVE_BLOCK, bytes, value);
}

static bool command_value_of(const slave_description *s, lang_profile_value which, int64_t code,
                             int64_t *value)
{
    const slave_command *w = lang_command_written(s, code);
    const slave_command *r = lang_command_read(s, code);
    switch (which) {
    case LANG_PROFILE_COMMAND_VALUE:
        return give(r != NULL && r->value_known, r != NULL ? r->value : 0, value);
    case LANG_PROFILE_COMMAND_BYTES:
        return command_bytes(w, r, value);
    case LANG_PROFILE_COMMAND_MAX:
        return give(w != NULL || r != NULL, lang_command_most(s, code), value);
    case LANG_PROFILE_COMMAND_COUNTER:
        return give(w != NULL && w->counted, w != NULL ? w->counted_by : 0, value);
    case LANG_PROFILE_COMMAND_VALID_FIRST:
        return give(w != NULL && w->valid_known, w != NULL ? w->valid.first : 0, value);
    case LANG_PROFILE_COMMAND_VALID_LAST:
        return give(w != NULL && w->valid_known, w != NULL ? w->valid.last : 0, value);
    case LANG_PROFILE_COMMAND_BUSY:
        return give(w != NULL && w->busy_ps > 0, w != NULL ? w->busy_ps : 0, value);
    case LANG_PROFILE_COMMAND_GIVEN:
        return give(w != NULL && w->given.count > 0, w != NULL ? w->given.count : 0, value);
    case LANG_PROFILE_COMMAND_GIVES:
        return give(w != NULL && w->gives.count > 0, w != NULL ? w->gives.count : 0, value);
    default:
        assert(lang_profile_is_indexed(which));
        return false;
    }
}

bool lang_indexed_value_of(const lang_env *env, lang_profile_value which, int64_t at,
                           int64_t *value)
{
    const slave_register *r = lang_register_at(env->slave, at);
    const slave_wrap *wrap = lang_wrap_from(env->slave, at);
    switch (which) {
    case LANG_PROFILE_REGISTER_RESET:
        return give(r != NULL && r->reset_known, r != NULL ? r->reset_value : 0, value);
    case LANG_PROFILE_REGISTER_MASK:
        return give(r != NULL, r != NULL ? r->mask : 0, value);
    case LANG_PROFILE_WRAP_TO:
        return give(wrap != NULL, wrap != NULL ? wrap->to : 0, value);
    case LANG_PROFILE_UDID_BYTE:
        return give(is_declared(env->slave, SLAVE_KEY_UDID) && at >= 0 && at < SLAVE_UDID_BYTES,
                    env->slave->udid[(uint64_t)at % SLAVE_UDID_BYTES], value);
    default:
        return command_value_of(env->slave, which, at, value);
    }
}

const char *lang_profile_value_key(lang_profile_value which)
{
#define KEY_OF(id, name, needed, type, text) SLAVE_KEY_##needed,
    static const slave_key needed_keys[] = {LANG_PROFILE_MAP(KEY_OF)};
#undef KEY_OF
    assert(which < LANG_PROFILE_COUNT);
    return keys[needed_keys[which]].key;
}

static void fill_addresses(i2c_profile *profile, const slave_description *slave)
{
    for (unsigned a = 0; a <= 0x7F; a++)
        if (slave_has_addr7(slave, (uint8_t)a))
            i2c_profile_own(profile, a);
}

void lang_profile_fill(i2c_profile *profile, const slave_description *slave)
{
    *profile = (i2c_profile){.new_addr7 = slave->new_addr7,
                             .addr10 = slave->addr10,
                             .ten_bit = slave->ten_bit,
                             .general_call = slave->general_call,
                             .general_call_hardware = slave->general_call_hardware,
                             .software_reset = slave->software_reset,
                             .device_id = slave->device_id,
                             .mode = slave->mode,
                             .scl_max_hz = slave->scl_max_hz,
                             .revision = slave->revision,
                             .stretch_declared = is_declared(slave, SLAVE_KEY_STRETCH),
                             .stretch = slave->stretch,
                             .stretch_max_ps = slave->stretch_max_ps,
                             .output_delay_max_ps = slave->output_delay_max_ps,
                             .timeout_low_min_ps = slave->timeout_low_min_ps,
                             .timeout_low_max_ps = slave->timeout_low_max_ps,
                             .timeout_high_min_ps = slave->timeout_high_min_ps,
                             .timeout_high_max_ps = slave->timeout_high_max_ps,
                             .also_master = slave->also_master || slave->host_notify,
                             .smbus = (uint8_t)smbus_version(slave),
                             .alert = slave->alert,
                             .arp = slave->arp != SLAVE_ARP_NO};
    fill_addresses(profile, slave);
}

uint8_t lang_other_addr7(const slave_description *slave)
{
    // Far from the slave's address in every bit pattern that a mask would cover, and not reserved.
    static const uint8_t candidates[] = {0x51, 0x2A, 0x35, 0x4E};
    i2c_profile profile;
    lang_profile_fill(&profile, slave);
    for (unsigned i = 0; i < sizeof candidates / sizeof *candidates; i++)
        if (!i2c_profile_may_own(&profile, candidates[i]))
            return candidates[i];
    return 0x63;
}

uint8_t lang_other_ten_bit(const slave_description *slave)
{
    return (uint8_t)((slave->addr10 ^ 0x80) & 0xFC); // never its own: another top bit
}

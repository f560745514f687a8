/// What a slave's keys say against each other. All of it is in one table: which two keys, when they
/// contradict, and what is said about it. Looked at when the whole file is read without a mistake.
#include "scenarios/lang/slave_reader.h"
#include "sim/units.h"

#include <stdio.h>
#include <string.h>

typedef bool conflict_fn(const slave_description *s);

typedef struct {
    slave_key key;  ///< at whose place it is told
    slave_key with; ///< whose line is named; SLAVE_KEY_COUNT: it is missing
    conflict_fn *holds;
    const char *says;
} conflict;

static bool is_declared(const slave_description *s, slave_key key)
{
    return s->declared[key].line > 0;
}

static bool holds_never(const slave_description *s)
{
    return is_declared(s, SLAVE_KEY_STRETCH) && s->stretch == I2C_STRETCH_NONE;
}

// ---- kind ---------------------------------------------------------------------------------------

static bool is_no_hardware(const slave_description *s)
{
    return is_declared(s, SLAVE_KEY_KIND) && s->kind != SLAVE_RTL && s->kind != SLAVE_SYSTEMC;
}

static bool is_no_firmware(const slave_description *s)
{
    return is_declared(s, SLAVE_KEY_KIND) && s->kind != SLAVE_FIRMWARE && s->kind != SLAVE_AVR;
}

static bool is_no_avr(const slave_description *s)
{
    return is_declared(s, SLAVE_KEY_KIND) && s->kind != SLAVE_AVR;
}

static bool has_split_pins(const slave_description *s)
{
    bool split = s->pins[SLAVE_PIN_SCL].inverted || s->pins[SLAVE_PIN_SDA].inverted;
    for (unsigned role = SLAVE_PIN_SCL_I; role < SLAVE_PIN_COUNT; role++)
        split = split || s->pins[role].name != NULL;
    return is_no_hardware(s) && split;
}

// ---- stretch none -------------------------------------------------------------------------------

static bool busy_holds(const slave_description *s)
{
    return holds_never(s) && is_declared(s, SLAVE_KEY_BUSY) && s->busy == SLAVE_BUSY_STRETCH;
}

static bool overrun_holds(const slave_description *s)
{
    return holds_never(s) && is_declared(s, SLAVE_KEY_OVERRUN) &&
           s->overrun == SLAVE_OVERRUN_STRETCH;
}

static bool underrun_holds(const slave_description *s)
{
    return holds_never(s) && is_declared(s, SLAVE_KEY_UNDERRUN) &&
           s->underrun == SLAVE_UNDERRUN_STRETCH;
}

static bool wake_holds(const slave_description *s)
{
    return holds_never(s) && is_declared(s, SLAVE_KEY_WAKE) && s->wake == SLAVE_WAKE_STRETCH;
}

static bool register_holds(const slave_description *s)
{
    for (uint32_t i = 0; holds_never(s) && i < s->data.register_count; i++)
        if (s->data.registers[i].busy_ps > 0 && s->data.registers[i].busy == SLAVE_BUSY_STRETCH)
            return true;
    return false;
}

// ---- times --------------------------------------------------------------------------------------

static bool holds_past_timeout(const slave_description *s)
{
    return is_declared(s, SLAVE_KEY_TIMEOUT) && s->timeout_low_max_ps > 0 &&
           s->stretch_max_ps > s->timeout_low_max_ps;
}

/// SMBus 3.2 table 1, tLOW:SEXT.
static bool holds_past_smbus(const slave_description *s)
{
    return s->smbus != NULL && s->stretch_max_ps > 25 * I2C_PS_PER_MS;
}

static bool smbus_without_timeout(const slave_description *s)
{
    return s->smbus != NULL && s->stretch != I2C_STRETCH_NONE &&
           is_declared(s, SLAVE_KEY_TIMEOUT) && s->timeout_low_max_ps == 0 &&
           s->timeout_high_max_ps == 0;
}

/// No bit of it could be right at its own speed, unless it holds SCL meanwhile.
static bool delay_beyond_clock(const slave_description *s)
{
    const bool may_hold = s->stretch == I2C_STRETCH_BIT && is_declared(s, SLAVE_KEY_STRETCH);
    return !may_hold && s->output_delay_max_ps >= I2C_PS_PER_S / s->scl_max_hz;
}

// ---- directions ---------------------------------------------------------------------------------

static bool is_writable(const slave_register *reg)
{
    return reg->access != SLAVE_RO;
}

static bool reads_only(const slave_description *s)
{
    return s->direction == SLAVE_READ_ONLY;
}

static bool writes_only(const slave_description *s)
{
    return s->direction == SLAVE_WRITE_ONLY;
}

static bool writable_but_reads_only(const slave_description *s)
{
    for (uint32_t i = 0; reads_only(s) && i < s->data.register_count; i++)
        if (is_writable(&s->data.registers[i]))
            return true;
    return false;
}

static bool readable_but_writes_only(const slave_description *s)
{
    for (uint32_t i = 0; writes_only(s) && i < s->data.register_count; i++)
        if (s->data.registers[i].access != SLAVE_WO)
            return true;
    return false;
}

/// Forms in which what was written is read.
static bool comes_back(const slave_description *s)
{
    const slave_data_form form = s->data.form;
    return s->direction != SLAVE_BOTH && (form == SLAVE_DATA_ECHO || form == SLAVE_DATA_BUFFER ||
                                          form == SLAVE_DATA_QUEUE || form == SLAVE_DATA_EEPROM);
}

static bool frame_but_writes_only(const slave_description *s)
{
    return writes_only(s) && s->data.form == SLAVE_DATA_FRAME;
}

static bool overrun_but_reads_only(const slave_description *s)
{
    return reads_only(s) && is_declared(s, SLAVE_KEY_OVERRUN);
}

static bool commit_but_reads_only(const slave_description *s)
{
    return reads_only(s) && is_declared(s, SLAVE_KEY_COMMIT);
}

static bool refuses_but_reads_only(const slave_description *s)
{
    return reads_only(s) && s->nack_data;
}

static bool underrun_but_writes_only(const slave_description *s)
{
    return writes_only(s) && is_declared(s, SLAVE_KEY_UNDERRUN);
}

// ---- data ---------------------------------------------------------------------------------------

/// The range of `never_write` that holds the address; NULL: it may be written.
static const slave_range *forbidding(const slave_description *s, uint64_t at)
{
    for (uint32_t i = 0; i < s->never_write_count; i++)
        if (at >= s->never_write[i].first && at <= s->never_write[i].last)
            return &s->never_write[i];
    return NULL;
}

/// All of it, by one range or by several together.
static bool is_forbidden(const slave_description *s, const slave_range *range)
{
    uint64_t at = range->first;
    while (at <= range->last) {
        const slave_range *by = forbidding(s, at);
        if (by == NULL)
            return false;
        at = (uint64_t)by->last + 1;
    }
    return true;
}

/// Every register that could be written; without registers, every value of a pointer of one byte.
static bool nothing_is_left(const slave_description *s)
{
    const slave_range all = {0, 0xFF};
    uint32_t writable = 0;
    for (uint32_t i = 0; i < s->data.register_count; i++) {
        if (!is_writable(&s->data.registers[i]))
            continue;
        writable++;
        if (!is_forbidden(s, &s->data.registers[i].at))
            return false;
    }
    return s->never_write_count > 0 && (writable > 0 || is_forbidden(s, &all));
}

static bool scratch_is_forbidden(const slave_description *s)
{
    for (uint32_t i = 0; i < s->data.register_count; i++)
        for (uint32_t k = 0; k < s->never_write_count; k++)
            if (s->data.registers[i].scratch &&
                s->data.registers[i].at.first <= s->never_write[k].last &&
                s->never_write[k].first <= s->data.registers[i].at.last)
                return true;
    return false;
}

static bool wraps_beyond_pointer(const slave_description *s)
{
    const uint32_t bytes = s->data.pointer_bytes;
    const uint32_t highest = bytes >= 4 ? UINT32_MAX : (UINT32_C(1) << (8 * bytes)) - 1;
    for (uint32_t i = 0; i < s->data.wrap_count; i++)
        if (s->data.wraps[i].from > highest || s->data.wraps[i].to > highest)
            return true;
    return false;
}

static bool empty_is_two_values(const slave_description *s)
{
    return s->data.form == SLAVE_DATA_QUEUE && s->data.empty_known &&
           is_declared(s, SLAVE_KEY_UNDERRUN) && s->underrun == SLAVE_UNDERRUN_BYTE &&
           s->underrun_value != s->data.empty_value;
}

static bool eeprom_commits_early(const slave_description *s)
{
    return s->data.form == SLAVE_DATA_EEPROM && is_declared(s, SLAVE_KEY_COMMIT) &&
           s->commit != SLAVE_COMMIT_STOP;
}

// ---- features -----------------------------------------------------------------------------------

static bool reset_without_call(const slave_description *s)
{
    return s->general_call == I2C_FEATURE_NO && s->software_reset == I2C_FEATURE_YES;
}

static bool hardware_without_call(const slave_description *s)
{
    return s->general_call == I2C_FEATURE_NO && s->general_call_hardware == I2C_FEATURE_YES;
}

static bool own_address_again(const slave_description *s)
{
    for (uint32_t i = 0; i < s->further_addr7_count; i++)
        if (s->further_addr7[i] == s->addr7)
            return true;
    return false;
}

static bool new_address_is_own(const slave_description *s)
{
    return s->new_addr7 == s->addr7;
}

/// A run plays the slave's own masters: it would never be held to it.
static bool tolerates_on_nobody(const slave_description *s)
{
    for (uint32_t i = 0; s->master_count > 0 && i < s->tolerance_count; i++) {
        const char *name = s->tolerances[i].master;
        bool named = name == NULL;
        for (uint32_t k = 0; k < s->master_count && !named; k++)
            named = strncmp(s->masters[k].text, name, strcspn(name, "@,")) == 0;
        if (!named)
            return true;
    }
    return false;
}

// ---- known_good ---------------------------------------------------------------------------------

static bool good_is_for_others(const slave_description *s)
{
    lang_known_good_facts facts;
    return lang_known_good_ask(s, &facts) && !facts.addresses_slave;
}

static bool good_writes_data(const slave_description *s)
{
    lang_known_good_facts facts;
    return reads_only(s) && lang_known_good_ask(s, &facts) && facts.writes;
}

static bool good_reads(const slave_description *s)
{
    lang_known_good_facts facts;
    return writes_only(s) && lang_known_good_ask(s, &facts) && facts.reads;
}

static bool good_writes_forbidden(const slave_description *s)
{
    lang_known_good_facts facts;
    return lang_known_good_ask(s, &facts) && facts.pointer_known && facts.data_follows &&
           s->data.pointer_bytes <= 1 && forbidding(s, facts.pointer) != NULL;
}

static bool notifies_but_never_master(const slave_description *s)
{
    return s->host_notify && is_declared(s, SLAVE_KEY_ALSO_MASTER) && !s->also_master;
}

static bool pec_alone(const slave_description *s)
{
    return s->smbus == NULL && s->pec != SLAVE_PEC_OFF;
}

static bool class_alone(const slave_description *s)
{
    return s->smbus == NULL && s->smbus_class_hz > 0;
}

static bool command_alone(const slave_description *s)
{
    return s->smbus == NULL && s->command_count > 0;
}

static bool alert_alone(const slave_description *s)
{
    return s->smbus == NULL && s->alert;
}

static bool arp_alone(const slave_description *s)
{
    return s->smbus == NULL && s->arp != SLAVE_ARP_NO;
}

static bool udid_alone(const slave_description *s)
{
    return s->arp == SLAVE_ARP_NO && is_declared(s, SLAVE_KEY_UDID);
}

static bool notify_alone(const slave_description *s)
{
    return s->smbus == NULL && s->host_notify;
}

static bool pmbus_alone(const slave_description *s)
{
    return s->smbus == NULL && s->pmbus != NULL;
}

static bool class_before_its_time(const slave_description *s)
{
    return s->smbus != NULL && strcmp(s->smbus, "3.x") != 0 && s->smbus_class_hz > 100000;
}

static bool class_beyond_speed(const slave_description *s)
{
    return is_declared(s, SLAVE_KEY_SPEED) && s->smbus_class_hz > s->scl_max_hz;
}

#define MISSING SLAVE_KEY_COUNT

static const conflict conflicts[] = {
    {SLAVE_KEY_ELF, SLAVE_KEY_KIND, is_no_avr, "\"elf\" is of kind avr"},
    {SLAVE_KEY_BIT, SLAVE_KEY_KIND, is_no_firmware, "\"bit\" is of kind firmware"},
    {SLAVE_KEY_STUB, SLAVE_KEY_KIND, is_no_firmware, "\"stub\" is of kind firmware"},
    {SLAVE_KEY_STRICT_REGISTERS, SLAVE_KEY_KIND, is_no_firmware,
     "\"strict_registers\" is of kind firmware"},
    {SLAVE_KEY_TOP, SLAVE_KEY_KIND, is_no_hardware, "\"top\" is of kinds rtl and systemc"},
    {SLAVE_KEY_CLOCK, SLAVE_KEY_KIND, is_no_hardware, "\"clock\" is of kinds rtl and systemc"},
    {SLAVE_KEY_RESET, SLAVE_KEY_KIND, is_no_hardware, "\"reset\" is of kinds rtl and systemc"},
    {SLAVE_KEY_PARAMETER, SLAVE_KEY_KIND, is_no_hardware,
     "\"parameter\" is of kinds rtl and systemc"},
    {SLAVE_KEY_INPUT, SLAVE_KEY_KIND, is_no_hardware, "\"input\" is of kinds rtl and systemc"},
    {SLAVE_KEY_PINS, SLAVE_KEY_KIND, has_split_pins,
     "pins in two parts, and ! before one, are of kinds rtl and systemc"},
    {SLAVE_KEY_BUSY, SLAVE_KEY_STRETCH, busy_holds,
     "\"busy stretch\" contradicts \"stretch none\""},
    {SLAVE_KEY_OVERRUN, SLAVE_KEY_STRETCH, overrun_holds,
     "\"overrun stretch\" contradicts \"stretch none\""},
    {SLAVE_KEY_UNDERRUN, SLAVE_KEY_STRETCH, underrun_holds,
     "\"underrun stretch\" contradicts \"stretch none\""},
    {SLAVE_KEY_WAKE, SLAVE_KEY_STRETCH, wake_holds,
     "\"wake stretch\" contradicts \"stretch none\""},
    {SLAVE_KEY_DATA, SLAVE_KEY_STRETCH, register_holds,
     "a register with \"busy ... stretch\" contradicts \"stretch none\""},
    {SLAVE_KEY_STRETCH, SLAVE_KEY_TIMEOUT, holds_past_timeout,
     "a hold of SCL longer than its own \"timeout\""},
    {SLAVE_KEY_STRETCH, SLAVE_KEY_SMBUS, holds_past_smbus,
     "more than the 25 ms that SMBus leaves a slave in all (tLOW:SEXT)"},
    {SLAVE_KEY_TIMEOUT, SLAVE_KEY_SMBUS, smbus_without_timeout,
     "\"timeout none\" contradicts \"smbus\": a low SCL ends in 25ms..35ms there, unless \"stretch "
     "none\""},
    {SLAVE_KEY_OUTPUT_DELAY, SLAVE_KEY_SPEED, delay_beyond_clock,
     "as long as a whole clock at its speed: no bit could be right; declare a slower \"speed\""},
    {SLAVE_KEY_DIRECTION, SLAVE_KEY_DATA, writable_but_reads_only,
     "\"direction read\" contradicts its rw or wo registers"},
    {SLAVE_KEY_DIRECTION, SLAVE_KEY_DATA, readable_but_writes_only,
     "\"direction write\" contradicts its rw or ro registers"},
    {SLAVE_KEY_DIRECTION, SLAVE_KEY_DATA, comes_back,
     "what is written comes back in this form of \"data\": it needs both directions"},
    {SLAVE_KEY_DIRECTION, SLAVE_KEY_DATA, frame_but_writes_only,
     "\"direction write\" contradicts \"data frame\""},
    {SLAVE_KEY_OVERRUN, SLAVE_KEY_DIRECTION, overrun_but_reads_only,
     "\"overrun\" is about writes and contradicts \"direction read\""},
    {SLAVE_KEY_COMMIT, SLAVE_KEY_DIRECTION, commit_but_reads_only,
     "\"commit\" is about writes and contradicts \"direction read\""},
    {SLAVE_KEY_NACK_DATA, SLAVE_KEY_DIRECTION, refuses_but_reads_only,
     "\"nack_data yes\" is about writes and contradicts \"direction read\""},
    {SLAVE_KEY_UNDERRUN, SLAVE_KEY_DIRECTION, underrun_but_writes_only,
     "\"underrun\" is about reads and contradicts \"direction write\""},
    {SLAVE_KEY_NEVER_WRITE, SLAVE_KEY_DATA, nothing_is_left,
     "\"never_write\" leaves nothing that may be written: say \"direction read\" or less"},
    {SLAVE_KEY_NEVER_WRITE, SLAVE_KEY_DATA, scratch_is_forbidden,
     "\"never_write\" contradicts a \"scratch\" register, where tests write"},
    {SLAVE_KEY_DATA, SLAVE_KEY_DATA, wraps_beyond_pointer,
     "a wrap beyond what the bytes of the pointer reach"},
    {SLAVE_KEY_UNDERRUN, SLAVE_KEY_DATA, empty_is_two_values,
     "not the value that its queue gives when it is \"empty\""},
    {SLAVE_KEY_COMMIT, SLAVE_KEY_DATA, eeprom_commits_early,
     "an EEPROM writes at STOP: \"commit stop\" or leave it out"},
    {SLAVE_KEY_SOFTWARE_RESET, SLAVE_KEY_GENERAL_CALL, reset_without_call,
     "\"software_reset yes\" contradicts \"general_call no\""},
    {SLAVE_KEY_GENERAL_CALL_HARDWARE, SLAVE_KEY_GENERAL_CALL, hardware_without_call,
     "\"general_call_hardware yes\" contradicts \"general_call no\""},
    {SLAVE_KEY_ALSO_ANSWERS, SLAVE_KEY_ADDRESS, own_address_again,
     "\"multi_address\" names its own \"address\" again"},
    {SLAVE_KEY_NEW_ADDRESS, SLAVE_KEY_ADDRESS, new_address_is_own,
     "\"new_address\" is its own \"address\" again"},
    {SLAVE_KEY_TOLERATES, SLAVE_KEY_MASTERS, tolerates_on_nobody,
     "on a master that \"masters\" does not name: no run would hold the slave to it"},
    {SLAVE_KEY_KNOWN_GOOD, SLAVE_KEY_ADDRESS, good_is_for_others,
     "\"known_good\" never addresses the slave"},
    {SLAVE_KEY_KNOWN_GOOD, SLAVE_KEY_DIRECTION, good_writes_data,
     "\"known_good\" writes and contradicts \"direction read\""},
    {SLAVE_KEY_KNOWN_GOOD, SLAVE_KEY_DIRECTION, good_reads,
     "\"known_good\" reads and contradicts \"direction write\""},
    {SLAVE_KEY_KNOWN_GOOD, SLAVE_KEY_NEVER_WRITE, good_writes_forbidden,
     "\"known_good\" writes where \"never_write\" forbids it"},
    {SLAVE_KEY_HOST_NOTIFY, SLAVE_KEY_ALSO_MASTER, notifies_but_never_master,
     "\"host_notify yes\" is a transfer of its own and contradicts \"also_master no\""},
    {SLAVE_KEY_PEC, MISSING, pec_alone, "\"pec\" needs \"smbus\""},
    {SLAVE_KEY_SMBUS_CLASS, MISSING, class_alone, "\"smbus_class\" needs \"smbus\""},
    {SLAVE_KEY_COMMAND, MISSING, command_alone, "\"command\" needs \"smbus\""},
    {SLAVE_KEY_ALERT, MISSING, alert_alone, "\"alert yes\" needs \"smbus\""},
    {SLAVE_KEY_ARP, MISSING, arp_alone, "\"arp\" needs \"smbus\""},
    {SLAVE_KEY_UDID, MISSING, udid_alone, "\"udid\" needs \"arp\""},
    {SLAVE_KEY_HOST_NOTIFY, MISSING, notify_alone, "\"host_notify yes\" needs \"smbus\""},
    {SLAVE_KEY_PMBUS, MISSING, pmbus_alone, "\"pmbus\" needs \"smbus\""},
    {SLAVE_KEY_SMBUS_CLASS, SLAVE_KEY_SMBUS, class_before_its_time,
     "classes beyond 100k came with SMBus 3.0"},
    {SLAVE_KEY_SMBUS_CLASS, SLAVE_KEY_SPEED, class_beyond_speed,
     "a class beyond its \"speed\": that is the fastest clock it serves"},
};

// ---- telling ------------------------------------------------------------------------------------

/// Offset of the place in the file that is read last, the slave's own.
static size_t offset_of(const slave_reader *r, const slave_place *place)
{
    const char *text = r->p.lexer.text;
    size_t at = 0;
    for (uint32_t line = 1; line < place->line && at < r->p.lexer.bytes; at++)
        line += text[at] == '\n';
    return at + place->column - 1;
}

static bool is_own(const slave_reader *r, slave_key key)
{
    return strcmp(slave_key_path(r->slave, key), r->slave->path) == 0;
}

/// The file's own key is told of: of two, that is the one that was added to what it is like.
static void tell(slave_reader *r, const conflict *c)
{
    slave_key key = c->key;
    slave_key with = c->with;
    char behind[300] = "";
    if (with != MISSING && is_declared(r->slave, with) && !is_own(r, key) && is_own(r, with)) {
        with = key;
        key = c->with;
    }
    if (with != MISSING && with != key && is_declared(r->slave, with)) {
        const bool here = is_own(r, with);
        snprintf(behind, sizeof behind, " (%s%s%u)",
                 here ? "line " : slave_key_path(r->slave, with), here ? "" : ":",
                 r->slave->declared[with].line);
    }
    const slave_place *at = &r->slave->declared[key];
    lang_place place = {.path = slave_key_path(r->slave, key),
                        .line = at->line,
                        .column = at->column,
                        .text = "",
                        .bytes = 0};
    if (is_own(r, key)) {
        place.text = r->p.lexer.text;
        place.bytes = r->p.lexer.bytes;
        place.at = offset_of(r, at);
    }
    lang_complain(r->p.lexer.diagnostics, &place, "%s%s", c->says, behind);
}

void slave_check_conflicts(slave_reader *r)
{
    for (size_t i = 0; i < sizeof conflicts / sizeof conflicts[0]; i++)
        if (is_declared(r->slave, conflicts[i].key) && conflicts[i].holds(r->slave))
            tell(r, &conflicts[i]);
}

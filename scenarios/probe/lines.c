// What was learned, as lines of a `.slave` file, compared with what the file declares.
#include "scenarios/probe/probe_private.h"
#include "scenarios/probe/say.h"
#include "scenarios/probe/say_data.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LIST_BYTES = 80 };

static probe_addresses either(const probe_report *report)
{
    return (probe_addresses){{report->writes.bits[0] | report->reads.bits[0],
                              report->writes.bits[1] | report->reads.bits[1]}};
}

static void drop(probe_addresses *set, unsigned addr7)
{
    set->bits[addr7 / 64] &= ~(UINT64_C(1) << (addr7 % 64));
}

static bool is_empty(const probe_addresses *set, unsigned first, unsigned last)
{
    for (unsigned addr7 = first; addr7 <= last; addr7++)
        if (probe_has(set, addr7))
            return false;
    return true;
}

// ---- addresses ----------------------------------------------------------------------------------

static const char *directions(const probe_report *report, unsigned addr7)
{
    const bool writes = probe_has(&report->writes, addr7);
    if (writes && probe_has(&report->reads, addr7))
        return "writes and reads";
    return writes ? "writes only" : "reads only";
}

static void say_address(probe_lines *lines, const probe_report *report,
                        const slave_description *slave)
{
    probe_line *line = say_line(lines, slave, SLAVE_KEY_ADDRESS);
    const uint8_t declared = slave->addr7;
    if (!report->addresses_asked) {
        say_not_told(line, "it hangs before all addresses are asked");
        return;
    }
    if (!report->answers) {
        say_not_told(line, "it answers at no address: does its START interrupt come, are these "
                           "its pins, how long does it need after reset?");
        return;
    }
    say_text(line, "0x%02X", report->addr7);
    say_how(line, "acknowledges 0x%02X, %s", report->addr7, directions(report, report->addr7));
    say_stand(line, slave, declared == report->addr7);
    if (line->stand == PROBE_CONTRADICTS && declared >> 1 == report->addr7)
        say_how(line, "answers at 0x%02X = 0x%02X >> 1: is 0x%02X the 8-bit form?", report->addr7,
                declared, declared);
    else if (line->stand == PROBE_CONTRADICTS)
        say_how(line, "acknowledges 0x%02X, %s, and not 0x%02X", report->addr7,
                directions(report, report->addr7), declared);
}

/// Bits in which the addresses differ from the own one, if all their combinations are answered.
static uint8_t mask_of(const probe_addresses *set, uint8_t own)
{
    uint8_t mask = 0;
    unsigned count = 1;
    for (unsigned addr7 = 0; addr7 < 128; addr7++) {
        if (!probe_has(set, addr7))
            continue;
        mask |= (uint8_t)(addr7 ^ own);
        count++;
    }
    return count == 1u << __builtin_popcount(mask) && count > 2 ? mask : 0;
}

static bool as_declared(const slave_description *slave, const probe_report *report,
                        const probe_addresses *further)
{
    for (unsigned addr7 = FIRST_FREE_ADDR7; addr7 <= LAST_FREE_ADDR7; addr7++) {
        const bool answered = addr7 == report->addr7 || probe_has(further, addr7);
        if (answered != slave_has_addr7(slave, (uint8_t)addr7))
            return false;
    }
    return true;
}

static void say_further(probe_lines *lines, const probe_report *report,
                        const slave_description *slave)
{
    char list[LIST_BYTES];
    probe_addresses further = either(report);
    drop(&further, report->addr7);
    if (slave->arp != SLAVE_ARP_NO)
        drop(&further, ARP_ADDR7);
    for (unsigned addr7 = 0; addr7 < 128; addr7++)
        if (addr7 < FIRST_FREE_ADDR7 || addr7 > LAST_FREE_ADDR7)
            drop(&further, addr7);
    const bool none = is_empty(&further, 0, 127);
    if (none && slave->declared[SLAVE_KEY_ALSO_ANSWERS].line == 0)
        return;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_ALSO_ANSWERS);
    const uint8_t mask = mask_of(&further, report->addr7);
    say_addresses(&further, 0, 127, list, sizeof list);
    if (mask != 0)
        say_text(line, "mask 0x%02X", mask);
    else
        say_text(line, "%s", list);
    say_how(line, "acknowledges %s, too", none ? "no further address" : list);
    line->present = !none;
    say_stand(line, slave, as_declared(slave, report, &further));
}

/// The addresses that UM10204 3.1.12 keeps for other things.
static void say_reserved(probe_lines *lines, const probe_report *report,
                         const slave_description *slave)
{
    char list[LIST_BYTES];
    probe_addresses set = either(report);
    drop(&set, 0);
    if (report->device_id_known || slave->device_id == I2C_FEATURE_YES)
        drop(&set, DEVICE_ID_ADDR7);
    for (unsigned i = 0; i < report->addr10_count; i++)
        drop(&set, 0x78u | report->addr10[i] >> 8);
    for (unsigned addr7 = FIRST_FREE_ADDR7; addr7 <= LAST_FREE_ADDR7; addr7++)
        drop(&set, addr7);
    if (probe_has(&report->reads, 0)) {
        probe_line *line = say_fact(lines);
        line->present = true;
        say_how(line, "acknowledges the START byte 0x01, which nobody may (UM10204 3.1.15)");
    }
    if (is_empty(&set, 0, 127))
        return;
    probe_line *line = say_fact(lines);
    line->present = true;
    say_addresses(&set, 0, 127, list, sizeof list);
    say_how(line, "acknowledges the reserved %s (UM10204 3.1.12)", list);
}

static void say_direction(probe_lines *lines, const probe_report *report,
                          const slave_description *slave)
{
    static const char *const words[] = {"both", "read", "write"};
    const bool writes = probe_has(&report->writes, report->addr7);
    const bool reads = probe_has(&report->reads, report->addr7);
    const slave_direction seen = writes && reads ? SLAVE_BOTH
                                 : reads         ? SLAVE_READ_ONLY
                                                 : SLAVE_WRITE_ONLY;
    if (seen == SLAVE_BOTH && slave->declared[SLAVE_KEY_DIRECTION].line == 0)
        return;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_DIRECTION);
    say_text(line, "%s", words[seen]);
    say_how(line, "acknowledges its address in %s", directions(report, report->addr7));
    line->present = seen != SLAVE_BOTH;
    say_stand(line, slave, slave->direction == seen);
}

// ---- SCL ----------------------------------------------------------------------------------------

static uint64_t pulls_of(const probe_report *report)
{
    uint64_t pulls = 0;
    for (unsigned i = 0; i < PROBE_PLACE_COUNT; i++)
        pulls += report->hold[i].pulls;
    return pulls;
}

static void list_holds(const probe_report *report, char *text, size_t bytes)
{
#define TEXT(name, words) words,
    static const char *const places[] = {PROBE_PLACE_MAP(TEXT)};
#undef TEXT
    char time[I2C_TIME_TEXT];
    size_t used = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < PROBE_PLACE_COUNT; i++) {
        const probe_holds *hold = &report->hold[i];
        if (hold->pulls == 0 || used >= bytes)
            continue;
        used += (size_t)snprintf(
            text + used, bytes - used, "%s%s %s%s", used == 0 ? "" : ", ", places[i],
            hold->longest_ps == 0 ? "within the master's LOW" : "up to ",
            hold->longest_ps == 0 ? "" : i2c_time_text(time, (int64_t)hold->longest_ps));
    }
}

static uint64_t longest_of(const probe_report *report)
{
    uint64_t longest_ps = 0;
    for (unsigned i = 0; i < PROBE_PLACE_COUNT; i++)
        if (report->hold[i].longest_ps > longest_ps)
            longest_ps = report->hold[i].longest_ps;
    return longest_ps;
}

static bool stretch_agrees(const slave_description *slave, i2c_stretch seen, uint64_t longest_ps)
{
    const bool long_enough = slave->stretch_max_ps == 0 || longest_ps <= slave->stretch_max_ps;
    return seen <= slave->stretch && long_enough;
}

static void say_stretch(probe_lines *lines, const probe_report *report,
                        const slave_description *slave)
{
    static const char *const words[] = {"none", "byte", "bit"};
    char places[160];
    char time[SAY_TIME_BYTES];
    probe_line *line = say_line(lines, slave, SLAVE_KEY_STRETCH);
    const uint64_t longest_ps = longest_of(report);
    const i2c_stretch seen = report->hold[PROBE_AT_BIT].pulls > 0 ? I2C_STRETCH_BIT
                             : pulls_of(report) > 0               ? I2C_STRETCH_BYTE
                                                                  : I2C_STRETCH_NONE;
    list_holds(report, places, sizeof places);
    if (longest_ps > 0 && !report->scl_stuck)
        say_text(line, "%s max %s", words[seen], say_time(say_rounded_up(longest_ps), time));
    else
        say_text(line, "%s", words[seen]);
    if (seen == I2C_STRETCH_NONE)
        say_how(line, "never pulls SCL in %" PRIu64 " transfers", report->transfers);
    else
        say_how(line, "pulls SCL %s%s", places,
                report->scl_stuck ? ", and once did not let go of it" : "");
    line->present = seen != I2C_STRETCH_NONE;
    say_stand(line, slave, stretch_agrees(slave, seen, longest_ps));
}

// ---- features -----------------------------------------------------------------------------------

static void say_ten_bit(probe_lines *lines, const probe_report *report,
                        const slave_description *slave)
{
    bool same = report->addr10_count == 0 && slave->ten_bit == I2C_FEATURE_NO;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_TEN_BIT);
    for (unsigned i = 0; i < report->addr10_count; i++)
        same = same || (slave->ten_bit == I2C_FEATURE_YES && slave->addr10 == report->addr10[i]);
    line->present = report->addr10_count > 0;
    if (line->present)
        say_text(line, "0x%03X",
                 slave->ten_bit == I2C_FEATURE_YES && same ? slave->addr10 : report->addr10[0]);
    else
        say_text(line, "no");
    say_how(line, "%u of 1024 10-bit addresses acknowledged", report->addr10_count);
    say_stand(line, slave, same);
}

static void say_general_call(probe_lines *lines, const probe_report *report,
                             const slave_description *slave)
{
    const bool acks = probe_has(&report->writes, 0);
    probe_line *line = say_line(lines, slave, SLAVE_KEY_GENERAL_CALL);
    say_text(line, "%s", acks ? "ack" : "no");
    say_how(line, "0x00 + W is %sacknowledged", acks ? "" : "not ");
    line->present = acks;
    say_stand(line, slave, acks == (slave->general_call == I2C_FEATURE_YES));
}

static void say_device_id(probe_lines *lines, const probe_report *report,
                          const slave_description *slave)
{
    const bool yes = slave->device_id == I2C_FEATURE_YES;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_DEVICE_ID);
    if (report->device_id_known)
        say_text(line, "0x%06X", report->device_id);
    else
        say_text(line, "no");
    say_how(line, "%s",
            report->device_id_known ? "gives it after 0xF8, its address and 0xF9"
                                    : "0xF8 is not answered");
    line->present = report->device_id_known;
    const bool same =
        yes == report->device_id_known && (!yes || slave->device_id_value == report->device_id);
    say_stand(line, slave, same);
}

static void say_ready(probe_lines *lines, const probe_report *report,
                      const slave_description *slave)
{
    char time[SAY_TIME_BYTES];
    char not_yet[I2C_TIME_TEXT];
    char then[I2C_TIME_TEXT];
    probe_line *line = say_line(lines, slave, SLAVE_KEY_READY);
    const uint64_t bound_ps = slave->ready_ps > 0 ? slave->ready_ps : SLAVE_USUAL_READY_PS;
    line->present = report->ready_ps > SLAVE_USUAL_READY_PS;
    if (line->present)
        say_text(line, "within %s after reset", say_time(say_rounded_up(report->ready_ps), time));
    else
        say_text(line, "auto");
    if (report->ready_ps == 0)
        say_how(line, "answers a START at reset already");
    else
        say_how(line, "answers a START %s after reset, and not yet one after %s",
                i2c_time_text(then, (int64_t)report->ready_ps),
                i2c_time_text(not_yet, (int64_t)report->not_ready_ps));
    say_stand(line, slave, report->ready_ps <= bound_ps);
}

// ---- the rest -----------------------------------------------------------------------------------

/// What the file declares and no transfer from reset can show.
static void say_not_asked(probe_lines *lines, const probe_report *report,
                          const slave_description *slave)
{
    static const struct {
        slave_key key;
        const char *why;
    } rest[] = {
        {SLAVE_KEY_SPEED, "a promise, no behaviour: try --master with faster ones"},
        {SLAVE_KEY_REVISION, "which rule binds"},
        {SLAVE_KEY_TOLERATES, "a promise: with late interrupts the suite holds it to it"},
        {SLAVE_KEY_OUTPUT_DELAY, "a promise: the suite's margins show how slow SDA is"},
        {SLAVE_KEY_NACK_DATA, "what may be refused, not what is"},
        {SLAVE_KEY_ALSO_MASTER, "it starts transfers when its application wants to"},
    };
    for (unsigned i = 0; i < sizeof rest / sizeof rest[0]; i++)
        if (slave->declared[rest[i].key].line != 0 &&
            (rest[i].key != SLAVE_KEY_SPEED || report->silent[0] == '\0'))
            say_not_told(say_line(lines, slave, rest[i].key), rest[i].why);
}

/// A clock that was found to be too fast; else a promise that is not asked for.
static void say_speed(probe_lines *lines, const probe_report *report,
                      const slave_description *slave)
{
    if (report->silent[0] == '\0')
        return;
    probe_line *line = say_line(lines, slave, SLAVE_KEY_SPEED);
    say_text(line, "%ukHz", report->scl_hz / 1000);
    say_how(line, "answers at no address when %s asks, but when %s does", report->silent,
            report->master);
    say_stand(line, slave, slave->scl_max_hz <= report->scl_hz);
}

/// What answered before the slave began to hang.
static void say_until_then(probe_lines *lines, const probe_report *report)
{
    char list[LIST_BYTES];
    const probe_addresses set = either(report);
    if (is_empty(&set, 0, 127))
        return;
    say_addresses(&set, 0, 127, list, sizeof list);
    say_how(say_fact(lines), "until then it acknowledged %s", list);
}

/// Behind the last declared or shown register.
static void say_repeats(probe_lines *lines, const probe_report *report,
                        const slave_description *slave)
{
    const unsigned every = report->data.repeats_every;
    if (!report->data.repeats_asked || every == 0)
        return;
    probe_line *line = say_fact(lines);
    line->deeper = true;
    line->first = every;
    line->about = SLAVE_KEY_DATA;
    line->present = slave->data.size_bytes <= every;
    say_how(line,
            "repeats every %u: the addresses 0x%02X to 0xFF are the registers from 0x00 on again",
            every, every);
}

void probe_say(probe_lines *lines, const probe_report *report, const slave_description *slave)
{
    lines->count = 0;
    say_address(lines, report, slave);
    if (!report->addresses_asked) {
        say_until_then(lines, report);
        return;
    }
    say_reserved(lines, report, slave);
    if (!report->answers)
        return;
    say_further(lines, report, slave);
    say_direction(lines, report, slave);
    say_speed(lines, report, slave);
    say_stretch(lines, report, slave);
    if (report->features_asked) {
        say_ten_bit(lines, report, slave);
        say_general_call(lines, report, slave);
        say_device_id(lines, report, slave);
    }
    if (report->ready_asked)
        say_ready(lines, report, slave);
    if (report->data_asked) {
        say_busy(lines, report, slave);
        say_overrun(lines, report, slave);
        say_underrun(lines, report, slave);
        say_data(lines, report, slave);
    }
    say_repeats(lines, report, slave);
    if (report->complete)
        say_not_asked(lines, report, slave);
}

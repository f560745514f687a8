#include "cli/sweep_axis.h"

#include "models/masters/quantity.h"
#include "sim/units.h"

#include <stdio.h>
#include <string.h>

enum { GRID_STEPS = SWEEP_GRID_MAX - 1 };

static const struct {
    const char *word, *text;
} whats[] = {
#define ROW(id, word, text) {word, text},
    SWEEP_WHAT_MAP(ROW)
#undef ROW
};

bool sweep_what_read(const char *word, sweep_what *what)
{
    for (unsigned i = 0; i < SWEEP_WHAT_COUNT; i++)
        if (strcmp(word, whats[i].word) == 0) {
            *what = (sweep_what)i;
            return true;
        }
    return false;
}

const char *sweep_what_word(sweep_what what)
{
    return whats[what].word;
}

const char *sweep_what_text(sweep_what what)
{
    return whats[what].text;
}

bool sweep_is_time(sweep_what what)
{
    return what != SWEEP_CPU_CLOCK && what != SWEEP_SPEED;
}

/// The same with three digits that are not 0.
static uint64_t three_digits(uint64_t value)
{
    uint64_t unit = 1;
    while (value / unit >= 1000)
        unit *= 10;
    return value - value % unit;
}

static uint64_t snapped(const sweep_axis *axis, uint64_t value)
{
    return sweep_is_time(axis->what) ? value - value % axis->resolution_ps : three_digits(value);
}

/// The square root, rounded down.
static uint64_t root(uint64_t square)
{
    uint64_t found = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1)
        if ((found | bit) <= square / (found | bit))
            found |= bit;
    return found;
}

/// The i-th of GRID_STEPS + 1 values of equal ratios: geometric means of means, since there is no
/// floating point. Both ends are below 2^32.
static uint64_t ratio_value(uint64_t low, uint64_t high, unsigned i)
{
    unsigned first = 0;
    unsigned last = GRID_STEPS;
    while (last - first > 1) {
        const unsigned middle = first + (last - first) / 2;
        const uint64_t mean = root(low * high);
        if (i < middle) {
            last = middle;
            high = mean;
        } else {
            first = middle;
            low = mean;
        }
    }
    return low;
}

static uint64_t grid_value(const sweep_axis *axis, unsigned i)
{
    if (i == GRID_STEPS)
        return axis->up_to;
    if (i == 0)
        return axis->from;
    if (!sweep_is_time(axis->what))
        return snapped(axis, ratio_value(axis->from, axis->up_to, i));
    const uint64_t length = axis->up_to - axis->from;
    const uint64_t part = (uint64_t)GRID_STEPS * GRID_STEPS;
    return axis->from + snapped(axis, length / part * i * i + length % part * i * i / part);
}

unsigned sweep_grid(const sweep_axis *axis, uint64_t value[SWEEP_GRID_MAX])
{
    unsigned count = 0;
    for (unsigned i = 0; i <= GRID_STEPS; i++) {
        const uint64_t next = grid_value(axis, i);
        if (count == 0 || next > value[count - 1])
            value[count++] = next;
    }
    return count;
}

bool sweep_between(const sweep_axis *axis, uint64_t low, uint64_t high, uint64_t *value)
{
    *value = snapped(axis, low + (high - low) / 2);
    return *value > low && *value < high;
}

/// With a decimal point where a unit of a thousand leaves a rest: quantities of a clock as people
/// ask for it have none.
static void clock_text(uint64_t hz, char *text, size_t bytes)
{
    static const char *const units[] = {"Hz", "kHz", "MHz"};
    unsigned unit = 0;
    uint64_t size = 1;
    while (unit < 2 && hz / size >= 1000) {
        size *= 1000;
        unit++;
    }
    const unsigned rest = (unsigned)(hz % size * 1000 / size);
    char digits[16] = "";
    if (rest != 0) {
        snprintf(digits, sizeof digits, ".%03u", rest);
        for (char *end = digits + 3; *end == '0'; end--)
            *end = '\0';
    }
    snprintf(text, bytes, "%llu%s %s", (unsigned long long)(hz / size), digits, units[unit]);
}

const char *sweep_value_text(sweep_what what, uint64_t value, char text[SWEEP_VALUE_BYTES])
{
    char together[SWEEP_VALUE_BYTES];
    if (!sweep_is_time(what)) {
        clock_text(value, text, SWEEP_VALUE_BYTES);
        return text;
    }
    if (value == 0) {
        snprintf(text, SWEEP_VALUE_BYTES, "0");
        return text;
    }
    quantity_write(together, sizeof together, QUANTITY_TIME, value);
    const size_t number = strspn(together, "0123456789.");
    snprintf(text, SWEEP_VALUE_BYTES, "%.*s %s", (int)number, together, together + number);
    return text;
}

uint64_t sweep_round_down_ps(uint64_t value_ps)
{
    static const unsigned tenths[] = {80, 60, 50, 40, 30, 25, 20, 15, 12, 10};
    uint64_t unit_ps = I2C_PS_PER_NS;
    if (value_ps < unit_ps)
        return 0;
    while (value_ps / unit_ps >= 10)
        unit_ps *= 10;
    for (unsigned i = 0; i < sizeof tenths / sizeof tenths[0]; i++)
        if (unit_ps / 10 * tenths[i] <= value_ps)
            return unit_ps / 10 * tenths[i];
    return unit_ps;
}

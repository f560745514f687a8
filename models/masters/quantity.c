#include "models/masters/quantity.h"

#include <stdio.h>
#include <string.h>

/// A unit is ten to `power` base units.
typedef struct {
    const char *name;
    unsigned power;
} unit;

// The first name of a power is the one that is written; largest power last.
static const unit time_units[] = {{"ps", 0}, {"ns", 3}, {"us", 6}, {"ms", 9}, {"s", 12}, {NULL, 0}};
static const unit resistance_units[] = {{"", 0},     {"R", 0}, {"ohm", 0},  {"k", 3},
                                        {"kohm", 3}, {"M", 6}, {"Mohm", 6}, {NULL, 0}};
static const unit capacitance_units[] = {{"pF", 0}, {"nF", 3}, {NULL, 0}};
static const unit frequency_units[] = {{"", 0},  {"Hz", 0},  {"k", 3}, {"kHz", 3},
                                       {"M", 6}, {"MHz", 6}, {NULL, 0}};
static const unit count_units[] = {{"", 0}, {NULL, 0}};

static const unit *const units_of[] = {
    [QUANTITY_TIME] = time_units,
    [QUANTITY_OF_PERIOD] = time_units,
    [QUANTITY_RESISTANCE] = resistance_units,
    [QUANTITY_CAPACITANCE] = capacitance_units,
    [QUANTITY_FREQUENCY] = frequency_units,
    [QUANTITY_COUNT] = count_units,
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Digits read so far, as an integer and how many of them stood behind the point.
typedef struct {
    uint64_t digits;
    unsigned behind;
    bool any;
} decimal;

static const char *read_digits(const char *at, decimal *d, bool behind)
{
    for (; is_digit(*at); at++) {
        if (d->digits > (INT64_MAX - 9) / 10)
            return NULL;
        d->digits = d->digits * 10 + (uint64_t)(*at - '0');
        d->behind += behind;
        d->any = true;
    }
    return at;
}

static bool scale(const decimal *d, unsigned power, uint64_t *value)
{
    uint64_t v = d->digits;
    for (unsigned i = d->behind; i < power; i++) {
        if (v > INT64_MAX / 10)
            return false;
        v *= 10;
    }
    for (unsigned i = power; i < d->behind; i++) {
        if (v % 10 != 0)
            return false;
        v /= 10;
    }
    *value = v;
    return true;
}

/// `4k7`: the unit stands where the point would.
static bool read_infix(const char *at, decimal d, uint64_t *value)
{
    const unsigned power = *at == 'k' ? 3 : *at == 'M' ? 6 : 0;
    if (power == 0 && *at != 'R')
        return false;
    at = read_digits(at + 1, &d, true);
    return at != NULL && *at == '\0' && scale(&d, power, value);
}

bool quantity_read(const char *text, quantity_kind kind, uint64_t *value)
{
    decimal d = {0, 0, false};
    const char *at = read_digits(text, &d, false);
    if (at != NULL && *at == '.')
        at = read_digits(at + 1, &d, true);
    if (at == NULL || !d.any)
        return false;
    for (const unit *u = units_of[kind]; u->name != NULL; u++)
        if (strcmp(at, u->name) == 0)
            return scale(&d, u->power, value);
    if (*at == '\0' && d.digits == 0) {
        *value = 0;
        return true;
    }
    return kind == QUANTITY_RESISTANCE && strchr(text, '.') == NULL && read_infix(at, d, value);
}

void quantity_write(char *text, size_t text_bytes, quantity_kind kind, uint64_t value)
{
    const unit *best = units_of[kind];
    uint64_t size = 1;
    for (const unit *u = units_of[kind]; u->name != NULL; u++) {
        uint64_t s = 1;
        for (unsigned i = 0; i < u->power; i++)
            s *= 10;
        // A frequency is written without a point, as people ask for it: 9600, 100k.
        if (s <= value && s > size && (kind != QUANTITY_FREQUENCY || value % s == 0)) {
            best = u;
            size = s;
        }
    }
    char rest[24] = "";
    if (value % size != 0) {
        const int n = snprintf(rest, sizeof rest, "%0*llu", (int)best->power,
                               (unsigned long long)(value % size));
        for (int i = n - 1; i >= 0 && rest[i] == '0'; i--)
            rest[i] = '\0';
    }
    const bool infix = kind == QUANTITY_RESISTANCE && rest[0] != '\0';
    (void)snprintf(text, text_bytes, "%llu%s%s%s", (unsigned long long)(value / size),
                   infix ? best->name : (rest[0] != '\0' ? "." : ""), rest,
                   infix ? "" : best->name);
}

#include "slave_under_test/kinds/firmware/silence.h"

#include "sim/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *vector(const firmware_witness *w, unsigned v)
{
    return w->family->vector(w->part, v);
}

int firmware_routine_of(const firmware_witness *witness, const char *name)
{
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++)
        if (witness->core->config.vector[v] != NULL &&
            strncmp(vector(witness, v), name, strlen(name)) == 0)
            return (int)v;
    return -1;
}

const char *firmware_came(const firmware_witness *witness, unsigned long long *times)
{
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++) {
        *times = witness->core->routines.of[v].entries;
        if (*times > 0)
            return vector(witness, v);
    }
    return NULL;
}

bool firmware_stays_in_routine(const firmware_witness *w, char *text, size_t bytes)
{
    const firmware_core *core = w->core;
    const int now = firmware_core_doing(core);
    char routine[FIRMWARE_ROUTINE_BYTES];
    if (now < 0 || now == FIRMWARE_LOAD_ISR)
        return false;
    const uint64_t since_ps = core->entered_ps[core->depth - 1];
    const uint64_t now_ps = i2c_sim_now_ps(core->config.sim);
    if (now_ps < since_ps + I2C_PS_PER_MS)
        return false;
    w->family->routine(w->part, (unsigned)now, routine);
    (void)snprintf(text, bytes, "%s has run for %u ms and does not end", routine,
                   (unsigned)((now_ps - since_ps) / I2C_PS_PER_MS));
    return true;
}

// ---- a routine for no vector --------------------------------------------------------------------

/// A vector that several lines share is named after the last and the first: EXTI9_5 for EXTI7.
static bool is_shared_by(const char *name, const char *line)
{
    const size_t word = strcspn(line, "0123456789");
    char *end;
    const unsigned long number = strtoul(line + word, &end, 10);
    if (line[word] == '\0' || *end != '\0' || strncmp(name, line, word) != 0)
        return false;
    const unsigned long last = strtoul(name + word, &end, 10);
    return end != name + word && *end == '_' && number <= last &&
           strtoul(end + 1, NULL, 10) <= number;
}

/// The vector whose name is nearest; NULL: none is near.
static const char *nearest(const firmware_witness *w, const char *symbol)
{
    const char *names[FIRMWARE_VECTOR_MAX];
    char stem[48];
    size_t count = 0;
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++)
        if (vector(w, v) != NULL)
            names[count++] = vector(w, v);
    (void)snprintf(stem, sizeof stem, "%.*s",
                   (int)(strlen(symbol) - strlen(w->family->routine_ending)), symbol);
    for (size_t i = 0; i < count; i++)
        if (is_shared_by(names[i], stem))
            return names[i];
    return i2c_nearest(stem, names, count);
}

static bool is_a_vector(const firmware_witness *w, const char *symbol)
{
    char known[FIRMWARE_ROUTINE_BYTES];
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++) {
        if (vector(w, v) == NULL)
            continue;
        w->family->symbol(w->part, v, known);
        if (strcmp(known, symbol) == 0)
            return true;
    }
    return false;
}

/// A routine without its vector: such names are all that is left of it.
bool firmware_is_misspelt(const firmware_witness *w, char *text, size_t bytes)
{
    const char *found;
    for (unsigned i = 0;
         (found = firmware_object_function_ending(w->object, w->family->routine_ending, i)) != NULL;
         i++) {
        if (is_a_vector(w, found))
            continue;
        const char *near = nearest(w, found);
        (void)snprintf(text, bytes, "%s has no vector of %s%s%s%s%s%s%s",
                       w->family->part_name(w->part), w->family->written[0], found,
                       w->family->written[1], near == NULL ? "" : "; did you mean ",
                       near == NULL ? "" : near, near == NULL ? "" : w->family->routine_ending,
                       near == NULL ? "" : "?");
        return true;
    }
    return false;
}

// ---- nobody lets them in ------------------------------------------------------------------------

/// Its own interrupts are pending and nobody lets them in.
bool firmware_interrupts_are_off(const firmware_witness *w, char *text, size_t bytes)
{
    const firmware_core *core = w->core;
    unsigned long long times;
    if (core->interrupts_on || core->depth > 0 || core->pending == 0)
        return false;
    const bool ever = firmware_came(w, &times) != NULL;
    (void)snprintf(text, bytes, "interrupt %s is enabled and came, but interrupts %s",
                   vector(w, (unsigned)__builtin_ctzll(core->pending)),
                   ever ? w->family->switched_off : w->family->never_on);
    return true;
}

bool firmware_silence(firmware_reason *const *reasons, unsigned count,
                      const firmware_witness *witness, char *text, size_t bytes)
{
    for (unsigned i = 0; i < count; i++)
        if (reasons[i](witness, text, bytes))
            return true;
    return false;
}

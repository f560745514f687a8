#define _DEFAULT_SOURCE // MAP_ANONYMOUS
// What is made of a description once: the part, the compiled and loaded object, a stack, the
// watched variables.
#include "sim/nearest.h"
#include "slave_under_test/kinds/firmware/private.h"
#include "slave_under_test/kinds/firmware/recipe.h"
#include "slave_under_test/kinds/mcu/target.h"
#include "slave_under_test/kinds/model.h"
#include "slave_under_test/kinds/watch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { NAMES_MAX = 256 };

static bool unknown_part(const slave_description *d, char *message, size_t bytes)
{
    enum { PART_NAMES_MAX = 64 };
    const char *names[PART_NAMES_MAX];
    size_t count = 0;
    const firmware_family *family;
    const firmware_part *part;
    for (unsigned f = 0; (family = firmware_family_at(f)) != NULL; f++)
        for (unsigned i = 0; (part = family->part(i)) != NULL && count < PART_NAMES_MAX; i++)
            names[count++] = family->part_name(part);
    return firmware_unknown_part(d, names, count, message, bytes);
}

static bool find_part(slave_image *image, const slave_description *d, char *message, size_t bytes)
{
    char text[128];
    if (d->mcu == NULL || d->cpu_hz == 0)
        return firmware_fails_at(d, SLAVE_KEY_KIND, message, bytes,
                                 "kind firmware needs `mcu PART CLOCK`, as in mcu attiny85 8MHz");
    image->part = firmware_family_find(d->mcu, &image->family);
    image->clock_hz = d->cpu_hz;
    if (image->part == NULL)
        return unknown_part(d, message, bytes);
    const firmware_family *family = image->family;
    if (family->pin(image->part, I2C_SCL, d->pins[SLAVE_PIN_SCL].name, &image->pin[I2C_SCL]) &&
        family->pin(image->part, I2C_SDA, d->pins[SLAVE_PIN_SDA].name, &image->pin[I2C_SDA]))
        return true;
    (void)snprintf(text, sizeof text, "pins of %s are named as in %s", d->mcu,
                   family->pins_example);
    return firmware_fails_at(d, SLAVE_KEY_PINS, message, bytes, text);
}

static bool fail_word(const slave_place *at, const char *text, char *message, size_t bytes)
{
    (void)snprintf(message, bytes, "%s:%u:%u: %s", at->path, (unsigned)at->line,
                   (unsigned)at->column, text);
    return false;
}

static bool find_follows(slave_image *image, const slave_description *d, char *message,
                         size_t bytes)
{
    char text[256] = "";
    image->strict_registers = d->strict_registers;
    for (uint32_t i = 0; i < d->bit_count; i++) {
        const slave_bit *b = &d->bits[i];
        int wrong = 1;
        if (image->family->follow == NULL)
            (void)snprintf(text, sizeof text, "bit: %s needs none", d->mcu);
        else if (i == FIRMWARE_FOLLOWS_MAX)
            (void)snprintf(text, sizeof text, "bit: more than %d", FIRMWARE_FOLLOWS_MAX);
        else
            wrong = image->family->follow(image->part, b->bit, b->follows,
                                          &image->follow[image->follows], text, sizeof text);
        if (wrong != 0)
            return fail_word(wrong == 1 ? &b->place : &b->follows_place, text, message, bytes);
        image->follows++;
    }
    return true;
}

/// Each is a function that its sources define or call.
static bool find_stubs(const slave_image *image, const slave_description *d, char *message,
                       size_t bytes)
{
    enum { NEAR_MAX = 512 };
    char text[256];
    for (uint32_t i = 0; i < d->stubs.count; i++) {
        const char *names[NEAR_MAX], *stub = d->stubs.at[i], *name;
        size_t count = 0;
        bool found = false;
        for (unsigned k = 0; (name = firmware_object_function_ending(image->object, "", k)) != NULL;
             k++) {
            found = found || strcmp(name, stub) == 0;
            if (count < NEAR_MAX && strncmp(name, "_", 1) != 0 && strncmp(name, "i2cproof", 8) != 0)
                names[count++] = name;
        }
        if (found)
            continue;
        const char *near = i2c_nearest(stub, names, count);
        const slave_place place = slave_word_place(d, SLAVE_KEY_STUB, &d->stubs, i);
        (void)snprintf(text, sizeof text, "stub: the sources neither define nor call %s%s%s%s",
                       stub, near == NULL ? "" : "; did you mean ", near == NULL ? "" : near,
                       near == NULL ? "" : "?");
        return fail_word(&place, text, message, bytes);
    }
    return true;
}

static bool make_chip(slave_image *image)
{
    assert(image->family != NULL); // find_part() has said so
    image->chip = calloc(1, image->family->chip_bytes);
    return image->chip != NULL;
}

static bool make_stack(slave_image *image)
{
    void *at = mmap(NULL, FIRMWARE_STACK_BYTES + FIRMWARE_GUARD_BYTES, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return false;
    image->stack = at;
    return mprotect(at, FIRMWARE_GUARD_BYTES, PROT_NONE) == 0;
}

/// Compilers know macros by their whole names only: of the first name that none has, the one that
/// is near.
static void add_meant(const slave_image *image, char *message, size_t bytes)
{
    static const char unknown[] = "use of undeclared identifier '";
    const char *at = strstr(message, unknown);
    if (at == NULL || image->family->meant == NULL)
        return;
    char name[FIRMWARE_ROUTINE_BYTES];
    at += sizeof unknown - 1;
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "'"), at);
    const char *meant = image->family->meant(image->part, name);
    const size_t used = strlen(message);
    if (meant != NULL)
        (void)snprintf(message + used, bytes - used, "the %s has no %s; did you mean %s?\n",
                       image->family->part_name(image->part), name, meant);
}

static firmware_object *obtain(slave_image *image, const slave_description *d,
                               const slave_build_options *options, char *message, size_t bytes)
{
    firmware_recipe made;
    firmware_object *object = NULL;
    slave_built *built = malloc(sizeof *built);
    firmware_recipe_make(&made, image->family, image->part, image->clock_hz, options->coverage);
    if (!firmware_recipe_stub(&made, &d->stubs))
        (void)snprintf(message, bytes, "%s:%u: stub: more than %d functions, or too long a name",
                       slave_key_path(d, SLAVE_KEY_STUB), d->declared[SLAVE_KEY_STUB].line,
                       FIRMWARE_STUBS_MAX);
    else if (built == NULL)
        (void)snprintf(message, bytes, "%s: out of memory", d->path);
    else if (slave_build(&made.recipe, d, options, built, message, bytes)) {
        if (options->step != NULL)
            options->step(options->step_ctx, SLAVE_LOADS);
        object = firmware_object_load(built->path, d->path, &image->family->space, message, bytes);
        if (object != NULL && options->coverage)
            image->coverage = firmware_coverage_open(object);
        if (object != NULL)
            image->lines = firmware_lines_open(built->path, firmware_object_base(object));
        slave_build_done(built);
    } else {
        add_meant(image, message, bytes);
    }
    free(built);
    return object;
}

void firmware_discard(slave_image *image)
{
    if (image == NULL)
        return;
    slave_model_discard(image->model);
    firmware_lines_free(image->lines);
    firmware_coverage_free(image->coverage);
    firmware_object_free(image->object);
    if (image->stack != NULL)
        (void)munmap(image->stack, FIRMWARE_STACK_BYTES + FIRMWARE_GUARD_BYTES);
    free(image->chip);
    free(image);
}

static void find_routines(slave_image *image)
{
    char name[FIRMWARE_ROUTINE_BYTES];
    for (unsigned v = 0; v < FIRMWARE_VECTOR_MAX; v++) {
        if (image->family->vector(image->part, v) == NULL)
            continue;
        image->family->symbol(image->part, v, name);
        image->vector[v] = firmware_object_routine(image->object, name);
    }
}

/// "the firmware has no variable celsus; did you mean celsius?"
static void tell_no_variable(const firmware_object *object, const char *name, char *text,
                             size_t bytes)
{
    const char *known[NAMES_MAX];
    char plain[64];
    unsigned count = 0, same = 0;
    (void)snprintf(plain, sizeof plain, "%.*s", (int)strcspn(name, "["), name);
    for (; count < NAMES_MAX; count++) {
        known[count] = firmware_object_variable_name(object, count);
        if (known[count] == NULL)
            break;
        same += strcmp(known[count], plain) == 0;
    }
    const char *near = i2c_nearest(plain, known, count);
    if (same > 1)
        (void)snprintf(text, bytes, "the firmware has several variables %s", plain);
    else if (same == 1 && strchr(name, '[') != NULL)
        (void)snprintf(text, bytes, "%s is no byte of the firmware's variable %s", name, plain);
    else
        (void)snprintf(text, bytes, "the firmware has no variable %s%s%s%s", plain,
                       near != NULL ? "; did you mean " : "", near != NULL ? near : "",
                       near != NULL ? "?" : "");
}

static bool find_watches(slave_image *image, const slave_description *d, char *message,
                         size_t bytes)
{
    for (uint32_t i = 0; i < d->watch.count; i++) {
        firmware_watch *watch = &image->watch[image->watches];
        char text[320];
        if (i == FIRMWARE_WATCH_MAX)
            return slave_watch_too_many(d, i, FIRMWARE_WATCH_MAX, message, bytes);
        watch->name = d->watch.at[i];
        if (!firmware_object_variable(image->object, watch->name, &watch->variable)) {
            tell_no_variable(image->object, watch->name, text, sizeof text);
            return slave_watch_fails(d, i, text, message, bytes);
        }
        image->watches++;
    }
    return true;
}

slave_image *firmware_prepare(const slave_description *d, const slave_build_options *options,
                              char *message, size_t message_bytes)
{
    message[0] = '\0';
    slave_image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", d->path);
        return NULL;
    }
    if (find_part(image, d, message, message_bytes) && make_stack(image) && make_chip(image) &&
        find_follows(image, d, message, message_bytes)) {
        image->object = obtain(image, d, options, message, message_bytes);
        if (image->object != NULL)
            find_routines(image);
        if (image->object != NULL && find_stubs(image, d, message, message_bytes) &&
            find_watches(image, d, message, message_bytes) &&
            slave_model_prepare(&image->model, d, options, message, message_bytes))
            return image;
    }
    firmware_discard(image);
    return NULL;
}

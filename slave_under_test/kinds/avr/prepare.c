// What is made of a description once: the part, the compiled program, a chip, the watches.
#include "slave_under_test/kinds/avr/private.h"
#include "slave_under_test/kinds/avr/recipe.h"
#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/mcu/target.h"
#include "slave_under_test/kinds/model.h"
#include "slave_under_test/kinds/watch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool unknown_part(const slave_description *d, char *message, size_t bytes)
{
    enum { PART_NAMES_MAX = 64 };
    const char *names[PART_NAMES_MAX];
    size_t count = 0;
    for (const avr_part *part;
         count < PART_NAMES_MAX && (part = avr_part_at((unsigned)count)) != NULL;)
        names[count++] = part->name;
    return firmware_unknown_part(d, names, count, message, bytes);
}

static bool read_pin(const char *text, avr_pin *pin)
{
    if (strlen(text) != 3 || text[0] != 'P' || text[1] < 'A' || text[1] > 'D' || text[2] < '0' ||
        text[2] > '7')
        return false;
    *pin = (avr_pin){(uint8_t)(text[1] - 'A'), (uint8_t)(text[2] - '0')};
    return true;
}

static bool find_part(slave_image *image, const slave_description *d, char *message, size_t bytes)
{
    if (d->mcu == NULL || d->cpu_hz == 0)
        return firmware_fails_at(d, SLAVE_KEY_KIND, message, bytes,
                                 "kind avr needs `mcu PART CLOCK`, as in mcu attiny85 8MHz");
    image->part = avr_part_find(d->mcu);
    image->clock_hz = d->cpu_hz;
    if (image->part == NULL)
        return unknown_part(d, message, bytes);
    const char *scl = d->pins[SLAVE_PIN_SCL].name, *sda = d->pins[SLAVE_PIN_SDA].name;
    if (read_pin(scl != NULL ? scl : image->part->scl, &image->pin[I2C_SCL]) &&
        read_pin(sda != NULL ? sda : image->part->sda, &image->pin[I2C_SDA]))
        return true;
    return firmware_fails_at(d, SLAVE_KEY_PINS, message, bytes,
                             "pins are named as in scl=PB2 sda=PB0");
}

static bool is_sketch(const slave_description *d)
{
    for (uint32_t i = 0; i < d->sources.count; i++) {
        const char *dot = strrchr(d->sources.at[i], '.');
        if (dot != NULL && strcmp(dot, ".ino") == 0)
            return true;
    }
    return false;
}

static avr_program *build(slave_image *image, const slave_description *d,
                          const slave_build_options *options, char *message, size_t bytes)
{
    avr_recipe made;
    avr_program *program = NULL;
    slave_built *built = malloc(sizeof *built);
    // avr-gcc knows parts by their names in lower case.
    assert(image->part != NULL);
    avr_recipe_make(&made, image->part->name, image->clock_hz);
    if (is_sketch(d) && !avr_recipe_add_arduino(&made)) {
        const slave_place at = slave_word_place(d, SLAVE_KEY_SOURCES, &d->sources, 0);
        (void)snprintf(message, bytes,
                       "%s:%u:%u: sketches (.ino) need the Arduino core: install package "
                       "arduino-core-avr",
                       at.path, (unsigned)at.line, (unsigned)at.column);
    } else if (built == NULL) {
        (void)snprintf(message, bytes, "%s: out of memory", d->path);
    } else if (slave_build(&made.recipe, d, options, built, message, bytes)) {
        program = avr_program_read(built->path, d->path, message, bytes);
        if (program != NULL)
            image->lines = firmware_lines_open(built->path, 0);
        slave_build_done(built);
    }
    free(built);
    return program;
}

static avr_program *read_elf(slave_image *image, const slave_description *d, char *message,
                             size_t bytes)
{
    char name[512];
    const slave_place *at = &d->elf_place;
    (void)snprintf(name, sizeof name, "%s:%u:%u: %s", at->path, (unsigned)at->line,
                   (unsigned)at->column, d->elf);
    avr_program *program = avr_program_read(d->elf, name, message, bytes);
    if (program != NULL)
        image->lines = firmware_lines_open(d->elf, 0);
    return program;
}

/// Parts whose names differ by an ending (atmega328, atmega328p) execute the same.
static bool is_part(const char *made_for, const char *part)
{
    const size_t length = strlen(made_for) < strlen(part) ? strlen(made_for) : strlen(part);
    return made_for[0] == '\0' || strncmp(made_for, part, length) == 0;
}

static bool fits(const slave_image *image, const slave_description *d, char *message, size_t bytes)
{
    char text[256];
    const avr_part *part = image->part;
    size_t flash = 0, eeprom = 0;
    assert(part != NULL);
    (void)avr_program_flash(image->program, &flash);
    (void)avr_program_eeprom(image->program, &eeprom);
    const size_t variables = avr_program_variables_end(image->program);
    const size_t ram_end = (size_t)part->ram_at + part->ram_bytes;
    if (!is_part(avr_program_part(image->program), part->name))
        (void)snprintf(text, sizeof text, "the program was made for %s, and mcu says %s",
                       avr_program_part(image->program), part->name);
    else if (flash > part->flash_bytes)
        (void)snprintf(text, sizeof text, "the program has %zu bytes, and the flash of %s %u",
                       flash, part->name, (unsigned)part->flash_bytes);
    else if (eeprom > part->eeprom_bytes)
        (void)snprintf(text, sizeof text, "its EEPROM data has %zu bytes, and the EEPROM of %s %u",
                       eeprom, part->name, (unsigned)part->eeprom_bytes);
    else if (variables > ram_end)
        (void)snprintf(text, sizeof text, "its variables take %zu bytes, and %s has %u",
                       variables - part->ram_at, part->name, (unsigned)part->ram_bytes);
    else
        return true;
    return firmware_fails_at(d, SLAVE_KEY_MCU, message, bytes, text);
}

static bool serves(void *ctx, uint32_t at)
{
    static const char *const cpu[] = {"SREG", "SPL", "SPH", "GPIOR0", "GPIOR1", "GPIOR2"};
    const slave_image *image = ctx;
    if (at >= image->part->ram_at || at >= AVR_IO_BYTES)
        return false;
    for (unsigned i = 0; i < sizeof cpu / sizeof *cpu; i++) {
        const avr_register *r = avr_part_register(image->part, cpu[i]);
        if (r != NULL && r->at == at)
            return false;
    }
    return true;
}

static uint8_t on_read(void *ctx, uint32_t at)
{
    slave_image *image = ctx;
    return avr_core_read(&image->instance.core, at);
}

static void on_write(void *ctx, uint32_t at, uint8_t mask, uint8_t value)
{
    slave_image *image = ctx;
    avr_core_write(&image->instance.core, at, mask, value);
}

static void on_executes(void *ctx, avr_chip_instruction instruction)
{
    slave_image *image = ctx;
    avr_core_executes(&image->instance.core, instruction);
}

static bool make_chip(slave_image *image, const slave_description *d, char *message, size_t bytes)
{
    const avr_part *part = image->part;
    const avr_chip_config config = {.flash_bytes = part->flash_bytes,
                                    .ram_at = part->ram_at,
                                    .ram_end = (uint16_t)(part->ram_at + part->ram_bytes - 1),
                                    .serves = serves,
                                    .read = on_read,
                                    .write = on_write,
                                    .executes = on_executes,
                                    .ctx = image};
    image->chip = avr_chip_new(&config);
    if (image->chip == NULL)
        (void)snprintf(message, bytes, "%s: out of memory", d->path);
    return image->chip != NULL;
}

bool avr_variable(const slave_image *image, const char *name, firmware_variable *found)
{
    uint32_t at = 0;
    size_t bytes = 0;
    firmware_variable_name parts;
    if (!firmware_variable_split(name, &parts) ||
        !avr_program_variable(image->program, name, parts.length, &at, &bytes) ||
        at + bytes > AVR_CHIP_DATA_BYTES)
        return false;
    *found = (firmware_variable){avr_chip_data(image->chip) + at, bytes};
    return firmware_variable_element(&parts, found);
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
        if (!avr_variable(image, watch->name, &watch->variable)) {
            (void)snprintf(text, sizeof text,
                           "the firmware has no variable %s, or several of that name", watch->name);
            return slave_watch_fails(d, i, text, message, bytes);
        }
        image->watches++;
    }
    return true;
}

void avr_discard(slave_image *image)
{
    if (image == NULL)
        return;
    slave_model_discard(image->model);
    firmware_lines_free(image->lines);
    avr_program_free(image->program);
    avr_chip_free(image->chip);
    free(image);
}

slave_image *avr_prepare(const slave_description *d, const slave_build_options *options,
                         char *message, size_t bytes)
{
    message[0] = '\0';
    slave_image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        (void)snprintf(message, bytes, "%s: out of memory", d->path);
        return NULL;
    }
    if (find_part(image, d, message, bytes)) {
        image->program = d->elf != NULL ? read_elf(image, d, message, bytes)
                                        : build(image, d, options, message, bytes);
        if (image->program != NULL && fits(image, d, message, bytes) &&
            make_chip(image, d, message, bytes) && find_watches(image, d, message, bytes) &&
            slave_model_prepare(&image->model, d, options, message, bytes))
            return image;
    }
    avr_discard(image);
    return NULL;
}

// What is made of a description once: the verilated, compiled and loaded design.
#include "slave_under_test/kinds/model.h"
#include "slave_under_test/kinds/rtl/private.h"
#include "slave_under_test/kinds/rtl/verilate.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Enough for what usually synchronizes a reset.
enum { RESET_PERIODS = 10 };
#define RESET_WITHOUT_CLOCK_PS (100 * I2C_PS_PER_NS)

static void prints(void *ctx, const char *text)
{
    const slave_image *image = ctx;
    char at[I2C_TIME_TEXT];
    const uint64_t now_ps = image->instance.attached ? i2c_sim_now_ps(image->instance.sim) : 0;
    (void)i2c_time_text(at, (int64_t)now_ps);
    (void)printf("%s: %s: %s\n", image->top, at, text);
}

static bool load(slave_image *image, const char *path, const char *name, char *message,
                 size_t bytes)
{
    image->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (image->handle == NULL) {
        (void)snprintf(message, bytes, "%s: cannot be loaded: %s", name, dlerror());
        return false;
    }
    image->link = dlsym(image->handle, RTL_LINK_SYMBOL);
    if (image->link == NULL || image->link->version != RTL_LINK_VERSION) {
        (void)snprintf(message, bytes, "%s: the object is not made by this program", name);
        return false;
    }
    const rtl_host host = {.prints = prints, .ctx = image};
    image->model = image->link->make(&host);
    if (image->model == NULL)
        (void)snprintf(message, bytes, "%s: out of memory", name);
    return image->model != NULL;
}

static bool build_with(slave_image *image, const slave_description *d, const char *runtime,
                       const slave_build_options *options, char *message, size_t bytes)
{
    bool fine = false;
    rtl_recipe *recipe = rtl_recipe_new(d, runtime);
    slave_built *built = malloc(sizeof *built);
    if (recipe == NULL || built == NULL)
        (void)snprintf(message, bytes, "%s: out of memory", d->path);
    else if (slave_build(rtl_recipe_of(recipe), d, options, built, message, bytes)) {
        if (options->step != NULL)
            options->step(options->step_ctx, SLAVE_LOADS);
        fine = load(image, built->path, d->path, message, bytes);
        slave_build_done(built);
    }
    free(built);
    rtl_recipe_free(recipe);
    return fine;
}

static bool obtain(slave_image *image, const slave_description *d,
                   const slave_build_options *options, char *message, size_t bytes)
{
    slave_built *runtime = malloc(sizeof *runtime);
    if (runtime == NULL) {
        (void)snprintf(message, bytes, "%s: out of memory", d->path);
        return false;
    }
    bool fine = rtl_runtime_build(options, runtime, message, bytes);
    if (fine) {
        fine = build_with(image, d, runtime->path, options, message, bytes);
        slave_build_done(runtime);
    }
    free(runtime);
    return fine;
}

void rtl_discard(slave_image *image)
{
    if (image == NULL)
        return;
    slave_model_discard(image->data);
    if (image->model != NULL)
        image->link->discard(image->model);
    if (image->handle != NULL)
        (void)dlclose(image->handle);
    free(image);
}

static void name_pin(slave_image *image, const slave_description *d, i2c_line line,
                     slave_pin_role both, slave_pin_role out, const char *usual)
{
    const char *name = d->pins[out].name != NULL    ? d->pins[out].name
                       : d->pins[both].name != NULL ? d->pins[both].name
                                                    : usual;
    (void)snprintf(image->pin[line], sizeof image->pin[line], "%s", name);
}

static void describe(slave_image *image, const slave_description *d)
{
    image->clock_hz = d->clock_hz;
    image->has_reset = d->reset_port != NULL;
    image->reset_ps = d->reset_ps != 0   ? d->reset_ps
                      : d->clock_hz != 0 ? RESET_PERIODS * I2C_PS_PER_S / d->clock_hz
                                         : RESET_WITHOUT_CLOCK_PS;
    (void)snprintf(image->top, sizeof image->top, "%s", d->top);
    name_pin(image, d, I2C_SCL, SLAVE_PIN_SCL, SLAVE_PIN_SCL_OE, "scl_oe");
    name_pin(image, d, I2C_SDA, SLAVE_PIN_SDA, SLAVE_PIN_SDA_OE, "sda_oe");
}

slave_image *rtl_prepare(const slave_description *d, const slave_build_options *options,
                         char *message, size_t message_bytes)
{
    message[0] = '\0';
    slave_image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", d->path);
        return NULL;
    }
    if (obtain(image, d, options, message, message_bytes) &&
        slave_model_prepare(&image->data, d, options, message, message_bytes)) {
        describe(image, d);
        return image;
    }
    rtl_discard(image);
    return NULL;
}

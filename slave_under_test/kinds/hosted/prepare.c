// What is made of a description once: the object, built and loaded, its watches and its model.
#include "sim/nearest.h"
#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/hosted/private.h"
#include "slave_under_test/kinds/native.h"
#include "slave_under_test/kinds/watch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { HOSTED_NAMES_MAX = 256 };

/// What a watch could have meant, and all that there is.
static void name_known(const slave_image *image, const char *unknown, char *text, size_t bytes)
{
    const char *names[HOSTED_NAMES_MAX];
    char known[512];
    size_t count = 0;
    for (uint32_t i = 0; i < image->slave->variable_count && count < HOSTED_NAMES_MAX; i++)
        if (image->slave->variables[i].name != NULL)
            names[count++] = image->slave->variables[i].name;
    const char *near = i2c_nearest(unknown, names, count);
    hosted_variable_names(image, known, sizeof known);
    (void)snprintf(text, bytes, "%s%s%s; known: %s", near != NULL ? "; did you mean " : "",
                   near != NULL ? near : "", near != NULL ? "?" : "",
                   known[0] != '\0' ? known : "none");
}

static bool find_watches(slave_image *image, const slave_description *d, char *message,
                         size_t message_bytes)
{
    for (uint32_t i = 0; i < d->watch.count; i++) {
        const char *name = d->watch.at[i];
        char known[640], text[768];
        if (i == HOSTED_WATCH_MAX)
            return slave_watch_too_many(d, i, HOSTED_WATCH_MAX, message, message_bytes);
        if (hosted_variable_find(image, name, &image->watch[image->watches])) {
            image->watches++;
            continue;
        }
        name_known(image, name, known, sizeof known);
        (void)snprintf(text, sizeof text, "the slave has no variable %s%s", name, known);
        return slave_watch_fails(d, i, text, message, message_bytes);
    }
    return true;
}

static hosted_object *load(slave_image *image, const char *path, const char *name,
                           const slave_build_options *options, char *message, size_t message_bytes)
{
    if (options->step != NULL)
        options->step(options->step_ctx, SLAVE_LOADS);
    return hosted_object_load(path, name, &image->host, message, message_bytes);
}

static hosted_object *load_ready(slave_image *image, const slave_description *d,
                                 const slave_build_options *options, char *message,
                                 size_t message_bytes)
{
    char name[SLAVE_PATH_BYTES];
    const slave_strings words = {&d->object, 1, &d->object_place};
    const slave_place at = slave_word_place(d, SLAVE_KEY_OBJECT, &words, 0);
    (void)snprintf(name, sizeof name, "%s:%u:%u: object %s", at.path, (unsigned)at.line,
                   (unsigned)at.column, d->object);
    return load(image, d->object, name, options, message, message_bytes);
}

/// Builds and loads. An object from the cache that cannot be loaded is made anew.
static hosted_object *obtain(slave_image *image, const slave_description *d,
                             const slave_build_options *options, char *message,
                             size_t message_bytes)
{
    if (d->object != NULL)
        return load_ready(image, d, options, message, message_bytes);
    slave_built *built = malloc(sizeof *built);
    hosted_object *object = NULL;
    if (built == NULL)
        (void)snprintf(message, message_bytes, "%s: out of memory", d->path);
    else if (slave_build(slave_native_recipe(), d, options, built, message, message_bytes)) {
        object = load(image, built->path, d->path, options, message, message_bytes);
        if (object == NULL && built->from_cache && remove(built->path) == 0 &&
            slave_build(slave_native_recipe(), d, options, built, message, message_bytes))
            object = load(image, built->path, d->path, options, message, message_bytes);
        slave_build_done(built);
    }
    free(built);
    return object;
}

void hosted_discard(slave_image *image)
{
    if (image == NULL)
        return;
    slave_model_discard(image->model);
    hosted_object_free(image->object);
    free(image);
}

slave_image *hosted_prepare(const slave_description *d, const slave_build_options *options,
                            char *message, size_t message_bytes)
{
    assert(message_bytes > 0);
    message[0] = '\0';
    if (d->object == NULL && d->sources.count == 0) {
        (void)snprintf(message, message_bytes, "%s: kind hosted needs `sources` or `object`",
                       d->path);
        return NULL;
    }
    slave_image *image = calloc(1, sizeof *image);
    if (image == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", d->path);
        return NULL;
    }
    image->host = hosted_services();
    image->object = obtain(image, d, options, message, message_bytes);
    if (image->object != NULL) {
        image->slave = hosted_object_slave(image->object);
        image->state = hosted_object_state(image->object);
        if (find_watches(image, d, message, message_bytes) &&
            slave_model_prepare(&image->model, d, options, message, message_bytes))
            return image;
    }
    hosted_discard(image);
    return NULL;
}

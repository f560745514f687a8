#include "slave_under_test/kinds/model.h"

#include "slave_under_test/kinds/build.h"
#include "slave_under_test/kinds/native.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static const char descriptor_name[] = "i2cproof_model_descriptor";

/// What can be wrong with an object that was compiled; NULL when it is a model that fits.
static const char *fault_of(const i2cproof_model *table)
{
    if (table == NULL)
        return "it defines no model: write I2CPROOF_MODEL(...), from <i2cproof_model.h>, once";
    if (table->interface_version != I2CPROOF_MODEL_VERSION)
        return "it was built for another version of i2cproof_model.h";
    return NULL;
}

static slave_model *load(const slave_description *slave, const char *path, char *message,
                         size_t message_bytes)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        (void)snprintf(message, message_bytes, "%s: model %s: %s", slave->path, slave->data.file,
                       dlerror());
        return NULL;
    }
    const i2cproof_model *table = dlsym(handle, descriptor_name);
    const char *fault = fault_of(table);
    slave_model *model = fault == NULL ? malloc(sizeof *model) : NULL;
    if (model != NULL) {
        *model = (slave_model){.table = table, .handle = handle};
        return model;
    }
    (void)snprintf(message, message_bytes, "%s: model %s: %s", slave->path, slave->data.file,
                   fault != NULL ? fault : "out of memory");
    (void)dlclose(handle);
    return NULL;
}

bool slave_model_prepare(slave_model **model, const slave_description *slave,
                         const slave_build_options *options, char *message, size_t message_bytes)
{
    *model = NULL;
    if (slave->data.form != SLAVE_DATA_MODEL)
        return true;
    // A slave of its own as far as the compiler is concerned: one source and the same includes.
    slave_description alone = *slave;
    alone.sources = (slave_strings){&slave->data.file, 1, &slave->data.file_place};
    slave_built *built = malloc(sizeof *built);
    if (built == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", slave->path);
        return false;
    }
    if (slave_build(slave_native_recipe(), &alone, options, built, message, message_bytes)) {
        if (options->step != NULL)
            options->step(options->step_ctx, SLAVE_LOADS);
        *model = load(slave, built->path, message, message_bytes);
        slave_build_done(built);
    }
    free(built);
    return *model != NULL;
}

void slave_model_discard(slave_model *model)
{
    if (model == NULL)
        return;
    (void)dlclose(model->handle);
    free(model);
}

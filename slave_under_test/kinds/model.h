/// The model of a slave's data that `data model FILE.c` names: compiled like the sources of a
/// hosted slave, loaded beside the slave, of whatever kind that is.
#ifndef SLAVE_MODEL_H
#define SLAVE_MODEL_H

#include "slave_under_test/kind.h"
#include "slave_under_test/model/i2cproof_model.h"

/// A loaded model; the functions of `table` that the file leaves out are NULL.
struct slave_model {
    const i2cproof_model *table;
    void *handle;
};

/// Builds and loads the model that `slave` names, if it names one: then `*model` is the caller's
/// until slave_model_discard(), else NULL. False on failure, with `message` as prepare() has it.
bool slave_model_prepare(slave_model **model, const slave_description *slave,
                         const slave_build_options *options, char *message, size_t message_bytes);
/// NULL is allowed.
void slave_model_discard(slave_model *model);

#endif

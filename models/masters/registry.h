/// Finds models by name; private to models/masters/.
#ifndef I2C_MASTERS_REGISTRY_H
#define I2C_MASTERS_REGISTRY_H

#include "models/masters/master.h"

/// NULL when there is none of that name.
const master_model *registry_find(const char *name);

#endif

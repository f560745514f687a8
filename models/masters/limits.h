/// What several masters refuse, in one place; private to models/masters/.
#ifndef I2C_MASTERS_LIMITS_H
#define I2C_MASTERS_LIMITS_H

#include "models/masters/master.h"

/// Writes the reason; always false, for `return master_refuses(...)`.
bool master_refuses(char *why, size_t why_bytes, const char *reason);
/// Whether a read ACKs every byte but its last, as most interfaces do and cannot do otherwise.
bool master_acks_all_but_the_last(const master_message *message);

#endif

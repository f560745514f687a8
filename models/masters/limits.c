#include "models/masters/limits.h"

#include <stdio.h>

bool master_refuses(char *why, size_t why_bytes, const char *reason)
{
    (void)snprintf(why, why_bytes, "%s", reason);
    return false;
}

bool master_acks_all_but_the_last(const master_message *message)
{
    for (uint32_t i = 0; message->acks != NULL && i < message->count; i++)
        if ((message->acks[i] != 0) != (i + 1 < message->count))
            return false;
    return true;
}

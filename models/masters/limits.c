#include "models/masters/limits.h"

#include <stdio.h>

bool master_refuses(char *why, size_t why_bytes, const char *reason)
{
    (void)snprintf(why, why_bytes, "%s", reason);
    return false;
}

static bool refuse(const master_limits *limits, char *why, size_t why_bytes, const char *what)
{
    (void)snprintf(why, why_bytes, "%s %s", limits->who, what);
    return false;
}

static bool allows_length(const master_limits *l, const master_message *m, char *why,
                          size_t why_bytes)
{
    const bool read = (m->address & 1) != 0;
    const uint32_t most = read ? l->read_max : l->write_max;
    if (most == 0 || m->count <= most)
        return true;
    (void)snprintf(why, why_bytes, "%s %s at most %u bytes", l->who, read ? "reads" : "sends",
                   (unsigned)most);
    return false;
}

static bool allows_message(const master_limits *l, const master_message *m, char *why,
                           size_t why_bytes)
{
    const bool read = (m->address & 1) != 0;
    if (l->needs_address && !m->addressed)
        return refuse(l, why, why_bytes, "always sends an address");
    if (!m->addressed)
        return true;
    if (l->no_empty_read && read && m->count == 0)
        return refuse(l, why, why_bytes, "reads at least one byte");
    if (l->no_empty_write && !read && m->count == 0)
        return refuse(l, why, why_bytes, "sends at least one byte behind the address");
    if (l->stops_at_nack && m->past_nack)
        return refuse(l, why, why_bytes, "stops sending at a NACK");
    if (l->acks_all_but_last && read && !master_acks_all_but_the_last(m))
        return refuse(l, why, why_bytes, "ACKs all bytes but the last");
    return true;
}

static bool allows_join(const master_limits *l, const master_message *m, bool open, char *why,
                        size_t why_bytes)
{
    if (m->begin == MASTER_TRUE_REPEAT && l->no_true_repeat)
        return refuse(l, why, why_bytes, "has no repeated START");
    if (m->begin == MASTER_TRUE_REPEAT && !open)
        return master_refuses(why, why_bytes, "a repeated START needs an open transfer");
    if (!m->stop && l->no_join)
        return refuse(l, why, why_bytes, "ends every message with a STOP");
    return true;
}

bool master_limits_allow(const master_limits *limits, const master_transfer *transfer, bool open,
                         bool cut_is_fine, char *why, size_t why_bytes)
{
    for (uint32_t i = 0; i < transfer->count; i++) {
        const master_message *m = &transfer->message[i];
        if (!allows_join(limits, m, open, why, why_bytes) ||
            !allows_message(limits, m, why, why_bytes) ||
            (!cut_is_fine && !allows_length(limits, m, why, why_bytes)))
            return false;
        open = !m->stop;
    }
    if (open && limits->needs_stop)
        return refuse(limits, why, why_bytes, "ends every transfer with a STOP");
    return true;
}

bool master_acks_all_but_the_last(const master_message *message)
{
    for (uint32_t i = 0; message->acks != NULL && i < message->count; i++)
        if ((message->acks[i] != 0) != (i + 1 < message->count))
            return false;
    return true;
}

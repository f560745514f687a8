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

static uint32_t most_of(const master_limits *l, const master_message *m)
{
    const uint32_t most = (m->address & 1) != 0 ? l->read_max : l->write_max;
    return most != 0 ? most : UINT32_MAX;
}

static bool allows_length(const master_limits *l, const master_message *m, char *why,
                          size_t why_bytes)
{
    if (m->count <= most_of(l, m))
        return true;
    (void)snprintf(why, why_bytes, "%s %s at most %u bytes", l->who,
                   (m->address & 1) != 0 ? "reads" : "sends", (unsigned)most_of(l, m));
    return false;
}

bool master_limits_keep_lengths(const master_limits *limits, const master_transfer *transfer)
{
    for (uint32_t i = 0; i < transfer->count; i++)
        if (transfer->message[i].count > most_of(limits, &transfer->message[i]))
            return false;
    return true;
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

/// `m` is joined to `before`.
static bool allows_pair(const master_limits *l, const master_message *before,
                        const master_message *m, char *why, size_t why_bytes)
{
    if (!l->joins_reads_only)
        return true;
    if ((before->address & 1) != 0 || (m->address & 1) == 0)
        return refuse(l, why, why_bytes, "joins only a read to a write");
    if (before->address >> 1 != m->address >> 1)
        return refuse(l, why, why_bytes, "reads from the address it wrote to");
    if (before->count == 0)
        return refuse(l, why, why_bytes, "joins a read only to a write of at least one byte");
    return true;
}

/// Messages that are joined to one another, as calls that take them all at once need it.
static bool allows_joined(const master_limits *l, const master_transfer *transfer, char *why,
                          size_t why_bytes)
{
    uint32_t joined = 1;
    for (uint32_t i = 1; i < transfer->count; i++) {
        const master_message *m = &transfer->message[i];
        joined = m[-1].stop ? 1 : joined + 1;
        if (joined > l->joined_max) {
            (void)snprintf(why, why_bytes, "%s joins at most %u messages", l->who,
                           (unsigned)l->joined_max);
            return false;
        }
        if (joined > 1 && !allows_pair(l, m - 1, m, why, why_bytes))
            return false;
    }
    if (!transfer->message[transfer->count - 1].stop)
        return refuse(l, why, why_bytes, "never leaves a transfer open");
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
    return limits->joined_max == 0 || allows_joined(limits, transfer, why, why_bytes);
}

bool master_acks_all_but_the_last(const master_message *message)
{
    for (uint32_t i = 0; message->acks != NULL && i < message->count; i++)
        if ((message->acks[i] != 0) != (i + 1 < message->count))
            return false;
    return true;
}

/// What several masters refuse, in one place; private to models/masters/.
#ifndef I2C_MASTERS_LIMITS_H
#define I2C_MASTERS_LIMITS_H

#include "models/masters/master.h"

/// Writes the reason; always false, for `return master_refuses(...)`.
bool master_refuses(char *why, size_t why_bytes, const char *reason);
/// Whether a read ACKs every byte but its last, as most interfaces do and cannot do otherwise.
bool master_acks_all_but_the_last(const master_message *message);

/// What a software master's own interface offers. All zero: everything.
typedef struct {
    const char *who;              ///< "Linux", for the reasons
    bool needs_address;           ///< no void message
    bool needs_stop;              ///< a transfer cannot be left open
    bool no_join;                 ///< every message ends with a STOP
    bool no_true_repeat;          ///< messages join in another way than by Sr
    bool no_empty_write;          ///< at least one byte behind the address
    bool no_empty_read;           ///< at least one byte read
    bool stops_at_nack;           ///< it does not go on behind a NACK
    bool acks_all_but_last;       ///< of a read
    bool joins_reads_only;        ///< a read, to a write of at least one byte, at its address
    uint32_t joined_max;          ///< messages that are joined, and none is left open; 0: no limit
    uint32_t write_max, read_max; ///< bytes of a message, behind the address; 0: no limit
} master_limits;

/// Whether the interface offers the transfer; `open`: an earlier one was left without a STOP.
bool master_limits_allow(const master_limits *limits, const master_transfer *transfer, bool open,
                         bool cut_is_fine, char *why, size_t why_bytes);

/// Whether no message is longer than the interface takes.
bool master_limits_keep_lengths(const master_limits *limits, const master_transfer *transfer);

#endif

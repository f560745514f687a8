/// The C++ that Verilator wrote of a design, joined to one unit with our side of it.
#ifndef RTL_GENERATED_H
#define RTL_GENERATED_H

#include "slave_under_test/slave.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    bool has_clock, scl_inout, sda_inout;
    const slave_strings *watched;
} rtl_generated_options;

/// Writes SLAVE_TRANSLATED in `folder`. False: it cannot be written, or the design cannot be run
/// with these options; `message` says why.
bool rtl_generated_join(const char *folder, const rtl_generated_options *options, char *message,
                        size_t bytes);

#endif

/// What a master says of itself at one speed, in words: for `list masters` and docs/masters.md.
/// Each function writes a text that fits MASTER_DESCRIPTION_BYTES and is cut otherwise.
#ifndef I2C_MASTERS_DESCRIBE_H
#define I2C_MASTERS_DESCRIBE_H

#include "models/masters/master.h"

enum { MASTER_DESCRIPTION_BYTES = 1024 };

/// "waits 150ms for SCL, then goes on without it"
void master_describe_stretch(char *text, size_t text_bytes, const master_stretch *stretch);
/// "2.5us after SCL is high"
void master_describe_sample(char *text, size_t text_bytes, const master_sample *sample);
/// "tLOW 1153 ns", the least it makes of an interval, below the table of its mode.
void master_describe_known(char *text, size_t text_bytes, const i2c_known_violation *known);
/// All of them, each with its reason if `with_reasons`; "none".
void master_describe_violations(char *text, size_t text_bytes, const master_spec *spec,
                                bool with_reasons);
/// "Standard", "Fast", ...: the mode whose table it is held to.
const char *master_describe_mode(i2c_mode mode);

#endif

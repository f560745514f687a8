/// Ids of requirements and rules that were written wrong.
#ifndef CLI_ID_MEANT_H
#define CLI_ID_MEANT_H

#include <stdbool.h>

/// Whether a text has the form of a row's or a failure mode's id: I2C-RD-3, SMB-..., PMB-..., FM-9.
bool id_has_form(const char *text);

/// The id of a row, failure mode or rule that was meant, in whatever case; NULL when none is near:
/// the number may lack its zero or, in a group that exists, be wrong; else one letter is.
const char *id_meant(const char *id);

#endif

/// A variable of firmware, as this machine holds it.
#ifndef MCU_KIND_VARIABLE_H
#define MCU_KIND_VARIABLE_H

#include <stdbool.h>
#include <stddef.h>

/// Of static storage; the low byte comes first.
typedef struct {
    unsigned char *at;
    size_t bytes;
} firmware_variable;

/// A name as a person writes it: `count`, or `buffer[3]`.
typedef struct {
    size_t length; ///< of the name alone
    bool indexed;
    size_t index;
} firmware_variable_name;

/// False: it is no such name.
bool firmware_variable_split(const char *text, firmware_variable_name *name);
/// The element that the name says, of a variable that is found. Arrays are of bytes: what else
/// their elements are, the symbols do not say. False: it has no such element.
bool firmware_variable_element(const firmware_variable_name *name, firmware_variable *variable);

#endif

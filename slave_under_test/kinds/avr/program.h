/// What an ELF file from avr-gcc holds: memories, names, and for which part it was made.
///
/// Ownership: the program is the caller's until avr_program_free(); texts live as long.
#ifndef AVR_PROGRAM_H
#define AVR_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct avr_program avr_program;

/// NULL on failure; `message` then says why, beginning with `name`, by which a person knows it.
avr_program *avr_program_read(const char *path, const char *name, char *message,
                              size_t message_bytes);
void avr_program_free(avr_program *program);

/// Code and constants, from address 0.
const unsigned char *avr_program_flash(const avr_program *program, size_t *bytes);
/// What it wants the EEPROM to hold, from address 0.
const unsigned char *avr_program_eeprom(const avr_program *program, size_t *bytes);
/// The part that it was compiled for, "attiny45"; "": it does not say.
const char *avr_program_part(const avr_program *program);
/// Bytes of memory that its variables take, from the lowest address of the memory on.
size_t avr_program_variables_end(const avr_program *program);

/// A variable of static storage whose name is the first `length` bytes of `name`: its data address.
/// False: there is none of that name, or several.
bool avr_program_variable(const avr_program *program, const char *name, size_t length, uint32_t *at,
                          size_t *bytes);
/// A function of that name. False: there is none.
bool avr_program_function(const avr_program *program, const char *name, uint32_t *at);
/// Whether it serves that vector; true when it has no names to tell by.
bool avr_program_serves(const avr_program *program, unsigned vector);
/// The function that holds that flash address; "": unknown.
const char *avr_program_function_at(const avr_program *program, uint32_t at);
/// A function whose name ends so; NULL: there is none.
const char *avr_program_function_ending(const avr_program *program, const char *ending);

#endif

/* Faults of a slave that is wrong on purpose: `define FAULT_X` in its .slave file makes FAULT(X) 1,
 * and without it FAULT(X) is 0. It is a constant expression and never a missing name, so that
 *
 *     if (FAULT(KEEPS_ACK)) ...
 *     FAULT(LSB_FIRST) ? reversed(byte) : byte
 *
 * are compiled in the right slave as well and cannot rot there, and a variant of the slave is one
 * line of a .slave file. Include it as "../fault.h", or as "fault.h" with `include ..`.
 *
 * `define FAULT_X` gives the compiler -DFAULT_X, a macro of value 1. The preprocessor cannot ask in
 * an expression whether a name is a macro, but a pasted name can turn into one argument more:
 * FAULT_X is expanded, `fault_comma_if_` is pasted before what it became, and that is expanded. Of
 * a macro of value 1 it is fault_comma_if_1, that is `0,`, which makes the 1 behind it the second
 * argument; of anything else it is a name without a meaning, which falls into the first argument
 * together with that 1, and the second is 0. So FAULT_X=0 is off, as if it were not defined. */
#ifndef FAULT_H
#define FAULT_H

/* Each step expands once more: what ## touches is not, and commas that come from an expansion part
 * arguments only of the macro behind. */
#define FAULT(name)                      fault_of_value(FAULT_##name)
#define fault_of_value(value)            fault_of_text(value)
#define fault_of_text(value)             fault_of_comma(fault_comma_if_##value)
#define fault_of_comma(comma)            fault_second(comma 1, 0, 0)
#define fault_second(first, second, ...) second
#define fault_comma_if_1                 0,

#endif

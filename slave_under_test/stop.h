/// Where a debugger stops: `break slave_stop`.
#ifndef SLAVE_STOP_H
#define SLAVE_STOP_H

#include <stdint.h>

/// An access of a slave's code that moved a line: the `number`-th since the slave was put on a bus
/// for the `attach`-th time in this process. The same case gives the same numbers. 0: none is
/// known.
typedef struct {
    uint32_t attach, number;
} slave_move;

/// Does nothing. Kinds call it from the access that was asked for.
void slave_stop(void);

#endif

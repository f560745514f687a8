/// The basic blocks of firmware, for coverage: in IR that clang has made of a source, the hook of
/// each block gets the block's own number, and a map says which lines the block is made of and
/// where it goes on.
///
/// The map lies in the object, as lines of text, module behind module in the order of the numbers:
///
///     P ID PATH                   a file
///     S ID FILE-ID LINE NAME      a function
///     F                           code of another function begins
///     B LABEL FUNCTION-ID         a block; the n-th of all has number n. The function it begins,
///                                 0: it begins none
///     L FILE-ID LINE FUNCTION-ID  a line of that block, and whose it is (of an inlined function)
///     J FILE-ID LINE LABEL...     it ends with a condition in that line, and goes on at one of
///     these
#ifndef FIRMWARE_BLOCKS_H
#define FIRMWARE_BLOCKS_H

#include <stdbool.h>
#include <stdio.h>

typedef struct firmware_blocks firmware_blocks;

/// Of a module whose whole IR is `ir`, which must outlive it. NULL without memory.
firmware_blocks *firmware_blocks_new(const char *ir);
void firmware_blocks_free(firmware_blocks *blocks);
/// Takes the next line of the IR. True: it is a block's hook, and what stands for it has been
/// printed.
bool firmware_blocks_take(firmware_blocks *blocks, const char *line, FILE *out);
/// Prints the map. False without memory.
bool firmware_blocks_finish(firmware_blocks *blocks, FILE *out);

#endif

/// The table of `run --margins`: each time that slave and masters made, against its limit.
#ifndef CLI_MARGINS_H
#define CLI_MARGINS_H

#include "cli/console.h"
#include "cli/run_state.h"

enum { MARGINS_CELL_BYTES = 40 };

/// All values of a time that one maker made on one kind of wires, as texts.
typedef struct {
    const char *by, *symbol;
    char limit[MARGINS_CELL_BYTES]; ///< ">= 4.7 us"
    uint64_t count;
    char least[MARGINS_CELL_BYTES], mean[MARGINS_CELL_BYTES], most[MARGINS_CELL_BYTES];
    char share[MARGINS_CELL_BYTES]; ///< a share of the limit; where that is 0, a time
    char least_in[PLAY_ID_BYTES];   ///< the case with the least margin, without the slave's name
    bool over;
    bool listed; ///< the master's model says so itself
} margins_row;

typedef struct {
    unsigned edges, by, parameter; ///< of the next row
    margins_row row;
} margins_walk;

/// Rows of a slave's sums on its master of that number; walk.edges says on which wires. Begin with
/// all zero; false: no more.
bool margins_next(margins_walk *walk, const lineup_slave *from, unsigned number, const tally *sum);
/// What the wires are that figures are from.
const char *margins_edges_text(const master_spec *spec, tally_edges edges, char *text,
                               size_t bytes);

/// Tables of all slaves that were played, with and without edges that take time in blocks of their
/// own.
void margins_print(const console *c, const run_state *state);

/// "slave", "slave, Hs", "master", "master, Hs"; static.
const char *margins_maker(i2c_made_by by);

#endif

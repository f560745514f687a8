/// The list of mutants that are known to survive, and why.
///
/// An entry is
///
///     registers soft_i2c.c soft_stop
///         line    bus.hs_code = false;
///         change  bus.hs_code = false; left out
///         equivalent  Nothing reads it before the next START sets it.
///
/// The first line says slave, file and function; `change 2` means the second of that line and
/// function. Lines that begin deeper go on with the one before. Instead of `equivalent` an entry
/// may say `open`: the judge should see it and does not yet; it counts against the rate.
#ifndef TESTS_MUTATION_SURVIVORS_H
#define TESTS_MUTATION_SURVIVORS_H

#include "tests/mutation/mutants.h"

#include <map>
#include <string>

namespace mutation
{

struct Known {
    bool equivalent;
    std::string why;
    unsigned line; ///< of the list
};

/// By key.
using Survivors = std::map<std::string, Known>;

/// What stays when lines move: the text of an entry down to its change.
std::string key_of(const std::string &slave, const std::string &file, const Mutant &mutant);

/// Throws std::runtime_error, with the line, for what is no entry, an entry without its reason and
/// one that stands twice. `path` is for messages.
Survivors read_survivors(const std::string &text, const std::string &path);

} // namespace mutation

#endif

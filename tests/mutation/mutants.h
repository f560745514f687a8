/// The mutants of a source: small changes that a slip of the programmer could have made.
///
/// operator    | a + b to a - b, < to <=, && to ||, ++ to --, !a to a ...
/// constant    | n to n + 1, n - 1 and 0; true to false
/// enumerator  | to its neighbours in the same enumeration
/// condition   | negated; an `if` or `?:` always or never taken; an operand of && or || left out
/// statement   | an expression, `break`, `return` or label left out; `return x` to `return 0`
///
/// Strings, comments, preprocessor lines, sizes of arrays and what only annotates the waveform
/// (i2cproof_state(), i2cproof_addressed()) are never changed; nor is what a FAULT() that is 0
/// switches off. Code outside of functions changes in its constants and enumerators alone.
#ifndef TESTS_MUTATION_MUTANTS_H
#define TESTS_MUTATION_MUTANTS_H

#include "tests/mutation/syntax.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mutation
{

struct Mutant {
    size_t offset, length; ///< bytes of the source that are replaced
    std::string replacement;
    std::string kind;     ///< the first column above
    std::string function; ///< "-" outside of functions
    uint32_t line;        ///< from 1
    std::string text;     ///< that line, without the blanks around it
    std::string change;   ///< "< becomes <=", "break; left out"
    unsigned number;      ///< of several with this function, text and change; from 1
};

/// In the order of the source. `tokens` are those that are compiled.
std::vector<Mutant> find_mutants(const std::string &source, const Tokens &tokens,
                                 const Names &names);

/// Puts those of `more` to `all` that it does not have: what other conditional lines of the same
/// source let through.
void add_mutants(std::vector<Mutant> *all, const std::vector<Mutant> &more);

/// The source with the change. Its lines keep their numbers.
std::string apply(const std::string &source, const Mutant &mutant);

} // namespace mutation

#endif

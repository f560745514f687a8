/// Which parts of a source the preprocessor lets through to the compiler.
///
/// A mark is put behind every conditional line; what the preprocessor does with the marks tells
/// which parts live, whatever the conditions are made of.
#ifndef TESTS_MUTATION_ACTIVE_H
#define TESTS_MUTATION_ACTIVE_H

#include "tests/mutation/lexer.h"

#include <string>

namespace mutation
{

/// The source with its marks, to be preprocessed.
std::string mark_parts(const std::string &source, const Lexed &lexed);

/// The tokens of the parts whose marks are still there in `preprocessed`.
std::vector<Token> active_tokens(const Lexed &lexed, const std::string &preprocessed);

} // namespace mutation

#endif

/// As much of C's syntax as the mutations need: functions, statements, conditions, operands and
/// enumerations, found in the tokens that are compiled.
///
/// There are no types: a name counts as one when it ends with _t, was made by a typedef that was
/// seen, or stands before another name. What is not understood is not mutated.
#ifndef TESTS_MUTATION_SYNTAX_H
#define TESTS_MUTATION_SYNTAX_H

#include "tests/mutation/lexer.h"

#include <set>
#include <string>
#include <vector>

namespace mutation
{

using Tokens = std::vector<Token>;

/// Tokens [first, last).
struct Range {
    size_t first, last;
    bool holds(size_t token) const
    {
        return token >= first && token < last;
    }
    bool operator==(const Range &other) const
    {
        return first == other.first && last == other.last;
    }
};

struct Function {
    std::string name;
    Range body; ///< with its braces
};

enum class StatementKind { Expression, Return, Jump, Label, Declaration };

struct Statement {
    StatementKind kind;
    Range tokens;       ///< with its semicolon or colon
    bool ends_function; ///< the last one of a function's body
};

enum class ConditionKind { If, Loop, Choice };

struct Condition {
    ConditionKind kind;
    Range tokens;       ///< without the parentheses of the statement
    bool body_is_whole; ///< of an if: it guards more than one statement, or has an else
};

struct Syntax {
    std::vector<Function> functions;
    std::vector<Statement> statements; ///< in functions
    std::vector<Condition> conditions;
    std::vector<Range> dead; ///< what a FAULT() that is 0 switches off, and the FAULT() itself
};

/// Names of enumerators, enumeration by enumeration; all declared names of types, too.
struct Names {
    std::vector<std::vector<std::string>> enumerations;
    std::set<std::string> types;
    /// Those of another file come behind.
    void add(const Names &more);
};

Names find_names(const Tokens &tokens);

Syntax parse(const Tokens &tokens, const Names &names);

// ---- expressions

/// Index of the token that closes the bracket at `open`; tokens.size() if none does.
size_t closing(const Tokens &tokens, size_t open);

/// Whether the operator at `at` stands behind an operand: `a - b` and not `-b`.
bool is_binary(const Tokens &tokens, size_t at, const Names &names);

/// The operands of an && or || as far as they reach: its neighbours in a chain of the same
/// operator.
Range left_operand(const Tokens &tokens, size_t at);
Range right_operand(const Tokens &tokens, size_t at);

} // namespace mutation

#endif

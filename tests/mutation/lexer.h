/// C source as tokens, each with its place, so that a change of one token leaves all other bytes.
///
/// Comments are left out; preprocessor lines stand apart, whole, so that nothing in them is ever
/// taken for code. Trigraphs and digraphs are not known.
#ifndef TESTS_MUTATION_LEXER_H
#define TESTS_MUTATION_LEXER_H

#include <cstddef>
#include <string>
#include <vector>

namespace mutation
{

enum class TokenKind { Identifier, Number, Character, String, Punctuator };

/// Bytes [begin, end) of the source.
struct Token {
    TokenKind kind;
    size_t begin, end;
    std::string text;
    bool is(const char *other) const
    {
        return kind != TokenKind::String && kind != TokenKind::Character && text == other;
    }
};

/// A preprocessor line with the lines that its backslashes join; `end` is behind its newline.
struct Directive {
    size_t begin, end;
    std::string name; ///< "ifdef"
};

struct Lexed {
    std::vector<Token> tokens;
    std::vector<Directive> directives;
};

/// Throws std::runtime_error for a string, character or comment without an end.
Lexed lex(const std::string &source);

} // namespace mutation

#endif

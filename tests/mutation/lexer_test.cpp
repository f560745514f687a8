#include "tests/mutation/active.h"
#include "tests/mutation/lexer.h"

#include <gtest/gtest.h>

using namespace mutation;
using Words = std::vector<std::string>;

namespace
{

Words words(const std::vector<Token> &tokens)
{
    Words found;
    for (const Token &one : tokens)
        found.push_back(one.text);
    return found;
}

} // namespace

TEST(Lexer, PartsOperatorsByTheLongestThatFits)
{
    EXPECT_EQ(words(lex("a<<=b>>c->d+++e").tokens),
              (Words{"a", "<<=", "b", ">>", "c", "->", "d", "++", "+", "e"}));
}

TEST(Lexer, TakesNumbersWhole)
{
    EXPECT_EQ(words(lex("0x1Fu 1e-3 7UL .5 0...3").tokens),
              (Words{"0x1Fu", "1e-3", "7UL", ".5", "0", "...", "3"}));
}

TEST(Lexer, SeesNoCodeInStringsCharactersAndComments)
{
    EXPECT_EQ(words(lex("f(\"a + \\\" b\", '\\'', L\"x\"); // 1 + 2\n/* 3\n+ 4 */ c").tokens),
              (Words{"f", "(", "\"a + \\\" b\"", ",", "'\\''", ",", "L\"x\"", ")", ";", "c"}));
}

TEST(Lexer, KeepsPreprocessorLinesApartWithTheLinesThatBelongToThem)
{
    const Lexed lexed =
        lex("#define F(x) \\\n  (x + 1)\n#if A /* of\ntwo lines */\nint a;\n  # endif\nb # c");
    ASSERT_EQ(lexed.directives.size(), 3u);
    EXPECT_EQ(lexed.directives[0].name, "define");
    EXPECT_EQ(lexed.directives[2].name, "endif");
    EXPECT_EQ(words(lexed.tokens), (Words{"int", "a", ";", "b", "#", "c"}));
}

TEST(Lexer, GivesThePlaceOfEachToken)
{
    const std::string source = "a /* x */ +\n  bcd";
    const std::vector<Token> tokens = lex(source).tokens;
    EXPECT_EQ(tokens.size(), 3u);
    for (const Token &one : tokens)
        EXPECT_EQ(source.substr(one.begin, one.end - one.begin), one.text);
}

TEST(Lexer, RefusesWhatHasNoEnd)
{
    EXPECT_THROW(lex("\"abc\n\""), std::runtime_error);
    EXPECT_THROW(lex("a /* b"), std::runtime_error);
}

TEST(ActiveParts, AreThoseWhoseMarksThePreprocessorLeaves)
{
    const std::string source = "a\n#ifdef X\nb\n#else\nc\n#endif\nd\n";
    const Lexed lexed = lex(source);
    const std::string marked = mark_parts(source, lexed);
    EXPECT_EQ(marked, "a\n#ifdef X\n\ni2cproof_mutation_part_0_\nb\n#else\n\n"
                      "i2cproof_mutation_part_1_\nc\n#endif\n\ni2cproof_mutation_part_2_\nd\n");
    const std::string without_x = "a i2cproof_mutation_part_1_ c i2cproof_mutation_part_2_ d";
    EXPECT_EQ(words(active_tokens(lexed, without_x)), (Words{"a", "c", "d"}));
}

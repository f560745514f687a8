#include "tests/mutation/mutants.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace mutation;
using Words = std::vector<std::string>;

namespace
{

std::vector<Mutant> mutants_of(const std::string &source)
{
    const Tokens tokens = lex(source).tokens;
    return find_mutants(source, tokens, find_names(tokens));
}

/// The changes of a function with these statements.
Words changes(const std::string &statements, const std::string &before = "")
{
    Words found;
    for (const Mutant &one : mutants_of(before + "void f(void)\n{\n" + statements + "\n}\n"))
        found.push_back(one.change);
    std::sort(found.begin(), found.end());
    return found;
}

Words sorted(Words words)
{
    std::sort(words.begin(), words.end());
    return words;
}

bool has(const Words &all, const std::string &one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

TEST(Mutants, ChangeComparisonsToTheirNeighboursAndOpposites)
{
    EXPECT_EQ(changes("g(a < b);"), sorted({"< becomes <=", "< becomes >=", "g(a < b); left out"}));
    EXPECT_EQ(changes("g(a == b);"), sorted({"== becomes !=", "g(a == b); left out"}));
}

TEST(Mutants, KnowBinaryOperatorsFromUnaryOnes)
{
    EXPECT_EQ(changes("g(a - b);"), sorted({"- becomes +", "g(a - b); left out"}));
    EXPECT_EQ(changes("g(-b);"), sorted({"- left out", "g(-b); left out"}));
    EXPECT_EQ(changes("g((uint8_t)-b);"), sorted({"- left out", "g((uint8_t)-b); left out"}));
    EXPECT_EQ(changes("g((c)-b);"), sorted({"- becomes +", "g((c)-b); left out"}));
    EXPECT_EQ(changes("g(*p & ~q);"),
              sorted({"& becomes |", "~ left out", "g(*p & ~q); left out"}));
    EXPECT_EQ(changes("g(&p);"), Words{"g(&p); left out"});
    EXPECT_EQ(changes("blob *b = q;"), Words{}) << "a declaration";
}

TEST(Mutants, ChangeCompoundAssignmentsAndSteps)
{
    EXPECT_EQ(changes("a <<= b;"), sorted({"<<= becomes >>=", "a <<= b; left out"}));
    EXPECT_EQ(changes("a++;"), sorted({"++ becomes --", "a++; left out"}));
}

TEST(Mutants, ChangeConstantsByOneAndToZeroInTheirNotation)
{
    EXPECT_EQ(changes("g(0x80u);"), sorted({"0x80u becomes 0x81u", "0x80u becomes 0x7Fu",
                                            "0x80u becomes 0x00u", "g(0x80u); left out"}));
    EXPECT_EQ(changes("g(0, 1);"),
              sorted({"0 becomes 1", "1 becomes 2", "1 becomes 0", "g(0, 1); left out"}));
    EXPECT_EQ(changes("g(true);"), sorted({"true becomes false", "g(true); left out"}));
    EXPECT_EQ(changes("g(1.5);"), Words{"g(1.5); left out"});
}

TEST(Mutants, ExchangeEnumeratorsWithTheirNeighboursWhereTheyAreUsed)
{
    const std::string states = "typedef enum { IDLE, BUSY = 4, DONE, GONE } state;\n";
    EXPECT_EQ(changes("g(BUSY);", states),
              sorted({"BUSY becomes DONE", "BUSY becomes IDLE", "g(BUSY); left out"}));
    EXPECT_EQ(changes("a.BUSY = b;", states), Words{"a.BUSY = b; left out"}) << "a member";
}

TEST(Mutants, NegateFixAndThinOutConditions)
{
    EXPECT_EQ(changes("if (a) g();"), sorted({"a becomes !(a)", "a becomes 1", "g(); left out"}));
    EXPECT_EQ(
        changes("if (a) { g(); h(); }"),
        sorted({"a becomes !(a)", "a becomes 1", "a becomes 0", "g(); left out", "h(); left out"}));
    EXPECT_EQ(changes("while (a && b && c) ;"),
              sorted({"a && b && c becomes !(a && b && c)", "&& becomes ||", "&& becomes ||",
                      "a && left out", "&& b left out", "&& c left out"}));
    EXPECT_TRUE(has(changes("b |= a && c;"), "a && left out")) << "not b |= a &&";
    EXPECT_FALSE(has(changes("if (a == b) g();"), "a == b becomes !(a == b)"))
        << "== to != is that";
    EXPECT_FALSE(has(changes("if (!a) g();"), "!a becomes !(!a)")) << "leaving out the ! is that";
    EXPECT_TRUE(has(changes("b = f(a ? c : d);"), "a becomes !(a)"));
    EXPECT_TRUE(has(changes("for (i = 0; i; i++) g();"), "i becomes !(i)"));
}

TEST(Mutants, LeaveOutStatementsAndLabels)
{
    const Words all = changes("switch (a) {\ncase X:\n g();\n break;\ndefault:\n return;\n}\nh();");
    EXPECT_EQ(all, sorted({"case X: left out", "g(); left out", "break; left out",
                           "default: left out", "return; left out", "h(); left out"}));
    EXPECT_EQ(changes("(void)a;"), Words{});
    EXPECT_EQ(changes("const int a = b;"), Words{});
}

TEST(Mutants, ReturnZero)
{
    EXPECT_EQ(changes("if (a) return b; h();"),
              sorted({"a becomes !(a)", "a becomes 1", "return b; left out", "b becomes 0",
                      "h(); left out"}));
    EXPECT_EQ(changes("return a;"), Words{"a becomes 0"})
        << "without the last one nothing is returned";
    EXPECT_EQ(changes("return true;"), Words{"true becomes false"});
}

TEST(Mutants, LeaveWaveformNotesAlone)
{
    EXPECT_EQ(changes("i2cproof_state(names[1]);\ni2cproof_addressed(0);"), Words{});
}

TEST(Mutants, LeaveAloneWhatAFaultThatIsOffSwitchesOff)
{
    EXPECT_EQ(changes("if (FAULT(X)) g(1);"), Words{});
    EXPECT_EQ(changes("if (FAULT(X)) g(1); else h();"), Words{"h(); left out"});
    EXPECT_EQ(changes("if (!FAULT(X)) h();"), Words{"h(); left out"});
    EXPECT_EQ(changes("if (a && FAULT(X)) { g(1); }"), Words{});
    EXPECT_EQ(changes("g(FAULT(X) ? 1 : b);"), Words{"g(FAULT(X) ? 1 : b); left out"});
    EXPECT_EQ(changes("return FAULT(X) ? a + 1 : b - c;"),
              sorted({"- becomes +", "FAULT(X) ? a + 1 : b - c becomes 0"}));
    EXPECT_TRUE(has(changes("if (a || FAULT(X)) g();"), "a || FAULT(X) becomes 1"));
}

TEST(Mutants, OutsideOfFunctionsAreOfConstantsAndEnumerators)
{
    Words found;
    for (const Mutant &one : mutants_of("enum { A = 4, B };\nstatic int x[4] = {B + 2};\nint y;\n"))
        found.push_back(one.function + ": " + one.change);
    EXPECT_EQ(found, (Words{"-: 4 becomes 5", "-: 4 becomes 3", "-: 4 becomes 0", "-: B becomes A",
                            "-: 2 becomes 3", "-: 2 becomes 1", "-: 2 becomes 0"}));
}

TEST(Mutants, OutsideOfFunctionsLeaveFaultsThatAreOffAlone)
{
    Words found;
    for (const Mutant &one : mutants_of("static const int x = FAULT(X) ? 0x08 : 0x00;\n"))
        found.push_back(one.change);
    EXPECT_EQ(found, Words{"0x00 becomes 0x01"});
}

TEST(Mutants, KnowWhereTheyAre)
{
    const std::string source = "void f(void)\n{\n    g(0,\n      0, 0);\n}\n";
    const std::vector<Mutant> all = mutants_of(source);
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].change, "g(0, 0, 0); left out");
    EXPECT_EQ(all[0].function, "f");
    EXPECT_EQ(all[3].line, 4u);
    EXPECT_EQ(all[3].text, "0, 0);");
    EXPECT_EQ(all[2].number, 1u);
    EXPECT_EQ(all[3].number, 2u);
}

TEST(Mutants, ChangeTheirBytesAloneAndKeepTheLines)
{
    const std::string source = "void f(void)\n{\n    g(0,\n      a);\n    h();\n}\n";
    const std::vector<Mutant> all = mutants_of(source);
    EXPECT_EQ(apply(source, all[0]), "void f(void)\n{\n    ;\n\n    h();\n}\n");
    EXPECT_EQ(apply(source, all[1]), "void f(void)\n{\n    g(1,\n      a);\n    h();\n}\n");
}

TEST(Mutants, OfASecondViewOfTheSourceAreAddedInTheirPlaces)
{
    const std::string source = "void f(void)\n{\n    g(0);\n    g(0);\n}\n";
    const std::vector<Mutant> all = mutants_of(source);
    std::vector<Mutant> some(all.begin() + 2, all.end());
    ASSERT_EQ(some.size(), 2u);
    some[0].number = 1;
    add_mutants(&some, all);
    ASSERT_EQ(some.size(), all.size());
    for (size_t i = 0; i < all.size(); i++) {
        EXPECT_EQ(mutation::apply(source, some[i]), apply(source, all[i]));
        EXPECT_EQ(some[i].number, all[i].number);
    }
}

TEST(Mutants, OfTheSameSourceAreTheSame)
{
    const std::string source = "int f(int a)\n{\n    return a + 1;\n}\n";
    const std::vector<Mutant> once = mutants_of(source);
    const std::vector<Mutant> again = mutants_of(source);
    ASSERT_EQ(once.size(), again.size());
    for (size_t i = 0; i < once.size(); i++)
        EXPECT_EQ(apply(source, once[i]), apply(source, again[i]));
}

// What an Arduino sketch leaves to its IDE: which functions are declared for it, and where.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

extern "C" {
#include "slave_under_test/kinds/avr/sketch.h"
}

namespace
{
/// The text of a sketch as completed, without line markers and what blanks there are more.
std::string completed(const std::string &sketch)
{
    const std::string head = "# 1 \"/usr/include/Arduino.h\" 1\nvoid below();\n# 1 \"a.ino\"\n";
    char *made = avr_sketch_complete((head + sketch).c_str());
    EXPECT_NE(made, nullptr);
    const std::string all = made == nullptr ? "" : made;
    free(made);
    EXPECT_EQ(all.substr(0, head.size()), head);
    std::string text;
    bool marker = false;
    for (size_t i = head.size(); i < all.size(); i++) {
        if (i == head.size() || all[i - 1] == '\n')
            marker = all[i] == '#';
        const char c = all[i] == '\n' ? ' ' : all[i];
        if (!marker && (c != ' ' || (!text.empty() && text.back() != ' ')))
            text += c;
    }
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

TEST(SketchCompletion, LeavesWhatIsDefinedBeforeItsUse)
{
    const std::string sketch = "int f() { return 1; } void loop() { f(); }";
    EXPECT_EQ(completed(sketch), sketch);
}

TEST(SketchCompletion, DeclaresAFunctionAboveWhatUsesIt)
{
    EXPECT_EQ(completed("int n; void setup() { f(); } void f() { n++; }"),
              "int n; void f() ; void setup() { f(); } void f() { n++; }");
}

// As in Wire.onReceive(received).
TEST(SketchCompletion, TakesANameAloneForAUse)
{
    EXPECT_EQ(completed("void setup() { on(g); } static void g(int n) {}"),
              "static void g(int n) ; void setup() { on(g); } static void g(int n) {}");
}

TEST(SketchCompletion, PutsItBelowTheTypesThatItNeeds)
{
    EXPECT_EQ(completed("void a() {} struct s { int n; }; void b() { c(); } s c(s *p) {}"),
              "void a() {} struct s { int n; }; s c(s *p) ; void b() { c(); } s c(s *p) {}");
}

TEST(SketchCompletion, DeclaresWhatTheOthersNeed)
{
    EXPECT_EQ(completed("void a() { b(); c(); } void b() { c(); } void c() {}"),
              "void b() ; void c() ; void a() { b(); c(); } void b() { c(); } void c() {}");
}

TEST(SketchCompletion, KnowsEachOfOneName)
{
    EXPECT_EQ(completed("void f(int) {} void a() { f(p); } void f(char *) {}"),
              "void f(int) {} void f(char *) ; void a() { f(p); } void f(char *) {}");
}

TEST(SketchCompletion, ReadsHeadsAsTheyAreWritten)
{
    EXPECT_EQ(completed("void a() { f(); } __attribute__((noinline)) int *f(void (*g)(int)) {}"),
              "__attribute__((noinline)) int *f(void (*g)(int)) ; "
              "void a() { f(); } __attribute__((noinline)) int *f(void (*g)(int)) {}");
    EXPECT_EQ(completed("void a() { f(); } auto f() -> int {}"),
              "auto f() -> int ; void a() { f(); } auto f() -> int {}");
    EXPECT_EQ(completed("void a() { f(); } struct s f() {}"),
              "struct s f() ; void a() { f(); } struct s f() {}");
}

TEST(SketchCompletion, LeavesWhatCannotBeDeclared)
{
    for (const std::string sketch :
         {"void f(int n); void a() { f(1); } static void f(int n) {}",
          "void a() { f(); } void f(int n = 3) {}",
          "void a() { f(); } template <class T> void f(T t) {}",
          "struct s { int f(); }; void a() { s.f(); } int s::f() {}",
          "void a() { x->f(); y.f(); z::f(); } void f() {}", "void a() { f(1); } int f = 3;",
          "void a() { f(1); } auto f = [](int n) { return n; };",
          "void a() { f(1); } namespace n { void f(int n) {} }",
          "void a() { \"f(\"; 'f'; R\"x(f() \")x\"; } void f() {}",
          "bool operator==(s a, s b) {} void a() {}"})
        EXPECT_EQ(completed(sketch), sketch);
}

TEST(SketchCompletion, FindsTheEndOfWhatStandsBefore)
{
    for (const std::string before :
         {"int t[] = { 1, 2 };", "enum { A, B } e;", "s::s(int n) : m{n}, k(2) { m = '}'; }",
          "class c : public d { int k() { return 1'000; } };", "namespace n { int k; }",
          "extern \"C\" { int k(); }", "void k() { if (1) { } }",
          "auto l = [](int n) { return n; };"})
        EXPECT_EQ(completed(before + " void a() { f(); } void f() {}"),
                  before + " void f() ; void a() { f(); } void f() {}");
}

/// Where the compiler would find `what` next, by the text's own line markers: "a.ino:3:5".
std::string place_of(const std::string &text, const std::string &what)
{
    const size_t at = text.find(what);
    const size_t begin = text.rfind('\n', at) + 1;
    const size_t marker = text.rfind("\n# ", at) + 3;
    const size_t quote = text.find('"', marker);
    const auto lines = std::count(text.begin() + static_cast<long>(text.find('\n', marker)) + 1,
                                  text.begin() + static_cast<long>(begin), '\n');
    return text.substr(quote + 1, text.find('"', quote + 1) - quote - 1) + ":" +
           std::to_string(std::stol(text.substr(marker)) + lines) + ":" +
           std::to_string(at - begin + 1);
}

TEST(SketchCompletion, KeepsLinesAndColumns)
{
    const std::string sketch = "\n# 1 \"a.ino\"\nint k;\n  int m; void setup() {\n    first();\n}\n"
                               "# 1 \"b.ino\"\n\nvoid first()\n{ second; }\n";
    char *made = avr_sketch_complete(sketch.c_str());
    ASSERT_NE(made, nullptr);
    const std::string text = made;
    free(made);
    EXPECT_EQ(place_of(text, "void setup"), "a.ino:2:10") << text;
    EXPECT_EQ(place_of(text, "first();"), "a.ino:3:5") << text;
    EXPECT_EQ(place_of(text, "second"), "b.ino:3:3") << text;
    EXPECT_EQ(place_of(text, "void first() ;").substr(0, 8), "b.ino:2:") << text;
}

// Cut off anywhere it is no sketch, but no harm either; and what is not in a file .ino is no
// sketch.
TEST(SketchCompletion, TakesAnyText)
{
    const std::string sketch =
        "# 1 \"a.ino\"\nint t[] = { 1, '\\'' };\nvoid a() { f(R\"x( )x\"); }\n"
        "#pragma once\ntemplate <class T> int f(T (*t)(int)) { return \"\\\"\"; }";
    for (size_t bytes = 0; bytes <= sketch.size(); bytes++) {
        char *made = avr_sketch_complete(sketch.substr(0, bytes).c_str());
        EXPECT_NE(made, nullptr);
        free(made);
    }
    const std::string other = "# 1 \"a.cpp\"\nvoid a() { f(); }\nvoid f() {}\n";
    char *made = avr_sketch_complete(other.c_str());
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(made, other);
    free(made);
}

} // namespace

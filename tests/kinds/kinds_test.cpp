// docs/kinds.md says what the player says of each kind's slaves.
#include "tests/page.h"
#include "tests/sanitized.h"

#include <cstdlib>

namespace
{

bool has(const std::string &program)
{
    return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}

} // namespace

TEST(KindsPage, IsWhatThePlayerSaysOfEachKind)
{
    if (SANITIZED)
        GTEST_SKIP()
            << "its slaves are built and played by other tests, and its own code is tested without";
    for (const std::string program : {"clang", "avr-gcc", "verilator"})
        if (!has(program))
            GTEST_SKIP() << "needs all kinds: there is no " << program;
    expect_page_is_what_is_printed(KINDS_DOC_PROGRAM, KINDS_DOC_PAGE);
}

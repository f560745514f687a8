// docs/masters.md says what the models say.
#include "tests/page.h"

TEST(MastersPage, IsWhatTheModelsSay)
{
    expect_page_is_what_is_printed(MASTERS_DOC_PROGRAM, MASTERS_DOC_PAGE);
}

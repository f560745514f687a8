// docs/requirements.md says what the catalogue, the suite and the rules say.
#include "tests/page.h"

TEST(RequirementsPage, IsWhatTheSuiteChecks)
{
    expect_page_is_what_is_printed(REQUIREMENTS_DOC_PROGRAM, REQUIREMENTS_DOC_PAGE);
}

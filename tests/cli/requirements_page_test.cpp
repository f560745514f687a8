// docs/requirements.md says what the catalogue, the suite and the rules say.
#include "tests/cli/program.h"
#include "tests/page.h"

#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace
{

using Rows = std::map<std::string, std::set<std::string>>; ///< by the name of a scenario's file

Rows covered_by_files()
{
    Rows rows;
    const Json listed = parse_json(i2cproof({"list", "scenarios", "--json"}).out);
    const cJSON *scenario = nullptr;
    cJSON_ArrayForEach(scenario, listed.get())
    {
        const std::string path = text_at(scenario, "file");
        const cJSON *id = nullptr;
        cJSON_ArrayForEach(id, at(scenario, "covers")) rows[path.substr(path.rfind('/') + 1)]
            .insert(id->valuestring);
    }
    return rows;
}

/// "ACK 04; SMB-TMO 01 02" as ids.
std::set<std::string> ids_of(const std::string &cell)
{
    std::set<std::string> ids;
    std::istringstream groups(cell);
    for (std::string group; std::getline(groups, group, ';');) {
        std::istringstream words(group);
        std::string name;
        words >> name;
        for (std::string number; words >> number;)
            ids.insert((name.rfind("SMB-", 0) == 0 ? "" : "I2C-") + name + "-" + number);
    }
    return ids;
}

Rows told_by_the_page()
{
    static const std::regex line("\\| `([a-z_]+\\.scenario)` \\|[^|]*\\|([^|]*)\\|");
    const std::string page = read_file(SUITE_PAGE);
    Rows rows;
    for (std::sregex_iterator at(page.begin(), page.end(), line), end; at != end; ++at)
        if (const std::set<std::string> ids = ids_of((*at)[2]); !ids.empty())
            rows[(*at)[1]] = ids;
    return rows;
}

} // namespace

TEST(SuitePage, TellsTheRowsOfEachFile)
{
    const Rows files = covered_by_files();
    EXPECT_GT(files.size(), 30u);
    EXPECT_EQ(told_by_the_page(), files);
}

TEST(RequirementsPage, IsWhatTheSuiteChecks)
{
    expect_page_is_what_is_printed(REQUIREMENTS_DOC_PROGRAM, REQUIREMENTS_DOC_PAGE);
}

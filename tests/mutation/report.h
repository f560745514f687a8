/// What came out: counts, the rate, what killed the mutants, and what is wrong with the list.
#ifndef TESTS_MUTATION_REPORT_H
#define TESTS_MUTATION_REPORT_H

#include "tests/mutation/campaign.h"

#include <map>
#include <string>
#include <vector>

namespace mutation
{

struct Summary {
    std::string slave;
    bool whole; ///< every mutant was tried
    unsigned tried, refused, same_code, killed, equivalent, open, unlisted, unjudged;
    std::map<std::string, unsigned> by_rule, by_scenario, by_part, by_verdict; ///< of the killed
    std::vector<const Trial *> survivors; ///< listed or not, and those not judged
    std::vector<std::string> wrong;       ///< what makes the run fail, one text each

    /// Killed of those that compile and are not equivalent, in hundredths of a percent, rounded
    /// down; 10000 when there are none.
    unsigned rate() const;
};

/// `all` are the keys of every mutant of the subject, for entries that nothing matches any more.
/// With `only_some` sources, entries about others are left alone.
Summary sum_up(const Subject &subject, const std::vector<Trial> &trials, const Survivors &known,
               const std::string &list_path);

std::string as_text(const Summary &summary, const Survivors &known);
std::string as_json(const std::vector<Summary> &summaries,
                    const std::vector<std::vector<Trial>> &trials, const Survivors &known,
                    const Plan &plan);

} // namespace mutation

#endif

/// All mutants of a slave, or a sample of them, judged.
#ifndef TESTS_MUTATION_CAMPAIGN_H
#define TESTS_MUTATION_CAMPAIGN_H

#include "tests/mutation/judge.h"
#include "tests/mutation/survivors.h"

#include <functional>
#include <string>
#include <vector>

namespace mutation
{

struct Trial {
    const Source *source;
    const Mutant *mutant;
    std::string key;
    Verdict verdict;
};

struct Plan {
    std::string program; ///< i2cproof
    unsigned jobs;       ///< at least 1
    unsigned sample;     ///< so many mutants that are to be killed; 0: all
    uint64_t seed;       ///< of the sample
    /// Mutants of these functions alone, "-" for what is in none; empty: of all.
    std::vector<std::string> functions;
    bool all_masters; ///< meet every master, not only those that the slave's file names
};

/// The trials that a plan chooses, in the order of the sources, not judged yet. A sample is drawn
/// from what is not known to survive (each of these would play the whole suite with every slave).
/// Which mutants are in it hangs on their keys alone, so that a change elsewhere in a source leaves
/// it.
std::vector<Trial> choose(const Subject &subject, const Plan &plan, const Survivors &known);

/// Judges them. First the slave as it is, which must pass without a warning (for a sample, the
/// short part of the suite). Throws std::runtime_error. `progress` is called with each that is done
/// and their number, by one thread at a time.
void play(const Subject &subject, const Plan &plan, std::vector<Trial> *trials,
          const std::function<void(const Trial &, size_t)> &progress);

} // namespace mutation

#endif

/// Whether the suite kills a mutant.
#ifndef TESTS_MUTATION_JUDGE_H
#define TESTS_MUTATION_JUDGE_H

#include "tests/mutation/subject.h"

#include <string>

namespace mutation
{

enum class Fate {
    Refused,  ///< it does not compile
    SameCode, ///< the compiler makes of it what it makes of the original
    Killed,
    Survived,
    Unjudged ///< the program itself failed; its message is the rule
};

/// "killed".
const char *fate_name(Fate fate);

struct Verdict {
    Fate fate;
    std::string part;     ///< of the suite that killed it: "quick", "whole", "all masters"
    std::string verdict;  ///< "fail", "warn" ...; "refused" when the slave could not be loaded
    std::string rule;     ///< "I2C-ACK-02"
    std::string scenario; ///< "abt.write0"; of one that was refused, why
};

/// Runs the program on the slave in `bench` with a short part of the suite, until something fails
/// or warns. The fate is one of the last three.
Verdict judge_quickly(const Bench &bench, const std::string &program);

/// The same with all of it, on one slave after the other; with `all_masters` at last with every
/// master there is.
Verdict judge_wholly(const std::vector<const Bench *> &benches, const std::string &program,
                     bool all_masters);

} // namespace mutation

#endif

/// Programs that are run and waited for.
#ifndef TESTS_MUTATION_PROCESS_H
#define TESTS_MUTATION_PROCESS_H

#include <string>
#include <vector>

namespace mutation
{

struct Ended {
    int status;      ///< of exit; 128 + signal when it was killed
    std::string out; ///< stdout and stderr
};

/// Runs a program that is searched in PATH, with `variables` (NAME=VALUE) added to the
/// environment. After `seconds` it is killed with all of its process group.
/// Throws std::runtime_error when it cannot be started. Threads: any number at a time.
Ended run(const std::vector<std::string> &words, const std::vector<std::string> &variables,
          unsigned seconds);

} // namespace mutation

#endif

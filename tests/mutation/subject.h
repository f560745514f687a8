/// A slave whose sources are mutated: its mutants, and a place to build and judge them in.
#ifndef TESTS_MUTATION_SUBJECT_H
#define TESTS_MUTATION_SUBJECT_H

#include "tests/mutation/mutants.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mutation
{

/// A folder in the place for temporary files that is gone with this object.
class TemporaryFolder
{
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;
    const std::filesystem::path &path() const
    {
        return path_;
    }

  private:
    std::filesystem::path path_;
};

struct Source {
    std::filesystem::path path; ///< relative to the subject's root
    std::filesystem::path file; ///< absolute
    std::string text;
    std::vector<Mutant> mutants;
};

struct Subject {
    std::string name;            ///< of the slave
    std::filesystem::path root;  ///< the folder that holds everything it is made of
    std::filesystem::path slave; ///< its file, relative to the root
    std::vector<Source> sources;
    /// Further slaves of the same sources, which its mutants meet as well: `sources` has the
    /// mutants of what is compiled in any of them.
    std::vector<Subject> others;
};

/// Reads a .slave file and finds the mutants of its sources; with `only`, of those of these file
/// names alone. Throws std::runtime_error with a text for a person.
Subject read_subject(const std::string &slave_path, const std::vector<std::string> &only);

/// Puts a further slave to `subject`, with the mutants that it has more.
void add_slave(Subject *subject, Subject further);

/// From now on $CC leaves functions out that nobody calls, so that a change of one makes no other
/// slave: shared sources have functions that only some slaves use. Before any thread is started.
void leave_out_unused_functions();

/// A copy of a subject's folder, where one mutant at a time is built as i2cproof builds it. Used
/// by one thread at a time; several benches may work at once.
class Bench
{
  public:
    explicit Bench(const Subject &subject);

    enum class Build { Refused, SameCode, Other };

    /// Puts the mutant of a source into the copy and compiles it: the compiler refuses it, or makes
    /// of it what it made of the original, or something else. A source that the slave does not have
    /// makes the same code.
    Build build(const Source &source, const Mutant &mutant);
    /// Puts the source back as it was.
    void restore(const Source &source);

    /// Path of the copied .slave file, and of the folder for $XDG_CACHE_HOME, where i2cproof finds
    /// what was built.
    std::string slave() const;
    std::string cache() const;
    std::string out() const;

  private:
    struct Described;
    bool compile(std::string *code, std::string *message);
    bool has(const Source &source) const;
    std::filesystem::path copy_of(const Source &source) const;
    TemporaryFolder folder_;
    const Subject &subject_;
    std::string original_code_;
    std::shared_ptr<Described> described_;
};

std::string read_text(const std::filesystem::path &path);
void write_text(const std::filesystem::path &path, const std::string &text);

} // namespace mutation

#endif

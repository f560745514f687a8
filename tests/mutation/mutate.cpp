// Plays the suite on mutants of slaves and says which of them it does not kill: README.md.
#include "tests/mutation/report.h"

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <stdexcept>
#include <unistd.h>

namespace
{

using namespace mutation;

const char usage[] =
    "i2cproof_mutate X.slave... [options]\n"
    "\n"
    "  --with X.slave     its mutants meet this slave of the same sources, too (repeatable)\n"
    "  --source NAME      mutants of this source alone (repeatable)\n"
    "  --function NAME    of this function alone (repeatable); - for what is in none\n"
    "  --survivors FILE   known survivors; none without it\n"
    "  --sample N         N mutants of each slave that are not listed, drawn by --seed (default: "
    "all)\n"
    "  --seed N           (default 1)\n"
    "  --jobs N           (default 1)\n"
    "  --at-least P       percent to be killed (default 98)\n"
    "  --json FILE        the whole result\n"
    "  --program FILE     i2cproof (default: the one that was built with this)\n"
    "  --all-masters      what survives meets every master, too\n"
    "  --verbose          tell of each mutant when it is done\n"
    "  --list             tell the mutants and play nothing\n"
    "\n"
    "Exit status: 0 all is as listed and enough are killed, 1 not so, 2 bad usage or input.\n";

struct Options {
    /// Each with those that follow it behind --with.
    std::vector<std::vector<std::string>> slaves;
    std::vector<std::string> sources;
    std::string survivors, json;
    Plan plan = {I2CPROOF_PROGRAM, 1, 0, 1, {}, false};
    unsigned at_least = 98;
    bool list = false, verbose = false;
};

unsigned number(const std::string &text)
{
    size_t used = 0;
    const unsigned long value = std::stoul(text, &used);
    if (used != text.size() || value > 1000000)
        throw std::invalid_argument(text);
    return static_cast<unsigned>(value);
}

void read_option(Options *o, const std::string &name, const std::string &value)
{
    if (name == "--with" && !o->slaves.empty())
        o->slaves.back().push_back(value);
    else if (name == "--source")
        o->sources.push_back(value);
    else if (name == "--function")
        o->plan.functions.push_back(value);
    else if (name == "--survivors")
        o->survivors = value;
    else if (name == "--json")
        o->json = value;
    else if (name == "--program")
        o->plan.program = value;
    else if (name == "--sample")
        o->plan.sample = number(value);
    else if (name == "--seed")
        o->plan.seed = number(value);
    else if (name == "--jobs")
        o->plan.jobs = std::max(1u, number(value));
    else if (name == "--at-least")
        o->at_least = number(value);
    else
        throw std::invalid_argument(name);
}

Options read_options(int argc, char **argv)
{
    Options o;
    for (int i = 1; i < argc; i++) {
        const std::string word = argv[i];
        if (word == "--list")
            o.list = true;
        else if (word == "--all-masters")
            o.plan.all_masters = true;
        else if (word == "--verbose")
            o.verbose = true;
        else if (word.compare(0, 2, "--") != 0)
            o.slaves.push_back({word});
        else if (i + 1 < argc)
            read_option(&o, word, argv[++i]);
        else
            throw std::invalid_argument(word);
    }
    if (o.slaves.empty())
        throw std::invalid_argument("no slave");
    return o;
}

void list(const std::vector<Trial> &trials)
{
    for (const Trial &one : trials)
        std::cout << one.source->path.string() << ":" << one.mutant->line << ": "
                  << one.mutant->function << ": " << one.mutant->kind << ": " << one.mutant->change
                  << "\n";
}

void show_progress(const Subject &subject, const Trial &trial, size_t done, size_t of, bool verbose)
{
    if (verbose)
        std::cerr << done << "/" << of << " " << trial.source->path.string() << ":"
                  << trial.mutant->line << ": " << trial.mutant->change << ": "
                  << fate_name(trial.verdict.fate) << " " << trial.verdict.part << " "
                  << trial.verdict.rule << " " << trial.verdict.scenario << "\n";
    else if (isatty(STDERR_FILENO) != 0)
        std::cerr << "\r" << subject.name << " " << done << "/" << of << (done == of ? "\n" : "");
}

int run_all(const Options &o)
{
    const Survivors known =
        o.survivors.empty() ? Survivors() : read_survivors(read_text(o.survivors), o.survivors);
    std::vector<Subject> subjects;
    std::vector<std::vector<Trial>> trials;
    std::vector<Summary> summaries;
    bool fine = true;
    leave_out_unused_functions();
    for (const std::vector<std::string> &group : o.slaves) {
        subjects.push_back(read_subject(group.front(), o.sources));
        for (size_t i = 1; i < group.size(); i++)
            add_slave(&subjects.back(), read_subject(group[i], o.sources));
    }
    for (const Subject &subject : subjects) {
        trials.push_back(choose(subject, o.plan, known));
        if (o.list) {
            list(trials.back());
            continue;
        }
        play(subject, o.plan, &trials.back(), [&](const Trial &trial, size_t done) {
            show_progress(subject, trial, done, trials.back().size(), o.verbose);
        });
        summaries.push_back(sum_up(subject, trials.back(), known, o.survivors));
        const Summary &s = summaries.back();
        std::cout << as_text(s, known) << std::flush;
        for (const std::string &text : s.wrong)
            std::cout << text;
        fine = fine && s.wrong.empty() && s.rate() >= o.at_least * 100;
    }
    if (!o.json.empty())
        write_text(o.json, as_json(summaries, trials, known, o.plan));
    return fine ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    Options options;
    try {
        options = read_options(argc, argv);
    } catch (const std::logic_error &error) {
        std::cerr << "i2cproof_mutate: what is meant by \"" << error.what() << "\"?\n\n" << usage;
        return 2;
    }
    try {
        return run_all(options);
    } catch (const std::exception &error) {
        std::cerr << "i2cproof_mutate: " << error.what() << "\n";
        return 2;
    }
}

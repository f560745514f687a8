#include "tests/mutation/campaign.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace mutation
{

namespace
{

/// FNV-1a, and a finish that spreads its bits (splitmix64).
uint64_t hash(const std::string &text, uint64_t seed)
{
    uint64_t h = UINT64_C(0xCBF29CE484222325) ^ (seed * UINT64_C(0x9E3779B97F4A7C15));
    for (const char c : text)
        h = (h ^ static_cast<unsigned char>(c)) * UINT64_C(0x100000001B3);
    h = (h ^ h >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    h = (h ^ h >> 27) * UINT64_C(0x94D049BB133111EB);
    return h ^ h >> 31;
}

bool is_asked_for(const Plan &plan, const Mutant &mutant)
{
    const std::vector<std::string> &all = plan.functions;
    return all.empty() || std::find(all.begin(), all.end(), mutant.function) != all.end();
}

/// A subject's own bench and those of its other slaves.
using Benches = std::vector<std::unique_ptr<Bench>>;

Benches benches_of(const Subject &subject)
{
    Benches benches;
    benches.push_back(std::make_unique<Bench>(subject));
    for (const Subject &other : subject.others)
        benches.push_back(std::make_unique<Bench>(other));
    return benches;
}

Verdict try_one(const Benches &benches, const Plan &plan, const Trial &trial)
{
    std::vector<const Bench *> differ;
    bool refused = false;
    for (const auto &bench : benches) {
        const Bench::Build build = bench->build(*trial.source, *trial.mutant);
        refused = refused || build == Bench::Build::Refused;
        if (build != Bench::Build::Other)
            continue;
        const Verdict verdict = judge_quickly(*bench, plan.program);
        if (verdict.fate != Fate::Survived)
            return verdict;
        differ.push_back(bench.get());
    }
    if (differ.empty())
        return {refused ? Fate::Refused : Fate::SameCode, "", "", "", ""};
    return judge_wholly(differ, plan.program, plan.all_masters);
}

class Workers
{
  public:
    Workers(const Subject &subject, const Plan &plan, std::vector<Trial> *trials,
            const std::function<void(const Trial &, size_t)> &progress)
        : subject_(subject), plan_(plan), trials_(*trials), progress_(progress)
    {
    }

    void run()
    {
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < plan_.jobs; i++)
            threads.emplace_back([this] { work(); });
        for (std::thread &one : threads)
            one.join();
        if (failure_)
            std::rethrow_exception(failure_);
    }

  private:
    void work()
    {
        try {
            const Benches benches = benches_of(subject_);
            for (size_t i = next_++; i < trials_.size() && !stop_; i = next_++) {
                trials_[i].verdict = try_one(benches, plan_, trials_[i]);
                for (const auto &bench : benches)
                    bench->restore(*trials_[i].source);
                const std::lock_guard<std::mutex> lock(mutex_);
                progress_(trials_[i], ++done_);
            }
        } catch (...) {
            const std::lock_guard<std::mutex> lock(mutex_);
            stop_ = true;
            if (!failure_)
                failure_ = std::current_exception();
        }
    }

    const Subject &subject_;
    const Plan &plan_;
    std::vector<Trial> &trials_;
    const std::function<void(const Trial &, size_t)> &progress_;
    std::atomic<size_t> next_{0};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;
    size_t done_ = 0;
    std::exception_ptr failure_;
};

void expect_the_original_to_pass(const Subject &subject, const Plan &plan)
{
    const Bench bench(subject);
    const Verdict verdict = plan.sample > 0
                                ? judge_quickly(bench, plan.program)
                                : judge_wholly({&bench}, plan.program, plan.all_masters);
    if (verdict.fate != Fate::Survived)
        throw std::runtime_error(subject.name + " does not pass as it is: " + verdict.rule +
                                 " in " + verdict.scenario + " (" + verdict.part + ")");
}

} // namespace

std::vector<Trial> choose(const Subject &subject, const Plan &plan, const Survivors &known)
{
    std::vector<Trial> trials;
    for (const Source &source : subject.sources)
        for (const Mutant &mutant : source.mutants) {
            std::string key = key_of(subject.name, source.path.filename().string(), mutant);
            if (is_asked_for(plan, mutant) && (plan.sample == 0 || known.count(key) == 0))
                trials.push_back({&source, &mutant, std::move(key), {}});
        }
    if (plan.sample == 0 || plan.sample >= trials.size())
        return trials;
    std::vector<std::pair<uint64_t, size_t>> drawn;
    for (size_t i = 0; i < trials.size(); i++)
        drawn.emplace_back(hash(trials[i].key, plan.seed), i);
    std::sort(drawn.begin(), drawn.end());
    std::set<size_t> chosen;
    for (size_t i = 0; i < plan.sample; i++)
        chosen.insert(drawn[i].second);
    std::vector<Trial> sample;
    for (const size_t i : chosen)
        sample.push_back(trials[i]);
    return sample;
}

void play(const Subject &subject, const Plan &plan, std::vector<Trial> *trials,
          const std::function<void(const Trial &, size_t)> &progress)
{
    expect_the_original_to_pass(subject, plan);
    for (const Subject &other : subject.others)
        expect_the_original_to_pass(other, plan);
    Workers(subject, plan, trials, progress).run();
}

} // namespace mutation

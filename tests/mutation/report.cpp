#include "tests/mutation/report.h"

#include <cjson/cJSON.h>

#include <algorithm>
#include <memory>
#include <set>
#include <sstream>

namespace mutation
{

namespace
{

void count(Summary *s, const Trial &trial, const Survivors &known)
{
    const auto listed = known.find(trial.key);
    s->tried++;
    switch (trial.verdict.fate) {
    case Fate::Refused:
        s->refused++;
        break;
    case Fate::SameCode:
        s->same_code++;
        break;
    case Fate::Killed:
        s->killed++;
        s->by_rule[trial.verdict.rule.empty() ? trial.verdict.verdict : trial.verdict.rule]++;
        s->by_part[trial.verdict.part]++;
        s->by_verdict[trial.verdict.verdict]++;
        if (trial.verdict.verdict != "refused")
            s->by_scenario[trial.verdict.scenario]++;
        break;
    case Fate::Unjudged:
        s->unjudged++;
        s->survivors.push_back(&trial);
        break;
    case Fate::Survived:
        s->survivors.push_back(&trial);
        if (listed == known.end())
            s->unlisted++;
        else if (listed->second.equivalent)
            s->equivalent++;
        else
            s->open++;
        break;
    }
}

std::string place(const Trial &trial)
{
    return trial.source->path.string() + ":" + std::to_string(trial.mutant->line);
}

/// As an entry of the list wants it, but for the reason.
std::string as_entry(const Trial &trial)
{
    std::string text;
    std::istringstream lines(trial.key);
    for (std::string line; std::getline(lines, line);)
        text += (text.empty() ? "" : "    ") + line + "\n";
    return text;
}

void find_wrong(Summary *s, const Subject &subject, const std::vector<Trial> &trials,
                const Survivors &known, const std::string &list_path)
{
    const auto at = [&](const Known &one) {
        return list_path + ":" + std::to_string(one.line) + ": ";
    };
    for (const Trial &trial : trials) {
        const auto listed = known.find(trial.key);
        const Verdict &verdict = trial.verdict;
        if (verdict.fate == Fate::Unjudged)
            s->wrong.push_back(place(trial) + ": the program failed: " + verdict.rule + "\n" +
                               as_entry(trial));
        else if (verdict.fate == Fate::Survived && listed == known.end())
            s->wrong.push_back(place(trial) + ": survives and is not listed\n" + as_entry(trial));
        else if (verdict.fate != Fate::Survived && listed != known.end())
            s->wrong.push_back(at(listed->second) +
                               (verdict.fate == Fate::Killed
                                    ? "is killed: " + verdict.rule + " in " + verdict.scenario
                                    : "is no mutant that is judged: take it out") +
                               "\n" + as_entry(trial));
    }
    std::set<std::string> keys;
    std::set<std::string> files;
    for (const Source &source : subject.sources) {
        const std::string file = source.path.filename().string();
        files.insert(subject.name + " " + file + " ");
        for (const Mutant &mutant : source.mutants)
            keys.insert(key_of(subject.name, file, mutant));
    }
    for (const auto &[key, one] : known) {
        const bool ours =
            std::any_of(files.begin(), files.end(), [&key = key](const std::string &f) {
                return key.compare(0, f.size(), f) == 0;
            });
        if (ours && keys.count(key) == 0)
            s->wrong.push_back(at(one) + "there is no such mutant any more\n" + key);
    }
}

std::string percent(unsigned hundredths)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%u.%02u %%", hundredths / 100, hundredths % 100);
    return text;
}

void table(std::ostringstream &out, const char *title, const std::map<std::string, unsigned> &from)
{
    std::vector<std::pair<std::string, unsigned>> rows(from.begin(), from.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    out << title;
    for (size_t i = 0; i < rows.size(); i++)
        out << (i == 0 ? " " : ", ") << rows[i].first << " " << rows[i].second;
    out << "\n";
}

} // namespace

unsigned Summary::rate() const
{
    const unsigned counted = killed + open + unlisted + unjudged;
    return counted == 0 ? 10000 : static_cast<unsigned>(uint64_t{killed} * 10000 / counted);
}

Summary sum_up(const Subject &subject, const std::vector<Trial> &trials, const Survivors &known,
               const std::string &list_path)
{
    Summary s = {};
    size_t all = 0;
    for (const Source &source : subject.sources)
        all += source.mutants.size();
    s.slave = subject.name;
    s.whole = trials.size() == all;
    for (const Trial &trial : trials)
        count(&s, trial, known);
    find_wrong(&s, subject, trials, known, list_path);
    return s;
}

std::string as_text(const Summary &s, const Survivors &known)
{
    std::ostringstream out;
    out << s.slave << (s.whole ? "" : " (sample)") << ": " << percent(s.rate())
        << " killed: " << s.killed << " of " << s.killed + s.open + s.unlisted + s.unjudged << "\n";
    out << "  " << s.tried << " mutants: " << s.refused << " do not compile, " << s.same_code
        << " are the same code, " << s.killed << " killed, " << s.equivalent
        << " survive as equivalent, " << s.open << " as open, " << s.unlisted << " are not listed, "
        << s.unjudged << " not judged\n";
    table(out, "  by part of the suite:", s.by_part);
    table(out, "  by verdict:", s.by_verdict);
    table(out, "  by rule:", s.by_rule);
    table(out, "  by scenario:", s.by_scenario);
    for (const Trial *one : s.survivors) {
        const auto listed = known.find(one->key);
        out << "  " << place(*one) << ": " << one->mutant->function << ": " << one->mutant->change
            << "\n      "
            << (listed == known.end()
                    ? "not listed"
                    : (listed->second.equivalent ? "equivalent: " : "open: ") + listed->second.why)
            << "\n";
    }
    return out.str();
}

// ---- JSON

namespace
{

void add_counts(cJSON *to, const char *name, const std::map<std::string, unsigned> &from)
{
    cJSON *object = cJSON_AddObjectToObject(to, name);
    for (const auto &[key, number] : from)
        cJSON_AddNumberToObject(object, key.c_str(), number);
}

cJSON *mutant_json(const Trial &trial, const Survivors &known)
{
    cJSON *one = cJSON_CreateObject();
    const Mutant &mutant = *trial.mutant;
    cJSON_AddStringToObject(one, "file", trial.source->path.c_str());
    cJSON_AddNumberToObject(one, "line", mutant.line);
    cJSON_AddStringToObject(one, "function", mutant.function.c_str());
    cJSON_AddStringToObject(one, "kind", mutant.kind.c_str());
    cJSON_AddStringToObject(one, "text", mutant.text.c_str());
    cJSON_AddStringToObject(one, "change", mutant.change.c_str());
    cJSON_AddStringToObject(one, "fate", fate_name(trial.verdict.fate));
    if (trial.verdict.fate == Fate::Killed) {
        cJSON_AddStringToObject(one, "by", trial.verdict.part.c_str());
        cJSON_AddStringToObject(one, "verdict", trial.verdict.verdict.c_str());
        cJSON_AddStringToObject(one, "rule", trial.verdict.rule.c_str());
        cJSON_AddStringToObject(one, "scenario", trial.verdict.scenario.c_str());
    }
    const auto listed = known.find(trial.key);
    if (listed != known.end()) {
        cJSON_AddBoolToObject(one, "equivalent", listed->second.equivalent);
        cJSON_AddStringToObject(one, "why", listed->second.why.c_str());
    }
    return one;
}

} // namespace

std::string as_json(const std::vector<Summary> &summaries,
                    const std::vector<std::vector<Trial>> &trials, const Survivors &known,
                    const Plan &plan)
{
    const std::unique_ptr<cJSON, decltype(&cJSON_Delete)> root(cJSON_CreateObject(), cJSON_Delete);
    cJSON_AddNumberToObject(root.get(), "seed", static_cast<double>(plan.seed));
    cJSON_AddNumberToObject(root.get(), "sample", plan.sample);
    cJSON *slaves = cJSON_AddArrayToObject(root.get(), "slaves");
    for (size_t i = 0; i < summaries.size(); i++) {
        const Summary &s = summaries[i];
        cJSON *one = cJSON_CreateObject();
        cJSON_AddItemToArray(slaves, one);
        cJSON_AddStringToObject(one, "slave", s.slave.c_str());
        cJSON_AddNumberToObject(one, "rate_percent", s.rate() / 100.0);
        const std::map<std::string, unsigned> counts = {
            {"tried", s.tried},       {"refused", s.refused},  {"same_code", s.same_code},
            {"killed", s.killed},     {"open", s.open},        {"equivalent", s.equivalent},
            {"unlisted", s.unlisted}, {"unjudged", s.unjudged}};
        add_counts(one, "counts", counts);
        add_counts(one, "killed_by_rule", s.by_rule);
        add_counts(one, "killed_by_scenario", s.by_scenario);
        add_counts(one, "killed_by_part", s.by_part);
        cJSON *mutants = cJSON_AddArrayToObject(one, "mutants");
        for (const Trial &trial : trials[i])
            cJSON_AddItemToArray(mutants, mutant_json(trial, known));
    }
    const std::unique_ptr<char, decltype(&cJSON_free)> text(cJSON_Print(root.get()), cJSON_free);
    return std::string(text.get()) + "\n";
}

} // namespace mutation

#include "tests/mutation/judge.h"

#include "tests/mutation/process.h"

#include <cjson/cJSON.h>

#include <memory>

namespace mutation
{

namespace
{

enum { ENDED_CLEAN = 0, ENDED_FOUND = 1, ENDED_INPUT = 2, ENDED_OURS = 3, SECONDS_MAX = 300 };

struct Part {
    const char *name;
    std::vector<std::string> words;
};

const Part quick = {"quick", {"--quick"}};
const Part whole = {"whole", {}};
const Part with_all_masters = {"all masters", {"--master", "all"}};

std::string text_at(const cJSON *object, const char *key)
{
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(text) ? text->valuestring : "";
}

bool is_grave(const std::string &verdict)
{
    return verdict == "fail" || verdict == "warn" || verdict == "incompatible" ||
           verdict == "error";
}

/// The first finding that counts, of the case that ended the run.
void read_finding(const std::string &path, Verdict *verdict)
{
    const std::string text = read_text(path);
    const std::unique_ptr<cJSON, decltype(&cJSON_Delete)> result(cJSON_Parse(text.c_str()),
                                                                 cJSON_Delete);
    const cJSON *one = nullptr;
    cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(result.get(), "cases"))
    {
        const cJSON *finding = nullptr;
        cJSON_ArrayForEach(finding, cJSON_GetObjectItemCaseSensitive(one, "findings"))
        {
            if (!is_grave(text_at(finding, "verdict")) || !is_grave(text_at(one, "verdict")))
                continue;
            verdict->verdict = text_at(one, "verdict");
            verdict->rule = text_at(finding, "rule");
            verdict->scenario = text_at(one, "scenario");
            return;
        }
    }
}

std::string last_line(std::string text)
{
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

Ended play(const Bench &bench, const std::string &program, const Part &part, bool stop_at_first)
{
    std::vector<std::string> words = {program,     "run",       bench.slave(), "--out",
                                      bench.out(), "--jobs",    "1",           "--vcd",
                                      "none",      "--fail-on", "warn"};
    if (stop_at_first)
        words.push_back("--stop-at-first");
    words.insert(words.end(), part.words.begin(), part.words.end());
    return run(words, {"XDG_CACHE_HOME=" + bench.cache()}, SECONDS_MAX);
}

/// A case that could not be judged says nothing of the mutant: the others may.
Verdict judge_further(const Bench &bench, const std::string &program, const Part &part)
{
    Verdict verdict = {Fate::Killed, part.name, "", "", ""};
    const Ended ended = play(bench, program, part, false);
    if (ended.status <= ENDED_OURS)
        read_finding(bench.out() + "/result.json", &verdict);
    if (verdict.rule.empty())
        verdict = {Fate::Unjudged, part.name, "error", last_line(ended.out), ""};
    return verdict;
}

Verdict judge_by(const Bench &bench, const std::string &program, const Part &part)
{
    const Ended ended = play(bench, program, part, true);
    Verdict verdict = {Fate::Killed, part.name, "", "", ""};
    if (ended.status == ENDED_CLEAN)
        verdict.fate = Fate::Survived;
    else if (ended.status == ENDED_FOUND)
        read_finding(bench.out() + "/result.json", &verdict);
    else if (ended.status == ENDED_INPUT)
        verdict = {Fate::Killed, part.name, "refused", "refused", last_line(ended.out)};
    else
        verdict = judge_further(bench, program, part);
    return verdict;
}

} // namespace

const char *fate_name(Fate fate)
{
    static const char *const names[] = {"refused", "same_code", "killed", "survived", "unjudged"};
    return names[static_cast<int>(fate)];
}

Verdict judge_quickly(const Bench &bench, const std::string &program)
{
    return judge_by(bench, program, quick);
}

Verdict judge_wholly(const std::vector<const Bench *> &benches, const std::string &program,
                     bool all_masters)
{
    std::vector<Part> parts = {whole};
    if (all_masters)
        parts.push_back(with_all_masters);
    for (const Part &part : parts)
        for (const Bench *bench : benches) {
            const Verdict verdict = judge_by(*bench, program, part);
            if (verdict.fate != Fate::Survived)
                return verdict;
        }
    return {Fate::Survived, "", "", "", ""};
}

} // namespace mutation

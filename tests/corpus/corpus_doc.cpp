// Writes docs/corpus.md: which faults the suite is known to catch.
#include "tests/corpus/corpus.h"

#include <iostream>
#include <map>

namespace
{

void write_head(const std::vector<Variant> &corpus)
{
    size_t missed = 0;
    for (const Variant &v : corpus)
        missed += v.missed_by_quick ? 1 : 0;
    std::cout
        << "# The corpus of faults\n\n"
           "Generated from `slave_under_test/broken/` (program `corpus_doc`); a test compares "
           "it, and another runs every\nvariant.\n\n"
           "Each variant is a right slave with one fault. It must fail by the rule that is "
           "named here in the scenario that is\nnamed here. *quick*: `run --quick` fails as "
           "well, by whatever rule.\n\n"
        << corpus.size() << " variants, " << corpus.size() - missed
        << " of them caught by `--quick`.\n";
}

void write_variants(const std::vector<Variant> &corpus)
{
    std::map<std::string, std::vector<const Variant *>> designs;
    for (const Variant &v : corpus)
        designs[v.design].push_back(&v);
    for (const auto &[design, variants] : designs) {
        std::cout << "\n## " << design << "\n\n"
                  << "| variant | class | what is wrong | rule | scenario | quick |\n"
                     "|---|---|---|---|---|---|\n";
        for (const Variant *v : variants)
            std::cout << "| `" << v->file.substr(0, v->file.find('.')) << "` | " << v->classes
                      << " | " << v->says << " | " << v->rule << " | `" << v->scenario << "` | "
                      << (v->missed_by_quick ? "no" : "yes") << " |\n";
    }
}

void write_failure_modes(const std::vector<Variant> &corpus, const std::vector<FailureMode> &modes)
{
    std::cout << "\n## Classes of failure modes\n\n"
                 "| class | what goes wrong | variants |\n|---|---|---|\n";
    for (const FailureMode &mode : modes) {
        std::string variants;
        for (const Variant &v : corpus)
            if (v.classes.find(mode.id) != std::string::npos)
                variants +=
                    (variants.empty() ? "`" : ", `") + v.file.substr(0, v.file.find('.')) + "`";
        std::cout << "| " << mode.id << " | " << mode.title << " | "
                  << (variants.empty() ? "none: " + mode.missing : variants) << " |\n";
    }
}

} // namespace

int main()
{
    try {
        const std::vector<Variant> corpus = read_corpus(SLAVES_SHIPPED);
        write_head(corpus);
        write_variants(corpus);
        write_failure_modes(corpus, read_failure_modes(SLAVES_SHIPPED));
    } catch (const std::string &what) {
        std::cerr << what << "\n";
        return 1;
    }
    return 0;
}

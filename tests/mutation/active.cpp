#include "tests/mutation/active.h"

#include <set>

namespace mutation
{

namespace
{

const char mark[] = "i2cproof_mutation_part_";

bool is_conditional(const Directive &one)
{
    static const std::set<std::string> names = {"if", "ifdef", "ifndef", "elif", "else", "endif"};
    return names.count(one.name) > 0;
}

std::vector<Directive> conditionals(const Lexed &lexed)
{
    std::vector<Directive> found;
    for (const Directive &one : lexed.directives)
        if (is_conditional(one))
            found.push_back(one);
    return found;
}

std::string mark_of(size_t part)
{
    return mark + std::to_string(part) + "_";
}

} // namespace

std::string mark_parts(const std::string &source, const Lexed &lexed)
{
    std::string marked;
    size_t from = 0;
    size_t part = 0;
    for (const Directive &one : conditionals(lexed)) {
        marked += source.substr(from, one.end - from) + "\n" + mark_of(part++) + "\n";
        from = one.end;
    }
    return marked + source.substr(from);
}

std::vector<Token> active_tokens(const Lexed &lexed, const std::string &preprocessed)
{
    const std::vector<Directive> parts = conditionals(lexed);
    std::vector<Token> active;
    size_t part = 0; // behind so many conditional lines
    bool lives = true;
    for (const Token &token : lexed.tokens) {
        while (part < parts.size() && parts[part].end <= token.begin) {
            lives = preprocessed.find(mark_of(part)) != std::string::npos;
            part++;
        }
        if (lives)
            active.push_back(token);
    }
    return active;
}

} // namespace mutation

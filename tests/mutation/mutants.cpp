#include "tests/mutation/mutants.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <tuple>

namespace mutation
{

namespace
{

const std::map<std::string, std::vector<std::string>> binary_swaps = {
    {"<", {"<=", ">="}}, {"<=", {"<", ">"}}, {">", {">=", "<="}}, {">=", {">", "<"}},
    {"==", {"!="}},      {"!=", {"=="}},     {"&&", {"||"}},      {"||", {"&&"}},
    {"+", {"-"}},        {"-", {"+"}},       {"*", {"/"}},        {"/", {"*"}},
    {"%", {"*"}},        {"<<", {">>"}},     {">>", {"<<"}},      {"&", {"|"}},
    {"|", {"&"}},        {"^", {"&"}},       {"+=", {"-="}},      {"-=", {"+="}},
    {"*=", {"/="}},      {"/=", {"*="}},     {"%=", {"*="}},      {"<<=", {">>="}},
    {">>=", {"<<="}},    {"&=", {"|="}},     {"|=", {"&="}},      {"^=", {"&="}}};

const std::set<std::string> relations = {"<", "<=", ">", ">=", "==", "!="};

/// They draw in the waveform and do nothing else.
const std::set<std::string> annotations = {"i2cproof_state", "i2cproof_addressed"};

std::string one_line(const std::string &text)
{
    std::string line;
    for (const char c : text) {
        const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

/// A whole number with its suffix apart. False for what is none that we change.
bool read_number(const std::string &text, uint64_t *value, bool *hex, std::string *suffix)
{
    const size_t digits = text.find_last_not_of("uUlL") + 1;
    if (digits == 0 || text.find('.') != std::string::npos)
        return false;
    *suffix = text.substr(digits);
    *hex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
    const bool binary = text.size() > 2 && (text[1] == 'b' || text[1] == 'B');
    char *end = nullptr;
    const std::string number = text.substr(binary ? 2 : 0, digits - (binary ? 2 : 0));
    *value = std::strtoull(number.c_str(), &end, binary ? 2 : 0);
    return *end == '\0';
}

std::string write_number(uint64_t value, bool hex, const std::string &suffix)
{
    char text[32];
    (void)snprintf(text, sizeof text, hex ? "0x%02llX" : "%llu",
                   static_cast<unsigned long long>(value));
    return text + suffix;
}

void put_in_order(std::vector<Mutant> *mutants)
{
    std::stable_sort(mutants->begin(), mutants->end(), [](const Mutant &a, const Mutant &b) {
        return std::tie(a.offset, a.length) < std::tie(b.offset, b.length);
    });
}

void number(std::vector<Mutant> *mutants)
{
    std::map<std::string, unsigned> seen;
    for (Mutant &one : *mutants)
        one.number = ++seen[one.function + "\n" + one.text + "\n" + one.change];
}

class Finder
{
  public:
    Finder(const std::string &source, const Tokens &tokens, const Names &names)
        : source_(source), tokens_(tokens), names_(names), syntax_(parse(tokens, names))
    {
        find_untouched();
    }

    std::vector<Mutant> run()
    {
        for (size_t i = 0; i < tokens_.size(); i++)
            if (!is_untouched({i, i + 1}))
                change_token(i);
        for (const Condition &one : syntax_.conditions)
            if (!is_untouched(one.tokens) && function_of(one.tokens.first) != nullptr)
                change_condition(one);
        for (const Statement &one : syntax_.statements)
            if (!is_untouched(one.tokens))
                change_statement(one);
        finish();
        return std::move(mutants_);
    }

  private:
    // ---- places

    const Function *function_of(size_t token) const
    {
        for (const Function &one : syntax_.functions)
            if (one.body.holds(token))
                return &one;
        return nullptr;
    }

    /// Whether all of it lies where nothing is changed.
    bool is_untouched(const Range &range) const
    {
        return std::any_of(untouched_.begin(), untouched_.end(), [&](const Range &one) {
            return range.first >= one.first && range.last <= one.last;
        });
    }

    bool is(size_t at, const char *text) const
    {
        return at < tokens_.size() && tokens_[at].is(text);
    }

    void find_untouched()
    {
        untouched_ = syntax_.dead;
        for (size_t i = 0; i < tokens_.size(); i++) {
            const bool call = tokens_[i].kind == TokenKind::Identifier && is(i + 1, "(");
            if (call && annotations.count(tokens_[i].text) > 0)
                untouched_.push_back({i, closing(tokens_, i + 1) + 2});
            if (is(i, "[") && function_of(i) == nullptr)
                untouched_.push_back({i, closing(tokens_, i) + 1});
            if (is(i, "typedef") || is(i, "_Static_assert")) {
                size_t end = i;
                while (end < tokens_.size() && !is(end, ";"))
                    end = is(end, "{") ? closing(tokens_, end) + 1 : end + 1;
                untouched_.push_back({i, end});
            }
        }
        for (const Statement &one : syntax_.statements) // sizes of arrays in functions
            for (size_t i = one.tokens.first; i < one.tokens.last && !is(i, "="); i++)
                if (one.kind == StatementKind::Declaration && is(i, "["))
                    untouched_.push_back({i, closing(tokens_, i) + 1});
    }

    // ---- changes

    std::string text_of(const Range &range) const
    {
        const size_t begin = tokens_[range.first].begin;
        return source_.substr(begin, tokens_[range.last - 1].end - begin);
    }

    void add(const std::string &kind, const Range &range, const std::string &replacement)
    {
        const size_t begin = tokens_[range.first].begin;
        const std::string was = text_of(range);
        const Function *function = function_of(range.first);
        Mutant one = {};
        one.offset = begin;
        one.length = was.size();
        one.replacement = replacement;
        one.replacement.append( // the lines behind it keep their numbers
            static_cast<size_t>(std::count(was.begin(), was.end(), '\n') -
                                std::count(replacement.begin(), replacement.end(), '\n')),
            '\n');
        one.kind = kind;
        one.function = function == nullptr ? "-" : function->name;
        const bool nothing = replacement.empty() || replacement == ";";
        one.change = one_line(was) + (nothing ? " left out" : " becomes " + one_line(replacement));
        mutants_.push_back(one);
    }

    void change_token(size_t at)
    {
        const Token &token = tokens_[at];
        if (token.kind == TokenKind::Number)
            change_number(at);
        else if (token.kind == TokenKind::Identifier)
            change_name(at);
        else if (token.kind == TokenKind::Punctuator && function_of(at) != nullptr)
            change_operator(at);
    }

    void change_number(size_t at)
    {
        uint64_t value = 0;
        bool hex = false;
        std::string suffix;
        if (!read_number(tokens_[at].text, &value, &hex, &suffix))
            return;
        const Range one = {at, at + 1};
        add("constant", one, write_number(value + 1, hex, suffix));
        if (value > 0)
            add("constant", one, write_number(value - 1, hex, suffix));
        if (value > 1)
            add("constant", one, write_number(0, hex, suffix));
    }

    /// Not the definition of an enumerator, a member or a function's name.
    bool is_used_enumerator(size_t at) const
    {
        if (at > 0 && (is(at - 1, ".") || is(at - 1, "->")))
            return false;
        for (size_t i = at; i-- > 0;) {
            if (is(i, ";") || is(i, "}"))
                return true;
            if (is(i, "enum"))
                return false;
        }
        return true;
    }

    void change_name(size_t at)
    {
        const std::string &name = tokens_[at].text;
        if (name == "true" || name == "false") {
            add("constant", {at, at + 1}, name == "true" ? "false" : "true");
            return;
        }
        for (const std::vector<std::string> &all : names_.enumerations) {
            const auto found = std::find(all.begin(), all.end(), name);
            if (found == all.end() || all.size() < 2 || !is_used_enumerator(at))
                continue;
            const size_t i = static_cast<size_t>(found - all.begin());
            const std::string &next = all[(i + 1) % all.size()];
            const std::string &previous = all[(i + all.size() - 1) % all.size()];
            add("enumerator", {at, at + 1}, next);
            if (previous != next)
                add("enumerator", {at, at + 1}, previous);
            return;
        }
    }

    void change_operator(size_t at)
    {
        const std::string &text = tokens_[at].text;
        if (text == "++" || text == "--") {
            add("operator", {at, at + 1}, text == "++" ? "--" : "++");
            return;
        }
        if (!is_binary(tokens_, at, names_)) {
            if (text == "!" || text == "~" || text == "-")
                add("operator", {at, at + 1}, "");
            return;
        }
        const auto swaps = binary_swaps.find(text);
        if (swaps == binary_swaps.end() || is_pointer_declared(at))
            return;
        for (const std::string &other : swaps->second)
            add("operator", {at, at + 1}, other);
        if (text == "&&" || text == "||")
            leave_out_operands(at);
    }

    /// `blob *b = ...`: the star belongs to a type that has no known name.
    bool is_pointer_declared(size_t at) const
    {
        return is(at, "*") && std::any_of(syntax_.statements.begin(), syntax_.statements.end(),
                                          [&](const Statement &one) {
                                              return one.kind == StatementKind::Declaration &&
                                                     at == one.tokens.first + 1;
                                          });
    }

    void leave_out_operands(size_t at)
    {
        const Range left = left_operand(tokens_, at);
        const Range right = right_operand(tokens_, at);
        const bool chained = left.first > 0 && is(left.first - 1, tokens_[at].text.c_str());
        if (!chained && left.first < at)
            add("condition", {left.first, at + 1}, "");
        if (right.last > right.first)
            add("condition", {at, right.last}, "");
    }

    /// A lone comparison or `!` is negated by its operator already.
    bool is_negated_elsewhere(const Range &range) const
    {
        unsigned comparisons = 0;
        unsigned others = 0;
        for (size_t i = range.first; i < range.last; i++) {
            if (is(i, "(") || is(i, "["))
                i = closing(tokens_, i);
            else if (tokens_[i].kind == TokenKind::Punctuator && is_binary(tokens_, i, names_)) {
                const bool compares = relations.count(tokens_[i].text) > 0;
                comparisons += compares;
                others += !compares && (is(i, "&&") || is(i, "||") || is(i, "?"));
            }
        }
        return others == 0 && (comparisons == 1 || (comparisons == 0 && is(range.first, "!")));
    }

    void change_condition(const Condition &one)
    {
        if (!is_negated_elsewhere(one.tokens))
            add("condition", one.tokens, "!(" + text_of(one.tokens) + ")");
        if (one.kind == ConditionKind::Loop)
            return; // left out, it never ends or never begins: the statements say as much
        add("condition", one.tokens, "1");
        if (one.body_is_whole)
            add("condition", one.tokens, "0");
    }

    void change_statement(const Statement &one)
    {
        const Range &tokens = one.tokens;
        const bool unused =
            is(tokens.first, "(") && is(tokens.first + 1, "void") && is(tokens.first + 4, ";");
        if (one.kind == StatementKind::Declaration || unused)
            return;
        if (one.kind == StatementKind::Label) {
            add("statement", tokens, "");
            return;
        }
        if (!(one.kind == StatementKind::Return && one.ends_function))
            add("statement", tokens, ";");
        const size_t value = tokens.first + 1;
        const bool plain = tokens.last - value == 2 && (tokens_[value].kind == TokenKind::Number ||
                                                        is(value, "true") || is(value, "false"));
        if (one.kind == StatementKind::Return && tokens.last - value > 1 && !plain)
            add("statement", {value, tokens.last - 1}, "0");
    }

    // ---- the order, and what a person needs

    void finish()
    {
        put_in_order(&mutants_);
        uint32_t line = 1;
        size_t at = 0;
        for (Mutant &one : mutants_) {
            for (; at < one.offset; at++)
                line += source_[at] == '\n';
            one.line = line;
            const size_t begin = source_.rfind('\n', one.offset) + 1;
            one.text = one_line(source_.substr(begin, source_.find('\n', begin) - begin));
        }
        number(&mutants_);
    }

    const std::string &source_;
    const Tokens &tokens_;
    const Names &names_;
    Syntax syntax_;
    std::vector<Range> untouched_;
    std::vector<Mutant> mutants_;
};

} // namespace

std::vector<Mutant> find_mutants(const std::string &source, const Tokens &tokens,
                                 const Names &names)
{
    return Finder(source, tokens, names).run();
}

void add_mutants(std::vector<Mutant> *all, const std::vector<Mutant> &more)
{
    std::set<std::tuple<size_t, size_t, std::string>> there;
    for (const Mutant &one : *all)
        there.insert({one.offset, one.length, one.replacement});
    for (const Mutant &one : more)
        if (there.insert({one.offset, one.length, one.replacement}).second)
            all->push_back(one);
    put_in_order(all);
    number(all);
}

std::string apply(const std::string &source, const Mutant &mutant)
{
    return source.substr(0, mutant.offset) + mutant.replacement +
           source.substr(mutant.offset + mutant.length);
}

} // namespace mutation

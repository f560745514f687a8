#include "tests/mutation/syntax.h"

namespace mutation
{

namespace
{

const std::set<std::string> type_words = {
    "void",     "char",   "short",    "int",    "long",     "float",    "double",       "signed",
    "unsigned", "_Bool",  "bool",     "struct", "union",    "enum",     "const",        "volatile",
    "static",   "extern", "register", "inline", "restrict", "_Alignas", "__extension__"};

const std::set<std::string> words_before_operands = {"return", "case", "else", "do", "sizeof"};

bool is_any(const Token &token, const std::set<std::string> &of)
{
    return token.kind == TokenKind::Punctuator && of.count(token.text) > 0;
}

bool opens(const Token &token)
{
    return is_any(token, {"(", "[", "{"});
}

bool closes(const Token &token)
{
    return is_any(token, {")", "]", "}"});
}

bool is_type(const Token &token, const Names &names)
{
    if (token.kind != TokenKind::Identifier)
        return false;
    const std::string &text = token.text;
    const bool ends_so = text.size() > 2 && text.compare(text.size() - 2, 2, "_t") == 0;
    return ends_so || type_words.count(text) > 0 || names.types.count(text) > 0;
}

/// Index of the bracket that the one at `close` closes.
size_t opening(const Tokens &tokens, size_t close)
{
    int depth = 0;
    for (size_t i = close + 1; i-- > 0;) {
        depth += closes(tokens[i]) ? 1 : opens(tokens[i]) ? -1 : 0;
        if (depth == 0)
            return i;
    }
    return 0;
}

const std::set<std::string> looser_than_choice = {
    ",", ";", "?", ":", "=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};

/// Where the operand before `end` begins: behind what binds `looser`, over whole brackets.
size_t reach_back(const Tokens &tokens, size_t end, const std::set<std::string> &looser)
{
    size_t i = end;
    while (i > 0) {
        const Token &before = tokens[i - 1];
        if (closes(before)) {
            i = opening(tokens, i - 1);
            continue;
        }
        if (opens(before) || before.is("return") || is_any(before, looser))
            break;
        i--;
    }
    return i;
}

/// `(uint8_t)`, `(const blob *)`: nothing but words of a type.
bool is_cast(const Tokens &tokens, size_t close, const Names &names)
{
    const size_t open = opening(tokens, close);
    if (!tokens[open].is("(") || open + 1 == close)
        return false;
    if (open > 0 && tokens[open - 1].is("sizeof"))
        return false;
    bool any = false;
    for (size_t i = open + 1; i < close; i++) {
        const bool tag = tokens[i].kind == TokenKind::Identifier && i > open + 1 &&
                         (tokens[i - 1].is("struct") || tokens[i - 1].is("enum"));
        if (!tag && !is_type(tokens[i], names) && !tokens[i].is("*"))
            return false;
        any = any || !tokens[i].is("*");
    }
    return any;
}

// ---- faults that are switched on by macros

bool is_fault(const Tokens &tokens, size_t at)
{
    return at + 3 < tokens.size() && tokens[at].is("FAULT") && tokens[at + 1].is("(");
}

/// What a condition is when every FAULT() is 0: 0, 1 or, not known from them alone, -1.
int value_without_faults(const Tokens &tokens, const Range &range)
{
    bool all_and = true;
    bool all_or = true;
    int operands_false = 0;
    int operands_true = 0;
    bool operand_begins = true;
    for (size_t i = range.first; i < range.last; i++) {
        const bool negated = tokens[i].is("!");
        const size_t at = negated ? i + 1 : i;
        if (operand_begins && is_fault(tokens, at)) {
            const size_t behind = closing(tokens, at + 1) + 1;
            const bool whole =
                behind >= range.last || tokens[behind].is("&&") || tokens[behind].is("||");
            operands_false += whole && !negated;
            operands_true += whole && negated;
            i = behind - 1;
            operand_begins = false;
            continue;
        }
        if (opens(tokens[i]))
            i = closing(tokens, i);
        all_and = all_and && !tokens[i].is("||") && !tokens[i].is("?");
        all_or = all_or && !tokens[i].is("&&") && !tokens[i].is("?");
        operand_begins = tokens[i].is("&&") || tokens[i].is("||");
    }
    if (operands_false > 0 && all_and)
        return 0;
    return operands_true > 0 && all_or ? 1 : -1;
}

// ---- the parser

class Parser
{
  public:
    Parser(const Tokens &tokens, const Names &names) : tokens_(tokens), names_(names)
    {
    }

    Syntax run()
    {
        for (size_t i = 0; i < tokens_.size();)
            i = top_level(i);
        find_choices();
        find_faults();
        return syntax_;
    }

  private:
    bool is(size_t at, const char *text) const
    {
        return at < tokens_.size() && tokens_[at].is(text);
    }

    bool is_name(size_t at) const
    {
        return at < tokens_.size() && tokens_[at].kind == TokenKind::Identifier;
    }

    /// A function is a name, parentheses and a brace; everything else is stepped over.
    size_t top_level(size_t at)
    {
        if (!is_name(at) || !is(at + 1, "(")) {
            return is(at, "{") ? closing(tokens_, at) + 1 : at + 1;
        }
        const size_t close = closing(tokens_, at + 1);
        if (!is(close + 1, "{"))
            return close + 1;
        const size_t end = closing(tokens_, close + 1) + 1;
        syntax_.functions.push_back({tokens_[at].text, {close + 1, end}});
        block(close + 1);
        if (!syntax_.statements.empty() && syntax_.statements.back().tokens.last + 1 == end)
            syntax_.statements.back().ends_function = true;
        return end;
    }

    /// A brace and what it holds. Returns the token behind it.
    size_t block(size_t at, size_t *count = nullptr)
    {
        const size_t close = closing(tokens_, at);
        size_t statements = 0;
        for (size_t i = at + 1; i < close; statements++)
            i = statement(i);
        if (count != nullptr)
            *count = statements;
        return close + 1;
    }

    size_t behind_semicolon(size_t at) const
    {
        while (at < tokens_.size() && !is(at, ";"))
            at = opens(tokens_[at]) ? closing(tokens_, at) + 1 : at + 1;
        return at < tokens_.size() ? at + 1 : tokens_.size();
    }

    size_t keep(StatementKind kind, size_t first, size_t last)
    {
        syntax_.statements.push_back({kind, {first, last}, false});
        return last;
    }

    void add_condition(ConditionKind kind, Range range, bool body_is_whole)
    {
        if (range.first < range.last)
            syntax_.conditions.push_back({kind, range, body_is_whole});
    }

    size_t if_statement(size_t at)
    {
        const size_t close = closing(tokens_, at + 1);
        const Range condition = {at + 2, close};
        const int value = value_without_faults(tokens_, condition);
        size_t guarded = 1;
        const size_t then = close + 1;
        const size_t behind_then = is(then, "{") ? block(then, &guarded) : statement(then);
        const bool has_else = is(behind_then, "else");
        const size_t end = has_else ? statement(behind_then + 1) : behind_then;
        if (value >= 0)
            syntax_.dead.push_back(condition);
        if (value == 0)
            syntax_.dead.push_back({then, behind_then});
        if (value == 1 && has_else)
            syntax_.dead.push_back({behind_then, end});
        add_condition(ConditionKind::If, condition, has_else || guarded > 1);
        return end;
    }

    size_t for_statement(size_t at)
    {
        const size_t close = closing(tokens_, at + 1);
        const size_t condition = behind_semicolon(at + 2);
        const size_t end = behind_semicolon(condition);
        add_condition(ConditionKind::Loop, {condition, end - 1}, true);
        return statement(close + 1);
    }

    size_t while_statement(size_t at)
    {
        const size_t close = closing(tokens_, at + 1);
        add_condition(ConditionKind::Loop, {at + 2, close}, true);
        return statement(close + 1);
    }

    size_t do_statement(size_t at)
    {
        const size_t behind = statement(at + 1);
        const size_t close = closing(tokens_, behind + 1);
        add_condition(ConditionKind::Loop, {behind + 2, close}, true);
        return close + 2;
    }

    size_t label(size_t at)
    {
        size_t colon = at + 1;
        while (colon < tokens_.size() && !is(colon, ":"))
            colon++;
        return keep(StatementKind::Label, at, colon + 1);
    }

    bool is_declaration(size_t at) const
    {
        if (!is_name(at))
            return false;
        const bool pointer = is(at + 1, "*") && is_name(at + 2) &&
                             (is(at + 3, "=") || is(at + 3, ";") || is(at + 3, ","));
        return is_type(tokens_[at], names_) || is_name(at + 1) || pointer;
    }

    size_t statement(size_t at)
    {
        if (is(at, "{"))
            return block(at);
        if (is(at, ";"))
            return at + 1;
        if (is(at, "if"))
            return if_statement(at);
        if (is(at, "for"))
            return for_statement(at);
        if (is(at, "while"))
            return while_statement(at);
        if (is(at, "do"))
            return do_statement(at);
        if (is(at, "switch"))
            return statement(closing(tokens_, at + 1) + 1);
        if (is(at, "case") || is(at, "default"))
            return label(at);
        if (is(at, "return"))
            return keep(StatementKind::Return, at, behind_semicolon(at));
        if (is(at, "break") || is(at, "continue") || is(at, "goto"))
            return keep(StatementKind::Jump, at, behind_semicolon(at));
        if (is_declaration(at))
            return keep(StatementKind::Declaration, at, behind_semicolon(at));
        if (is_name(at) && is(at + 1, ":"))
            return at + 2; // a label for goto
        return keep(StatementKind::Expression, at, behind_semicolon(at));
    }

    size_t choice_begins(size_t question) const
    {
        return reach_back(tokens_, question, looser_than_choice);
    }

    /// Behind the part of a choice that begins at `at`; a `:` ends it unless a further `?` is open.
    size_t part_ends(size_t at) const
    {
        int open_choices = 0;
        while (at < tokens_.size() && !closes(tokens_[at]) && !is_any(tokens_[at], {",", ";"})) {
            if (is(at, ":") && open_choices-- == 0)
                break;
            open_choices += is(at, "?");
            at = opens(tokens_[at]) ? closing(tokens_, at) + 1 : at + 1;
        }
        return at;
    }

    void find_choices()
    {
        for (size_t i = 0; i < tokens_.size(); i++) {
            if (!is(i, "?"))
                continue;
            const Range condition = {choice_begins(i), i};
            const size_t colon = part_ends(i + 1);
            const int value = value_without_faults(tokens_, condition);
            if (value >= 0)
                syntax_.dead.push_back(condition);
            if (value == 0)
                syntax_.dead.push_back({i, colon + 1});
            if (value == 1)
                syntax_.dead.push_back({colon, part_ends(colon + 1)});
            add_condition(ConditionKind::Choice, condition, true);
        }
    }

    void find_faults()
    {
        for (size_t i = 0; i < tokens_.size(); i++)
            if (is_fault(tokens_, i)) {
                const bool negated = i > 0 && is(i - 1, "!");
                syntax_.dead.push_back({negated ? i - 1 : i, closing(tokens_, i + 1) + 1});
            }
    }

    const Tokens &tokens_;
    const Names &names_;
    Syntax syntax_;
};

/// The enumerators between the braces at `open`.
std::vector<std::string> enumerators(const Tokens &tokens, size_t open)
{
    std::vector<std::string> found;
    const size_t close = closing(tokens, open);
    for (size_t i = open + 1; i < close; i++) {
        if (tokens[i].kind == TokenKind::Identifier)
            found.push_back(tokens[i].text);
        while (i < close && !tokens[i].is(","))
            i = opens(tokens[i]) ? closing(tokens, i) + 1 : i + 1;
    }
    return found;
}

} // namespace

void Names::add(const Names &more)
{
    enumerations.insert(enumerations.end(), more.enumerations.begin(), more.enumerations.end());
    types.insert(more.types.begin(), more.types.end());
}

Names find_names(const Tokens &tokens)
{
    Names names;
    for (size_t i = 0; i < tokens.size(); i++) {
        if (tokens[i].is("enum")) {
            const size_t open = i + 1 < tokens.size() && tokens[i + 1].is("{") ? i + 1 : i + 2;
            if (open < tokens.size() && tokens[open].is("{"))
                names.enumerations.push_back(enumerators(tokens, open));
        }
        if (tokens[i].is("typedef")) {
            size_t end = i;
            while (end < tokens.size() && !tokens[end].is(";"))
                end = opens(tokens[end]) ? closing(tokens, end) + 1 : end + 1;
            if (end > i && tokens[end - 1].kind == TokenKind::Identifier)
                names.types.insert(tokens[end - 1].text);
        }
    }
    return names;
}

Syntax parse(const Tokens &tokens, const Names &names)
{
    return Parser(tokens, names).run();
}

size_t closing(const Tokens &tokens, size_t open)
{
    int depth = 0;
    for (size_t i = open; i < tokens.size(); i++) {
        depth += opens(tokens[i]) ? 1 : closes(tokens[i]) ? -1 : 0;
        if (depth == 0)
            return i;
    }
    return tokens.size();
}

bool is_binary(const Tokens &tokens, size_t at, const Names &names)
{
    if (at == 0)
        return false;
    const Token &before = tokens[at - 1];
    switch (before.kind) {
    case TokenKind::Identifier:
        return words_before_operands.count(before.text) == 0 && !is_type(before, names);
    case TokenKind::Punctuator:
        if (before.is(")"))
            return !is_cast(tokens, at - 1, names);
        return before.is("]") || before.is("++") || before.is("--");
    default:
        return true;
    }
}

Range left_operand(const Tokens &tokens, size_t at)
{
    std::set<std::string> looser = looser_than_choice;
    looser.insert({"&&", "||"});
    return {reach_back(tokens, at, looser), at};
}

Range right_operand(const Tokens &tokens, size_t at)
{
    size_t i = at + 1;
    while (i < tokens.size() && !closes(tokens[i]) &&
           !is_any(tokens[i], {",", ";", "?", ":", "&&", "||"}))
        i = opens(tokens[i]) ? closing(tokens, i) + 1 : i + 1;
    return {at + 1, i};
}

} // namespace mutation

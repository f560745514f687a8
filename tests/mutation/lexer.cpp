#include "tests/mutation/lexer.h"

#include <cctype>
#include <cstring>
#include <stdexcept>

namespace mutation
{

namespace
{

bool is_name_start(char c)
{
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_name_part(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Lexer
{
  public:
    explicit Lexer(const std::string &source) : source_(source)
    {
    }

    Lexed run()
    {
        while (at_ < source_.size())
            step();
        return lexed_;
    }

  private:
    bool starts(const char *text) const
    {
        return source_.compare(at_, std::strlen(text), text) == 0;
    }

    /// Blanks, comments and joined lines. False when something else stands here.
    bool skip_blank()
    {
        if (source_[at_] == '\n') {
            line_begins_ = true;
            at_++;
        } else if (std::isspace(static_cast<unsigned char>(source_[at_])) != 0) {
            at_++;
        } else if (starts("\\\n")) {
            at_ += 2;
        } else if (starts("//")) {
            at_ = end_of_line(at_);
        } else if (starts("/*")) {
            const size_t end = source_.find("*/", at_ + 2);
            if (end == std::string::npos)
                throw std::runtime_error("a comment without its end");
            at_ = end + 2;
        } else {
            return false;
        }
        return true;
    }

    void step()
    {
        if (skip_blank())
            return;
        if (source_[at_] == '#' && line_begins_) {
            directive();
            return;
        }
        line_begins_ = false;
        if (const size_t quote = quote_behind_prefix(); quote != std::string::npos)
            quoted(quote);
        else if (is_name_start(source_[at_]))
            name();
        else if (starts_number())
            number();
        else
            punctuator();
    }

    /// Of the newline that ends the line, or of the end of the source; a backslash joins lines.
    size_t end_of_line(size_t from) const
    {
        size_t end = source_.find('\n', from);
        while (end != std::string::npos && end > 0 && source_[end - 1] == '\\')
            end = source_.find('\n', end + 1);
        return end == std::string::npos ? source_.size() : end;
    }

    /// A comment behind a directive may go on in the next lines.
    size_t end_of_directive() const
    {
        size_t from = at_;
        for (;;) {
            const size_t end = end_of_line(from);
            const size_t comment = source_.find("/*", from);
            const size_t line_comment = source_.find("//", from);
            if (comment >= end || line_comment < comment)
                return end;
            from = source_.find("*/", comment + 2);
            if (from == std::string::npos)
                throw std::runtime_error("a comment without its end");
        }
    }

    void directive()
    {
        const size_t end = end_of_directive();
        size_t from = at_ + 1;
        while (from < end && (source_[from] == ' ' || source_[from] == '\t'))
            from++;
        size_t to = from;
        while (to < end && is_name_part(source_[to]))
            to++;
        const size_t behind = end < source_.size() ? end + 1 : end;
        lexed_.directives.push_back({at_, behind, source_.substr(from, to - from)});
        at_ = behind;
        line_begins_ = true;
    }

    void add(TokenKind kind, size_t end)
    {
        lexed_.tokens.push_back({kind, at_, end, source_.substr(at_, end - at_)});
        at_ = end;
    }

    /// The quote of a string or character here, which may have a prefix; npos for something else.
    size_t quote_behind_prefix() const
    {
        for (const char *prefix : {"", "u8", "u", "U", "L"}) {
            const size_t at = at_ + std::strlen(prefix);
            if (starts(prefix) && at < source_.size() &&
                (source_[at] == '"' || source_[at] == '\''))
                return at;
        }
        return std::string::npos;
    }

    void quoted(size_t quote)
    {
        size_t end = quote + 1;
        while (end < source_.size() && source_[end] != source_[quote] && source_[end] != '\n')
            end += source_[end] == '\\' ? 2 : 1;
        if (end >= source_.size() || source_[end] != source_[quote])
            throw std::runtime_error("a string or character without its end");
        add(source_[quote] == '"' ? TokenKind::String : TokenKind::Character, end + 1);
    }

    void name()
    {
        size_t end = at_;
        while (end < source_.size() && is_name_part(source_[end]))
            end++;
        add(TokenKind::Identifier, end);
    }

    bool starts_number() const
    {
        const bool digit_follows = at_ + 1 < source_.size() &&
                                   std::isdigit(static_cast<unsigned char>(source_[at_ + 1])) != 0;
        return std::isdigit(static_cast<unsigned char>(source_[at_])) != 0 ||
               (source_[at_] == '.' && digit_follows);
    }

    /// A preprocessing number: `1e-3` and `0x1p+2` are one; `0xE+1` is, too, as C has it.
    void number()
    {
        size_t end = at_;
        while (end < source_.size()) {
            const char c = source_[end];
            const char before = end > at_ ? source_[end - 1] : '\0';
            const bool exponent =
                (c == '+' || c == '-') && std::strchr("eEpP", before) != nullptr && before != '\0';
            if (!is_name_part(c) && c != '.' && !exponent)
                break;
            if (c == '.' && end + 1 < source_.size() && source_[end + 1] == '.')
                break; // `1...2` of a designated range
            end++;
        }
        add(TokenKind::Number, end);
    }

    void punctuator()
    {
        static const char *const longest_first[] = {
            "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=",
            "&&",  "||",  "*=",  "/=", "%=", "+=", "-=", "&=", "^=", "|=", "##"};
        for (const char *one : longest_first)
            if (starts(one)) {
                add(TokenKind::Punctuator, at_ + std::strlen(one));
                return;
            }
        add(TokenKind::Punctuator, at_ + 1);
    }

    const std::string &source_;
    size_t at_ = 0;
    bool line_begins_ = true;
    Lexed lexed_;
};

} // namespace

Lexed lex(const std::string &source)
{
    return Lexer(source).run();
}

} // namespace mutation

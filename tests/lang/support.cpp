#include "tests/lang/support.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

static std::string all_messages(const lang_diagnostics *diagnostics)
{
    std::string text(lang_diagnostics_text(diagnostics, nullptr, 0) + 1, '\0');
    text.resize(lang_diagnostics_text(diagnostics, &text[0], text.size()));
    return text;
}

Compiled::Compiled(const std::string &text, const lang_options *options)
    : Compiled(std::vector<std::string>{text}, options)
{
}

Compiled::Compiled(const std::vector<std::string> &texts, const lang_options *options)
    : diagnostics(lang_diagnostics_new())
{
    std::vector<lang_source> sources;
    for (const std::string &text : texts)
        sources.push_back({"t.scenario", text.data(), text.size()});
    status = lang_compile(&program, sources.data(), sources.size(), options, diagnostics);
}

Compiled::~Compiled()
{
    lang_program_free(program);
    lang_diagnostics_free(diagnostics);
}

const lang_node &Compiled::node(uint32_t index) const
{
    return *lang_at(program, index);
}

std::vector<lang_node> Compiled::list(uint32_t first) const
{
    std::vector<lang_node> nodes;
    for (uint32_t i = first; i != LANG_NONE; i = node(i).next)
        nodes.push_back(node(i));
    return nodes;
}

const lang_node &Compiled::statement(unsigned i) const
{
    uint32_t at = scenario().body;
    while (i-- > 0)
        at = node(at).next;
    return node(at);
}

std::string Compiled::text(uint32_t offset) const
{
    return lang_text(program, offset);
}

const lang_scenario &Compiled::scenario(unsigned i) const
{
    EXPECT_EQ(status, LANG_OK) << messages();
    if (status != LANG_OK)
        throw std::string("not compiled");
    return program->scenarios[i];
}

std::string Compiled::messages() const
{
    return all_messages(diagnostics);
}

Slave::Slave(const std::string &text, const std::string &path) : diagnostics(lang_diagnostics_new())
{
    const lang_source source = {path.c_str(), text.data(), text.size()};
    status = lang_slave_read(&description, &source, diagnostics);
}

Slave::~Slave()
{
    lang_slave_free(description);
    lang_diagnostics_free(diagnostics);
}

const slave_description *Slave::operator->() const
{
    EXPECT_EQ(status, LANG_OK) << messages();
    if (status != LANG_OK)
        throw std::string("not read");
    return description;
}

std::string Slave::messages() const
{
    return all_messages(diagnostics);
}

static std::string indented(const std::string &lines)
{
    std::string out;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);)
        out += "    " + line + "\n";
    return out;
}

std::string scenario_of(const std::string &statements)
{
    return "scenario t\n" + indented(statements);
}

std::string slave_of(const std::string &keys)
{
    std::string text = "slave s\n";
    const std::string all = "\n" + keys;
    if (all.find("\nkind ") == std::string::npos)
        text += "    kind hosted\n";
    if (all.find("\nsources ") == std::string::npos && all.find("\nobject ") == std::string::npos)
        text += "    sources s.c\n";
    if (all.find("\naddress ") == std::string::npos)
        text += "    address 0x26\n";
    return text + indented(keys);
}

std::string read_text(const std::string &path)
{
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in.good()) << path;
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::string first_mistake(const lang_diagnostics *diagnostics)
{
    if (lang_diagnostics_count(diagnostics) == 0)
        return "none";
    const lang_diagnostic d = lang_diagnostics_at(diagnostics, 0);
    return std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.message;
}

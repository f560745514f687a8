// Writes docs/kinds.md: which kinds of slave play which scenarios, and why the others do not. Each
// answer is the player's own: of each kind's shipped slaves one case of a scenario is played, of a
// sweep its unbroken transfer alone, until one applies.
extern "C" {
#include "cli/commands.h"
#include "cli/lineup.h"
#include "cli/runner.h"
#include "models/mcu/avr/part.h"
}

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace
{

const std::array<std::string, SLAVE_KIND_COUNT> kind_names = {"hosted", "firmware", "avr", "rtl",
                                                              "systemc"};
const std::string undeclared = "not declared: ";
const std::string too_fast = "master faster than the slave's speed";

/// A scenario on a kind.
struct Cell {
    bool played = false;
    std::set<std::string> reasons; ///< of slaves that do not play it
};

/// Of a program: that of asks.scenario, or the suite.
struct Row {
    std::string name, title, file;
    std::array<Cell, SLAVE_KIND_COUNT> cells;
};

struct Table {
    std::vector<Row> suite, asks;
    std::array<std::vector<std::string>, SLAVE_KIND_COUNT> slaves;
    Row &at(const play_case &one)
    {
        return (one.program == 0 ? suite : asks).at(one.scenario);
    }
};

/// A shipped slave as one of the kinds that it can be.
struct Player {
    std::string path, name;
    slave_kind kind;
};

// ---- the slaves ---------------------------------------------------------------------------------

/// Sources of firmware for an AVR run as kind avr, too.
std::vector<Player> players_of(const std::string &path)
{
    cli_options options = {};
    lineup line = {};
    const char *const words[] = {path.c_str()};
    std::vector<Player> players;
    if (!lineup_open(&line, &options, words, 1, LINEUP_READ))
        throw path + ": cannot be read";
    const slave_description *slave = line.slave[0].description;
    if (slave->expect_fail == nullptr) {
        players.push_back({path, slave->name, slave->kind});
        const std::string part = slave->mcu != nullptr ? slave->mcu : "";
        if (slave->kind == SLAVE_FIRMWARE && avr_part_find(part.c_str()) != nullptr)
            players.push_back({path, slave->name, SLAVE_AVR});
    }
    lineup_close(&line);
    return players;
}

std::vector<Player> shipped_players()
{
    std::vector<std::string> paths;
    std::vector<Player> players;
    for (const auto &entry : fs::recursive_directory_iterator(SLAVES_SHIPPED))
        if (entry.path().extension() == ".slave" &&
            entry.path().parent_path().filename() != "broken")
            paths.push_back(entry.path().string());
    std::sort(paths.begin(), paths.end());
    for (const std::string &path : paths)
        for (const Player &player : players_of(path))
            players.push_back(player);
    return players;
}

// ---- what the player says -----------------------------------------------------------------------

/// The cases of one scenario on one slave that are to be tried, and why others are not.
struct Candidates {
    std::vector<play_case> cases;
    std::set<std::string> reasons;
};

using Scenario = std::pair<uint16_t, uint16_t>; ///< program, number in it

/// The first and the last case of each master that apply by what the file declares.
void consider(const play_set *set, const play_case &one, Candidates &to)
{
    char reason[256] = "";
    if (!play_case_applies(set, &one, reason, sizeof reason)) {
        to.reasons.insert(reason);
        return;
    }
    const size_t n = to.cases.size();
    const bool third = n > 1 && to.cases[n - 2].master == one.master;
    if (third)
        to.cases.pop_back();
    to.cases.push_back(one);
    if (one.sweep >= 0)
        to.cases.back().point = 0;
}

struct Round {
    std::vector<play_case> cases;
    std::map<Scenario, Candidates> *all;
    Table *table;
    slave_kind kind;
};

bool get_case(void *ctx, uint32_t number, play_case *one)
{
    *one = static_cast<Round *>(ctx)->cases.at(number);
    return true;
}

bool take_result(void *ctx, const play_case *one, const play_result *result, const worker_log *)
{
    Round *round = static_cast<Round *>(ctx);
    Cell &cell = round->table->at(*one).cells.at(round->kind);
    if (result->verdict != PLAY_NOT_APPLICABLE)
        cell.played = true;
    else
        (*round->all)[{one->program, one->scenario}].reasons.insert(result->reason);
    return true;
}

/// Plays the next candidate of each scenario that no slave of the kind has played yet. False: there
/// was none.
bool play_round(const lineup_slave &slave, Round &round)
{
    char message[256] = "";
    round.cases.clear();
    for (auto &[scenario, candidates] : *round.all) {
        if (candidates.cases.empty() ||
            round.table->at(candidates.cases.front()).cells.at(round.kind).played)
            continue;
        round.cases.push_back(candidates.cases.front());
        candidates.cases.erase(candidates.cases.begin());
    }
    runner_options options = {};
    options.set = slave.set;
    options.adapter = slave.adapter;
    options.image = slave.image;
    options.limits.jobs = 1;
    options.count = static_cast<uint32_t>(round.cases.size());
    options.get_case = get_case;
    options.get_case_ctx = &round;
    options.on_result = take_result;
    options.on_result_ctx = &round;
    if (options.count > 0 && runner_play(&options, message, sizeof message) != RUNNER_DONE)
        throw std::string(slave.path) + ": " + message;
    return options.count > 0;
}

/// That one master is too fast for it says nothing where there is another reason.
void keep_reasons(std::set<std::string> reasons, std::set<std::string> &to)
{
    if (reasons.size() > 1)
        reasons.erase(too_fast);
    to.insert(reasons.begin(), reasons.end());
}

void ask(const Player &player, Table &table)
{
    cli_options options = {};
    lineup line = {};
    const char *const words[] = {player.path.c_str()};
    options.seed = 1;
    options.kind = player.kind == SLAVE_AVR ? kind_names[SLAVE_AVR].c_str() : nullptr;
    options.scenarios.at[options.scenarios.count++] = KINDS_ASKS;
    if (!lineup_open(&line, &options, words, 1, LINEUP_BUILT))
        throw player.path + ": cannot be built";
    const lineup_slave &slave = line.slave[0];
    std::map<Scenario, Candidates> all;
    for (uint32_t i = 0; i < play_set_count(slave.set); i++) {
        play_case one;
        play_set_case(slave.set, i, &one);
        if (!table.at(one).cells.at(player.kind).played)
            consider(slave.set, one, all[{one.program, one.scenario}]);
    }
    Round round = {{}, &all, &table, player.kind};
    while (play_round(slave, round)) {
    }
    for (auto &[scenario, candidates] : all)
        keep_reasons(candidates.reasons, (scenario.first == 0 ? table.suite : table.asks)
                                             .at(scenario.second)
                                             .cells.at(player.kind)
                                             .reasons);
    table.slaves.at(player.kind).push_back(player.name);
    lineup_close(&line);
}

// ---- the page -----------------------------------------------------------------------------------

std::vector<Row> rows_of(const lang_program *program)
{
    std::vector<Row> rows;
    for (uint32_t i = 0; i < program->scenario_count; i++) {
        const lang_scenario &s = program->scenarios[i];
        const fs::path file = lang_text(program, program->files[s.file].path);
        rows.push_back({lang_text(program, s.name),
                        lang_text(program, s.title),
                        file.filename().string(),
                        {}});
    }
    return rows;
}

Table empty_table()
{
    Table table;
    cli_options options = {};
    lineup line = {};
    options.scenarios.at[options.scenarios.count++] = KINDS_ASKS;
    if (!lineup_open_scenarios(&line, &options))
        throw std::string(KINDS_ASKS) + ": cannot be read";
    table.suite = rows_of(line.program[0]);
    table.asks = rows_of(line.program[1]);
    lineup_close(&line);
    return table;
}

/// No master that this page plays is meant by such a scenario, whatever the kind.
void explain_masters_of_files(Table &table)
{
    for (Row &row : table.suite)
        for (Cell &cell : row.cells)
            if (!cell.played && cell.reasons.empty())
                cell.reasons.insert("played where the master is a sketch, of slaves of every kind");
}

/// What no slave of the kind could have is no want of a declaration.
void replace_by_asks(Table &table)
{
    for (const Row &asked : table.asks)
        for (size_t kind = 0; kind < SLAVE_KIND_COUNT; kind++)
            for (Row &row : table.suite) {
                const Cell &able = asked.cells[kind];
                Cell &cell = row.cells[kind];
                if (!able.played && cell.reasons.erase(undeclared + asked.name) > 0)
                    cell.reasons.insert(able.reasons.begin(), able.reasons.end());
            }
}

/// Reasons by their number, in the order in which the page has them.
class Reasons
{
  public:
    std::string numbers(const std::set<std::string> &reasons)
    {
        std::set<size_t> all;
        std::string text;
        for (const std::string &reason : reasons)
            all.insert(number(reason));
        for (const size_t one : all)
            text += (text.empty() ? "" : ", ") + std::to_string(one);
        return text;
    }
    void write() const
    {
        for (size_t i = 0; i < list_.size(); i++)
            std::cout << i + 1 << ". " << told(list_[i]) << "\n";
    }

  private:
    size_t number(const std::string &reason)
    {
        const auto found = std::find(list_.begin(), list_.end(), reason);
        if (found == list_.end())
            list_.push_back(reason);
        return static_cast<size_t>(
                   std::distance(list_.begin(), std::find(list_.begin(), list_.end(), reason))) +
               1;
    }
    static std::string told(const std::string &reason)
    {
        return reason.rfind(undeclared, 0) == 0
                   ? "not declared: `" + reason.substr(undeclared.size()) + "`"
                   : reason;
    }
    std::vector<std::string> list_;
};

void write_head_of_columns(const std::string &first)
{
    std::cout << "| " << first << " |";
    for (const std::string &name : kind_names)
        std::cout << " " << name << " |";
    std::cout << "\n|---|---|---|---|---|---|\n";
}

void write_row(const std::string &head, const Row &row, Reasons &reasons)
{
    std::cout << "| " << head << " |";
    for (const Cell &cell : row.cells)
        std::cout << " " << (cell.played ? "yes" : reasons.numbers(cell.reasons)) << " |";
    std::cout << "\n";
}

void write_slaves(const Table &table)
{
    std::cout << "| kind | shipped right slaves | plays |\n|---|---|---|\n";
    for (size_t kind = 0; kind < SLAVE_KIND_COUNT; kind++) {
        const auto plays = [&](const Row &row) { return row.cells[kind].played; };
        std::string names;
        for (const std::string &name : table.slaves[kind])
            names += (names.empty() ? "`" : ", `") + name + "`";
        std::cout << "| " << kind_names[kind] << " | " << names << " | "
                  << std::count_if(table.suite.begin(), table.suite.end(), plays) << " of "
                  << table.suite.size() << " |\n";
    }
}

void write_page(const Table &table)
{
    Reasons reasons;
    std::string file;
    std::cout
        << "# Scenarios and kinds\n\n"
           "Generated by playing one case of each scenario (program `kinds_doc`); a test compares "
           "it.\n\n"
           "*yes*: a shipped right slave of the kind plays the scenario on one of its masters. A "
           "number: none does, and this is what\nthe player says of them, by the list of reasons "
           "at the end; each slave may have its own. *Not declared* is for want of a shipped "
           "slave\nwith such a feature, not of the kind: a slave of your own that declares it is "
           "played.\n\n";
    write_slaves(table);
    std::cout << "\n## What scenarios ask of a slave's hardware\n\n";
    write_head_of_columns("what");
    for (const Row &row : table.asks)
        write_row(row.title, row, reasons);
    for (const Row &row : table.suite) {
        if (row.file != file) {
            std::cout << "\n## " << row.file << "\n\n";
            write_head_of_columns("scenario");
        }
        file = row.file;
        write_row("`" + row.name + "`", row, reasons);
    }
    std::cout << "\n## Reasons\n\n";
    reasons.write();
}

} // namespace

int main()
{
    try {
        setenv("XDG_CACHE_HOME", KINDS_CACHE, 0);
        Table table = empty_table();
        for (const Player &player : shipped_players())
            ask(player, table);
        explain_masters_of_files(table);
        replace_by_asks(table);
        write_page(table);
    } catch (const std::string &what) {
        std::cerr << what << "\n";
        return 1;
    }
    return 0;
}

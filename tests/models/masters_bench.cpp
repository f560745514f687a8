#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

Bench::Bench(const std::string &master_text, uint64_t seed, uint64_t budget_ps, bool traced)
{
    char error[256] = "";
    EXPECT_TRUE(master_spec_read(&spec, master_text.c_str(), error, sizeof error)) << error;
    i2c_sim_config config = {};
    config.wires = spec.wires;
    config.seed = seed;
    config.budget_ps = budget_ps;
    config.on_event = on_event;
    config.on_event_ctx = this;
    config.on_finding = on_finding;
    config.on_finding_ctx = this;
    if (traced) {
        const uint32_t records = 1u << 14;
        trace_memory.resize(i2c_trace_bytes(records) / sizeof(uint64_t) + 1);
        trace = i2c_trace_init(trace_memory.data(), records);
        config.trace = trace;
    }
    EXPECT_EQ(i2c_sim_new(&sim, &config), I2C_OK);
    EXPECT_EQ(master_new(&m, &spec), I2C_OK);
    EXPECT_EQ(master_attach(m, sim), I2C_OK);
    i2c_node_config recorder = {};
    recorder.name = "recorder";
    recorder.role = I2C_ROLE_NEIGHBOUR;
    recorder.threshold = I2C_AT_50;
    recorder.hears = I2C_HEAR_ALL;
    recorder.on_edge = on_edge;
    recorder.ctx = this;
    i2c_node node = 0;
    EXPECT_EQ(i2c_node_add(sim, &recorder, &node), I2C_OK);
}

Bench::~Bench()
{
    master_free(second);
    master_free(m);
    i2c_sim_free(sim);
}

void Bench::on_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    auto *b = static_cast<Bench *>(ctx);
    b->edge_list.push_back({now_ps, line, high, i2c_line_edge_makers(b->sim, line)});
}

void Bench::on_event(void *ctx, const i2c_event *event)
{
    auto *b = static_cast<Bench *>(ctx);
    b->events.push_back(*event);
    if (b->second != nullptr)
        rival_event(&b->other, event);
}

void Bench::on_finding(void *ctx, const i2c_finding *finding)
{
    static_cast<Bench *>(ctx)->findings.push_back(*finding);
}

void Bench::build(const std::vector<Message> &messages, std::vector<master_message> *out,
                  std::vector<std::vector<uint8_t>> *into)
{
    into->assign(messages.size(), {});
    for (size_t i = 0; i < messages.size(); i++) {
        const Message &from = messages[i];
        master_message to = {};
        to.begin = from.begin;
        to.addressed = from.address >= 0;
        to.address = static_cast<uint8_t>(from.address);
        to.stop = from.stop;
        to.past_nack = from.past_nack;
        to.data = from.data.data();
        to.count = static_cast<uint32_t>(from.data.size());
        if (from.reads > 0) {
            (*into)[i].resize(from.reads);
            to.count = from.reads;
            to.into = (*into)[i].data();
            to.acks = from.acks.empty() ? nullptr : from.acks.data();
        }
        out->push_back(to);
    }
}

bool Bench::can(const std::vector<Message> &messages, std::string *why, bool cut_is_fine)
{
    std::vector<master_message> list;
    build(messages, &list, &got);
    const master_transfer transfer = {list.data(), static_cast<uint32_t>(list.size())};
    char text[MASTER_TEXT_BYTES] = "";
    const bool can_it = master_can(m, &transfer, cut_is_fine, text, sizeof text);
    if (why != nullptr)
        *why = text;
    return can_it;
}

master_outcome Bench::run(const std::vector<Message> &messages)
{
    std::vector<master_message> list;
    build(messages, &list, &got);
    const master_transfer transfer = {list.data(), static_cast<uint32_t>(list.size())};
    master_outcome outcome = {};
    master_run(m, &transfer, &outcome);
    while (second != nullptr && !rival_is_over(&other) && !other.armed &&
           !i2c_sim_budget_spent(sim))
        run_for(I2C_PS_PER_US);
    return outcome;
}

void Bench::add_rival(const std::string &master_text)
{
    char error[256] = "";
    EXPECT_TRUE(master_spec_read(&second_spec, master_text.c_str(), error, sizeof error)) << error;
    master_spec_share_wires(&second_spec, &spec.wires);
    EXPECT_EQ(master_new(&second, &second_spec), I2C_OK);
    EXPECT_EQ(master_attach_as(second, sim, "rival"), I2C_OK);
    rival_init(&other, sim, second);
}

void Bench::arm_rival(const std::vector<Message> &messages, uint64_t after_ps)
{
    second_messages = messages; // the bytes stay there
    second_list.clear();
    build(second_messages, &second_list, &second_got);
    second_transfer = {second_list.data(), static_cast<uint32_t>(second_list.size())};
    char why[MASTER_TEXT_BYTES] = "";
    EXPECT_TRUE(master_can(second, &second_transfer, false, why, sizeof why)) << why;
    rival_arm(&other, &second_transfer, after_ps);
}

void Bench::add_slave(uint8_t addr7, uint32_t takes, unsigned stretch_clock, uint64_t stretch_ps)
{
    static const uint8_t table[] = {0xA5, 0x3C, 0x00, 0xFF};
    neighbour_config c = {};
    c.name = "slave";
    c.own_addr7[addr7 / 64] = UINT64_C(1) << addr7 % 64;
    c.threshold = I2C_AT_50;
    c.output_delay_ps = spec.mode == I2C_MODE_HS ? NEIGHBOUR_HS_DELAY_PS : NEIGHBOUR_USUAL_DELAY_PS;
    c.takes_bytes = takes;
    c.table = table;
    c.table_bytes = sizeof table;
    c.write = [](void *ctx, uint32_t, uint8_t value) {
        static_cast<Bench *>(ctx)->written.push_back(value);
    };
    c.ctx = this;
    c.stretch_clock = stretch_clock;
    c.stretch_byte = NEIGHBOUR_EVERY_BYTE;
    c.stretch_ps = stretch_ps;
    EXPECT_EQ(neighbour_init(&slave, sim, &c), I2C_OK);
}

void Bench::on_holder_edge(void *ctx, i2c_line line, bool high, uint64_t now_ps)
{
    auto *b = static_cast<Bench *>(ctx);
    if (line != I2C_SCL || high || b->falls_until_hold == 0 || --b->falls_until_hold > 0)
        return;
    i2c_node_pull(b->sim, b->holder, I2C_SCL);
    i2c_timer_set(b->sim, &b->holder_timer, now_ps + b->hold_ps);
}

void Bench::let_go(void *ctx, uint64_t)
{
    auto *b = static_cast<Bench *>(ctx);
    i2c_node_release(b->sim, b->holder, I2C_SCL);
}

void Bench::hold_scl(unsigned nth, uint64_t ps, i2c_role role)
{
    i2c_node_config c = {};
    c.name = "holder";
    c.role = role;
    c.threshold = I2C_AT_50;
    c.hears = I2C_HEAR_SCL_FALL;
    c.on_edge = on_holder_edge;
    c.ctx = this;
    EXPECT_EQ(i2c_node_add(sim, &c, &holder), I2C_OK);
    holder_timer = {let_go, this, false};
    falls_until_hold = nth;
    hold_ps = ps;
}

void Bench::pull_or_let_go(void *ctx, uint64_t now_ps)
{
    auto *b = static_cast<Bench *>(ctx);
    if (i2c_node_drive(b->sim, b->hand, I2C_SDA) == I2C_PULLED) {
        i2c_node_release(b->sim, b->hand, I2C_SDA);
        return;
    }
    i2c_node_pull(b->sim, b->hand, I2C_SDA);
    i2c_timer_set(b->sim, &b->hand_timer, now_ps + b->hand_ps);
}

void Bench::pull_sda(uint64_t at_ps, uint64_t ps)
{
    i2c_node_config c = {};
    c.name = "hand";
    c.role = I2C_ROLE_FAULT;
    c.threshold = I2C_AT_50;
    EXPECT_EQ(i2c_node_add(sim, &c, &hand), I2C_OK);
    hand_timer = {pull_or_let_go, this, false};
    hand_ps = ps;
    i2c_timer_set(sim, &hand_timer, at_ps);
}

std::vector<std::vector<OwnClock>> Bench::own_clocks() const
{
    EXPECT_TRUE(trace != nullptr && i2c_trace_whole(trace));
    std::vector<std::vector<OwnClock>> starts;
    bool pulls[2] = {false, false};
    uint64_t pull_ps = 0;
    for (uint64_t i = 0; i < i2c_trace_kept(trace); i++) {
        const i2c_record *r = i2c_trace_at(trace, i);
        if (r->kind != I2C_RECORD_PULLS)
            continue;
        const bool pulled = (r->value >> master_node(m) & 1u) != 0;
        if (pulled == pulls[r->a])
            continue;
        pulls[r->a] = pulled;
        if (r->a == I2C_SDA && pulled && !pulls[I2C_SCL])
            starts.emplace_back();
        else if (r->a == I2C_SCL && pulled)
            pull_ps = r->at_ps;
        else if (r->a == I2C_SCL && !starts.empty())
            starts.back().push_back({pull_ps, r->at_ps});
    }
    return starts;
}

bool Bench::level_before(i2c_line line, uint64_t at_ps) const
{
    bool high = true;
    for (const Edge &e : edge_list)
        if (e.line == line && e.at_ps < at_ps)
            high = e.high;
    return high;
}

void Bench::look(uint64_t at_ps)
{
    const auto note = [](void *ctx, uint64_t) {
        auto *b = static_cast<Bench *>(ctx);
        for (const i2c_line line : {I2C_SCL, I2C_SDA})
            b->looked[line] = i2c_node_drive(b->sim, master_node(b->m), line);
    };
    look_timer = {note, this, false};
    i2c_timer_set(sim, &look_timer, at_ps);
}

void Bench::forget()
{
    edge_list.clear();
    events.clear();
}

namespace
{

std::string text_of(const std::vector<i2c_event> &events)
{
    std::string text;
    for (const i2c_event &e : events) {
        char word[32] = "";
        switch (e.kind) {
        case I2C_EVENT_START:
            std::snprintf(word, sizeof word, "S");
            break;
        case I2C_EVENT_SR:
            std::snprintf(word, sizeof word, "Sr");
            break;
        case I2C_EVENT_STOP:
            std::snprintf(word, sizeof word, "P");
            break;
        case I2C_EVENT_BYTE:
            if (e.byte == 0)
                std::snprintf(word, sizeof word, "0x%02X+%c", e.value >> 1,
                              e.value & 1 ? 'R' : 'W');
            else
                std::snprintf(word, sizeof word, "0x%02X", e.value);
            break;
        case I2C_EVENT_ACK:
            std::snprintf(word, sizeof word, "%c", e.ack ? 'A' : 'N');
            break;
        case I2C_EVENT_LOST:
            std::snprintf(word, sizeof word, e.undefined ? "(undefined)" : "(lost)");
            break;
        }
        text += (text.empty() ? "" : " ") + std::string(word);
    }
    return text;
}

} // namespace

std::string Bench::edges_us(i2c_line line) const
{
    std::string text;
    for (const Edge &e : edge_list) {
        if (e.line != line)
            continue;
        const uint64_t at_ps = e.at_ps - edge_list.front().at_ps;
        EXPECT_EQ(at_ps % I2C_PS_PER_US, 0u);
        text += (text.empty() ? "" : " ") + std::to_string(at_ps / I2C_PS_PER_US) +
                (e.high ? "^" : "v");
    }
    return text;
}

std::string Bench::decoded() const
{
    return text_of(events);
}

std::string Bench::transfers() const
{
    std::vector<i2c_event> list;
    bool apart = false;
    for (const i2c_event &e : events) {
        const bool joins = e.kind == I2C_EVENT_SR && apart;
        apart = e.message == MASTER_NO_MESSAGE;
        if ((!apart && !joins) || e.kind == I2C_EVENT_START)
            list.push_back(e);
    }
    return text_of(list);
}

std::string Bench::edges() const
{
    std::string text;
    for (const Edge &e : edge_list) {
        char row[96];
        const uint64_t at_ps = e.at_ps - edge_list.front().at_ps;
        std::string who;
        for (unsigned n = 0; n < I2C_NODE_MAX; n++)
            if (e.makers >> n & 1u)
                who += (who.empty() ? "" : "+") +
                       std::string(i2c_node_name(sim, static_cast<i2c_node>(n)));
        std::snprintf(row, sizeof row, "%8llu.%06llu %s %c  %s\n",
                      static_cast<unsigned long long>(at_ps / I2C_PS_PER_US),
                      static_cast<unsigned long long>(at_ps % I2C_PS_PER_US),
                      e.line == I2C_SCL ? "SCL" : "SDA", e.high ? '^' : 'v', who.c_str());
        text += row;
    }
    return text;
}

uint64_t Bench::first_fall_ps(i2c_line line) const
{
    for (const Edge &e : edge_list)
        if (e.line == line && !e.high)
            return e.at_ps;
    return 0;
}

std::string Bench::ticks(i2c_line line, uint64_t origin_ps, uint64_t tick_ps) const
{
    std::string text;
    for (const Edge &e : edge_list) {
        if (e.line != line || e.at_ps < origin_ps)
            continue;
        const uint64_t tick = (e.at_ps - origin_ps + tick_ps / 4) / tick_ps;
        text += (text.empty() ? "" : " ") + std::to_string(tick) + (e.high ? "^" : "v");
    }
    return text;
}

void expect_refusals(const std::string &text, const std::vector<Refusal> &table)
{
    for (const Refusal &row : table) {
        Bench b(text);
        std::string why;
        EXPECT_EQ(b.can(row.messages, &why), row.why[0] == '\0') << why;
        EXPECT_EQ(why, row.why);
    }
}

std::string tick_clocks(int from, int to)
{
    std::string text;
    for (int t = from; t <= to; t++)
        text += (t == from ? "" : " ") + std::to_string(t) + ((t - from) % 2 == 0 ? "v" : "^");
    return text;
}

std::string tick_rises(int from, int to)
{
    return std::to_string(from) + "^ " + tick_clocks(from + 1, to);
}

void expect_golden(const std::string &name, const std::string &text)
{
    const std::string path = std::string(MASTERS_GOLDEN_DIR) + "/" + name + ".txt";
    if (std::getenv("I2CPROOF_UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path) << text;
        return;
    }
    std::ifstream file(path);
    ASSERT_TRUE(file.is_open()) << path << " is missing; this run's edges:\n" << text;
    std::stringstream wanted;
    wanted << file.rdbuf();
    std::istringstream is(text);
    std::istringstream was(wanted.str());
    std::string row_is;
    std::string row_was;
    for (unsigned row = 1;; row++) {
        const bool more_is = static_cast<bool>(std::getline(is, row_is));
        const bool more_was = static_cast<bool>(std::getline(was, row_was));
        if (!more_is && !more_was)
            return;
        if (more_is == more_was && row_is == row_was)
            continue;
        ADD_FAILURE() << path << ":" << row << ": first difference\n  wanted "
                      << (more_was ? row_was : "the end") << "\n  got    "
                      << (more_is ? row_is : "the end")
                      << "\nI2CPROOF_UPDATE_GOLDEN=1 accepts the new edges";
        return;
    }
}

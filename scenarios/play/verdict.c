// From findings to verdicts: the level of the first row that a rule checks decides, `accept` lines
// waive by row, and a case has the gravest verdict of its findings.
#include "scenarios/play/play_private.h"

#include "scenarios/requirements/requirements.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/// Rules above the engine. Those that a dead bus, a hang or overwritten memory breaks always fail.
static const i2c_rule rules[] = {
    {.id = "bracket", .rows = "", .clause = "", .title = "The slave answered other than expected"},
    {.id = "silent",
     .rows = "",
     .clause = "UM10204 3.1.10",
     .title = "The slave never acknowledges its address"},
    {.id = "known_good",
     .rows = "",
     .clause = "",
     .title = "The declared known-good transfer does not work"},
    {.id = "recovery",
     .rows = "",
     .clause = "UM10204 3.1.16",
     .title = "The slave did not recover from the fault"},
    {.id = "I2C-BCL-01",
     .rows = "I2C-BCL-01 I2C-BCL-02 I2C-BCL-08",
     .clause = "UM10204 3.1.16",
     .title = "SDA not released within nine clocks"},
    {.id = "I2C-STA-18",
     .rows = "I2C-STA-18 I2C-BCL-04 I2C-BCL-09",
     .clause = "UM10204 3.1.10",
     .title = "After the fault the slave is not as a fresh one"},
    {.id = "scl_stuck",
     .rows = "I2C-STR-09 I2C-STR-10",
     .clause = "UM10204 3.1.9",
     .title = "SCL held low for ever"},
    {.id = "short_start",
     .rows = "",
     .clause = "UM10204 Table 11",
     .title = "The master holds START too short to be seen"},
    {.id = "no_stop",
     .rows = "",
     .clause = "UM10204 3.1.4",
     .title = "The master ends a write without the STOP at which the slave commits"},
    {.id = "gave_up", .rows = "", .clause = "", .title = "The master gave the transfer up"},
    {.id = "returned",
     .rows = "",
     .clause = "",
     .title = "The master's own call returned something else"},
    {.id = "arbitration",
     .rows = "",
     .clause = "UM10204 3.1.8",
     .title = "Another master has won than expected"},
    {.id = "idle", .rows = "", .clause = "", .title = "The bus is not idle"},
    {.id = "app",
     .rows = "",
     .clause = "",
     .title = "The application's variable has another value"},
    {.id = "calls",
     .rows = "",
     .clause = "",
     .title = "The application was not called as expected"},
    {.id = "compare", .rows = "", .clause = "", .title = "A value is not as expected"},
    {.id = "model",
     .rows = "",
     .clause = "",
     .title = "The slave's data is not what its model says"},
    {.id = "poll", .rows = "", .clause = "", .title = "Polling did not end in time"},
    {.id = "hang", .rows = "", .clause = "", .title = "The slave's code does not come back"},
    {.id = "crash", .rows = "", .clause = "", .title = "The slave's code crashed"},
    {.id = "memory", .rows = "", .clause = "", .title = "The slave misused memory"},
    {.id = "unmodelled",
     .rows = "",
     .clause = "",
     .title = "Firmware uses registers that are only memory here"},
    {.id = "unset", .rows = "", .clause = "", .title = "A pin hangs on a value that was never set"},
    {.id = "writes",
     .rows = "",
     .clause = "",
     .title = "More pin writes under way than the model holds"},
    {.id = "limit",
     .rows = "",
     .clause = "",
     .title = "Limit of the part: no firmware on it can do better"},
    {.id = "budget", .rows = "", .clause = "", .title = "The case took too long"},
};

const i2c_rule *play_rule_at(unsigned i)
{
    return i < sizeof rules / sizeof rules[0] ? &rules[i] : NULL;
}

const char *play_verdict_text(play_verdict verdict)
{
#define TEXT(name, text) text,
    static const char *const texts[] = {PLAY_VERDICT_MAP(TEXT)};
#undef TEXT
    assert(verdict < PLAY_VERDICT_COUNT);
    return texts[verdict];
}

static const i2c_rule *find_rule(const char *id)
{
    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (strcmp(rules[i].id, id) == 0)
            return &rules[i];
    return i2c_rule_find(id);
}

static play_verdict verdict_of_row(const char *id)
{
    const requirement_row *row = requirement_find(id);
    if (row == NULL)
        return PLAY_FAIL;
    switch (requirement_level_effect(row->level)) {
    case REQUIREMENT_FAILS:
        return PLAY_FAIL;
    case REQUIREMENT_WARNS:
        return PLAY_WARN;
    default:
        return PLAY_NOTE;
    }
}

/// What a row itself says, for a finding that a scenario makes in its name.
static void describe_row(play_finding *finding, const requirement_row *row)
{
    snprintf(finding->rows, sizeof finding->rows, "%s", row->id);
    snprintf(finding->clause, sizeof finding->clause, "%s", row->clause);
    snprintf(finding->title, sizeof finding->title, "%s", row->requirement);
}

/// Rule, rows, clause, title and level of a finding; a row that is no rule of ours speaks for
/// itself.
static void describe(play_finding *finding, const char *id)
{
    const i2c_rule *rule = find_rule(id);
    const requirement_row *row = requirement_find(id);
    snprintf(finding->rule, sizeof finding->rule, "%s", id);
    finding->verdict = verdict_of_row(id);
    if (rule != NULL) {
        snprintf(finding->rows, sizeof finding->rows, "%s", rule->rows);
        snprintf(finding->clause, sizeof finding->clause, "%s", rule->clause);
        snprintf(finding->title, sizeof finding->title, "%s", rule->title);
    } else if (row != NULL) {
        describe_row(finding, row);
    }
    if (row != NULL && finding->expected[0] == '\0')
        snprintf(finding->expected, sizeof finding->expected, "%s",
                 row->expected[0] != '\0' ? row->expected : row->requirement);
}

void play_finding_by_runner(play_finding *finding, const char *rule, uint64_t at_ps,
                            const char *message)
{
    memset(finding, 0, sizeof *finding);
    describe(finding, rule);
    finding->at_ps = at_ps;
    finding->point = -1;
    snprintf(finding->message, sizeof finding->message, "%s", message);
}

static void note_statement(const play_stage *stage, play_finding *finding)
{
    const lang_node *node = stage->statement;
    if (node == NULL || stage->program == NULL)
        return;
    const lang_program *program = stage->program;
    snprintf(finding->text, sizeof finding->text, "%s", lang_text(program, node->text));
    snprintf(finding->file, sizeof finding->file, "%s",
             lang_text(program, program->files[node->file].path));
    finding->line = node->line;
}

play_finding verdict_new(play_stage *stage, const char *id, const char *message)
{
    play_finding finding;
    const i2c_monitor *monitor = i2c_sim_monitor(stage->sim);
    play_finding_by_runner(&finding, id, i2c_sim_now_ps(stage->sim), message);
    snprintf(finding.blame, sizeof finding.blame, "slave");
    finding.segment = (uint32_t)monitor->segments;
    finding.byte = monitor->byte;
    finding.point = stage->point;
    note_statement(stage, &finding);
    return finding;
}

/// The row of a kind of break that its scenario covers besides others, or NULL: what a reset of the
/// slave shows is no finding about a master that hangs.
static const char *row_of_kind(const lang_program *program, const lang_scenario *scenario,
                               int16_t sweep)
{
    static const char *const rows[LANG_SWEEP_KIND_COUNT] = {
        [LANG_SWEEP_RESET] = "I2C-PWR-06",    [LANG_SWEEP_POWER_OFF] = "I2C-PWR-06",
        [LANG_SWEEP_POWER_ON] = "I2C-PWR-05", [LANG_SWEEP_STRETCH] = "I2C-STR-13",
        [LANG_SWEEP_GLITCH] = "I2C-SPK-10",   [LANG_SWEEP_PAUSE] = "I2C-DAT-12",
    };
    const char *row = sweep < 0 ? NULL : rows[sweep];
    for (uint32_t i = scenario->covers; row != NULL && i != LANG_NONE;
         i = lang_at(program, i)->next)
        if (strcmp(lang_text(program, lang_at(program, i)->a), row) == 0)
            return row;
    return NULL;
}

/// The row in whose name the scenario speaks, "recovery" for what came after a failure (behind a
/// point of a sweep the recovery is the matter itself), or `otherwise`.
static const char *scenario_rule(const play_stage *stage, const char *otherwise)
{
    const lang_program *program = play_set_program(stage->set, stage->one->program);
    const lang_scenario *scenario = play_scenario_of(stage->set, stage->one);
    const bool covers = scenario->covers != LANG_NONE;
    if (stage->probing)
        return "I2C-STA-18";
    if (stage->recovering && stage->nothing_before)
        return "known_good";
    if (stage->recovering && (stage->point <= 0 || !covers))
        return "recovery";
    // The reference knows of no kind.
    const char *row = stage->point == 0 ? NULL : row_of_kind(program, scenario, stage->one->sweep);
    if (row != NULL)
        return row;
    return covers ? lang_text(program, lang_at(program, scenario->covers)->a) : otherwise;
}

play_finding verdict_of_scenario(play_stage *stage, const char *otherwise, const char *message)
{
    play_finding finding = verdict_new(stage, scenario_rule(stage, otherwise), message);
    if (stage->probing)
        return finding;
    const requirement_row *row = requirement_find(finding.rule);
    if (row != NULL)
        describe_row(&finding, row); // a rule of that name is about pulls and speaks of these
    if (stage->recovering && !stage->nothing_before)
        snprintf(finding.title, sizeof finding.title,
                 "The known-good transfer fails after the fault");
    return finding;
}

void verdict_names(const play_stage *stage, uint32_t mask, char *text, size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (uint32_t left = mask; left != 0 && used < bytes; left &= left - 1) {
        const i2c_node node = (i2c_node)__builtin_ctz(left);
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", used == 0 ? "" : ", ",
                                 i2c_node_name(stage->sim, node));
    }
}

/// Of several lines the one that lasts longest: no date is known here, and it has expired only
/// where all have.
static void apply_accept(const play_stage *stage, play_finding *finding)
{
    const slave_description *slave = play_set_slave(stage->set);
    for (uint32_t i = 0; i < slave->waiver_count; i++) {
        const slave_waiver *line = &slave->waivers[i];
        const bool matches =
            strcmp(finding->rule, line->row) == 0 || i2c_rows_have(finding->rows, line->row);
        if (!matches ||
            (finding->accepted && slave->waivers[finding->accept].until_ymd >= line->until_ymd))
            continue;
        finding->accepted = true;
        finding->accept = (uint16_t)i;
    }
}

/// What the hardware under the firmware could not do better is the part's. That the slave serves
/// the bus afterwards is asked of it all the same (recover.c).
bool verdict_is_limit(play_stage *stage, play_finding *finding, slave_limit what)
{
    const slave_adapter *adapter = stage->options.adapter;
    const mcu_limit *limit = stage->limit_is_over || adapter->limit == NULL
                                 ? NULL
                                 : adapter->limit(stage->slave, what, finding->at_ps);
    if (limit == NULL || (what != SLAVE_IS_DEAF && !i2c_rows_have(limit->rows, finding->rule)))
        return false;
    stage->limits_met++;
    describe(finding, "limit");
    finding->verdict = PLAY_NOTE;
    finding->expected[0] = '\0';
    snprintf(finding->rows, sizeof finding->rows, "%s", limit->rows);
    snprintf(finding->message, sizeof finding->message, "%s: %s", limit->part, limit->reason);
    return true;
}

static bool same_cause(const play_finding *a, const play_finding *b)
{
    return strcmp(a->rule, b->rule) == 0 && strcmp(a->blame, b->blame) == 0;
}

/// The engine tells the same finding only once a case.
static bool met_anew(const play_stage *stage)
{
    const i2c_rules *told = i2c_sim_rules(stage->sim);
    for (unsigned i = 0; i < told->findings; i++)
        if (told->finding[i].severity == I2C_SEVERITY_INCOMPATIBLE &&
            told->last_ps[i] >= stage->transfer_ps)
            return true;
    return false;
}

static void add(play_stage *stage, play_finding *finding, bool by_engine)
{
    const bool incompatible = finding->verdict == PLAY_INCOMPATIBLE;
    if (stage->trap.lenient && !stage->recovering && !by_engine)
        finding->verdict = PLAY_NOTE;
    apply_accept(stage, finding);
    // They must fit together where the slave's own file names the master.
    if (incompatible && !play_set_names_master(stage->set, stage->one->master))
        finding->verdict = PLAY_NOTE;
    if (stage->options.on_finding != NULL)
        stage->options.on_finding(stage->options.on_finding_ctx, finding);
    if (stage->found_count == RUN_FINDING_MAX)
        stage->found_dropped++;
    else
        stage->found[stage->found_count++] = (run_finding){
            *finding, by_engine, incompatible, stage->transfer_ps, met_anew(stage), false};
}

void verdict_add(play_stage *stage, play_finding *finding)
{
    add(stage, finding, false);
}

// ---- the end of a run -----------------------------------------------------------------------

/// A rule that the slave broke, or a meeting of the two in the very transfer that went wrong.
static bool can_cause(const run_finding *found, const run_finding *effect)
{
    const play_finding *f = &found->finding;
    if (!found->by_engine || f->at_ps > effect->finding.at_ps)
        return false;
    if (found->incompatible)
        return f->at_ps >= effect->since_ps || effect->met_anew;
    if (effect->by_engine)
        return false;
    return strstr(f->blame, "slave") != NULL && !f->accepted && f->verdict >= PLAY_FAIL;
}

/// What a slave does that a master's clocks have put out of step: it is in the middle of a byte
/// when the transfer ends. All else that a rule tells stands by itself.
static bool may_follow(const run_finding *found)
{
    return !found->by_engine || strcmp(found->finding.rule, "I2C-STA-02") == 0;
}

/// The first finding that explains another one, or NULL.
static play_finding *cause_of(play_stage *stage, const run_finding *effect)
{
    play_finding *cause = NULL;
    for (unsigned i = 0; i < stage->found_count; i++) {
        play_finding *f = &stage->found[i].finding;
        if (!can_cause(&stage->found[i], effect))
            continue;
        if (cause == NULL || f->at_ps < cause->at_ps)
            cause = f;
    }
    return cause;
}

/// Takes out what only follows from another finding, and notes it there.
static void drop_effects(play_stage *stage)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < stage->found_count; i++) {
        run_finding *found = &stage->found[i];
        play_finding *cause = may_follow(found) ? cause_of(stage, found) : NULL;
        found->follows = cause != NULL;
        if (cause != NULL && cause->followed[0] == '\0')
            snprintf(cause->followed, sizeof cause->followed, "%.*s",
                     (int)sizeof cause->followed - 1, found->finding.message);
    }
    for (unsigned i = 0; i < stage->found_count; i++)
        if (!stage->found[i].follows)
            stage->found[kept++] = stage->found[i];
    stage->found_count = kept;
}

/// By time; findings of one instant keep the order in which they were made.
static void sort_by_time(play_stage *stage)
{
    for (unsigned i = 1; i < stage->found_count; i++) {
        const run_finding moved = stage->found[i];
        unsigned k = i;
        while (k > 0 && stage->found[k - 1].finding.at_ps > moved.finding.at_ps) {
            stage->found[k] = stage->found[k - 1];
            k--;
        }
        stage->found[k] = moved;
    }
}

/// Returns its place among the result's findings, or 255 when they are full.
static uint8_t merge(play_result *result, const play_finding *finding)
{
    for (unsigned i = 0; i < result->findings; i++) {
        if (!same_cause(&result->finding[i], finding))
            continue;
        result->finding[i].repeats++;
        if (finding->verdict > result->finding[i].verdict)
            result->finding[i].verdict = finding->verdict;
        return (uint8_t)i;
    }
    if (result->findings == PLAY_FINDING_MAX) {
        result->findings_dropped++;
        return UINT8_MAX;
    }
    result->finding[result->findings] = *finding;
    return (uint8_t)result->findings++;
}

void verdict_end_run(play_stage *stage)
{
    drop_effects(stage);
    sort_by_time(stage);
    for (unsigned i = 0; i < stage->found_count; i++) {
        const play_finding *finding = &stage->found[i].finding;
        const uint8_t place = merge(stage->result, finding);
        if (finding->verdict < PLAY_WARN || finding->accepted)
            continue;
        stage->faults_found++;
        if (stage->first_fault == UINT8_MAX)
            stage->first_fault = place;
    }
    stage->result->findings_dropped += stage->found_dropped;
    stage->found_count = 0;
    stage->found_dropped = 0;
}

void verdict_reason(play_stage *stage, play_verdict verdict, const char *need, const char *reason)
{
    play_result *result = stage->result;
    stage->ended = true;
    if (verdict <= result->verdict)
        return;
    result->verdict = verdict;
    snprintf(result->reason, sizeof result->reason, "%s", reason);
    snprintf(result->need, sizeof result->need, "%s", need);
}

void verdict_sum(play_stage *stage)
{
    play_result *result = stage->result;
    for (unsigned i = 0; i < result->findings; i++) {
        const play_finding *finding = &result->finding[i];
        const play_verdict verdict = finding->undeclared ? PLAY_PASS
                                     : finding->accepted ? PLAY_NOTE
                                                         : finding->verdict;
        if (verdict > result->verdict)
            result->verdict = verdict;
    }
}

static play_verdict verdict_of_severity(const i2c_finding *found)
{
    switch (found->severity) {
    case I2C_SEVERITY_FAIL:
        return PLAY_FAIL;
    case I2C_SEVERITY_WARN:
        return PLAY_WARN;
    case I2C_SEVERITY_NOTE:
    case I2C_SEVERITY_UNDECLARED:
        return PLAY_NOTE;
    case I2C_SEVERITY_INCOMPATIBLE:
        return PLAY_INCOMPATIBLE;
    default:
        break;
    }
    switch (found->rule->level) {
    case 'R':
        return PLAY_WARN;
    case 'O':
    case 'I':
        return PLAY_NOTE;
    default:
        return PLAY_FAIL;
    }
}

/// A rule that the slave broke in a transfer with spikes speaks in the name of the scenario's row:
/// what it made of them is all that it shows. What begins behind that transfer and is told at the
/// end is of its own.
static play_finding finding_of_rule(play_stage *stage, const i2c_finding *found)
{
    const bool slaves = (found->blame >> stage->slave_node & 1u) != 0;
    if (slaves && spikes_explain(stage) && found->at_ps <= stage->trap.over_ps)
        return verdict_of_scenario(stage, found->rule->id, found->message);
    play_finding finding = verdict_new(stage, found->rule->id, found->message);
    finding.verdict = verdict_of_severity(found);
    finding.undeclared = found->severity == I2C_SEVERITY_UNDECLARED;
    return finding;
}

/// Which access of the slave's code made the line so, where its kind knows.
static void tell_access(const play_stage *stage, const i2c_finding *found, play_finding *finding)
{
    if (stage->options.adapter->access == NULL)
        return;
    const slave_move move = stage->options.adapter->access(
        stage->slave, found->line == I2C_SCL ? I2C_SCL : I2C_SDA, found->at_ps);
    finding->access_known = move.number != 0;
    if (stage->options.numbers_accesses)
        finding->access = move;
}

void verdict_from_engine(play_stage *stage, const i2c_finding *found)
{
    play_finding finding = finding_of_rule(stage, found);
    finding.at_ps = found->at_ps;
    finding.measured_known = found->measured_known;
    finding.never = found->never;
    finding.measured_ps = found->measured_ps;
    finding.limit_ps = found->limit_ps;
    finding.segment = found->segment;
    finding.byte = found->byte;
    finding.clock = found->clock;
    verdict_names(stage, found->blame, finding.blame, sizeof finding.blame);
    if (found->blame == 1u << stage->slave_node && found->line == I2C_SCL)
        (void)verdict_is_limit(stage, &finding, SLAVE_HOLDS_IDLE);
    if (found->blame >> stage->slave_node & 1u)
        snprintf(finding.where, sizeof finding.where, "%s",
                 stage->options.adapter->doing(
                     stage->slave, found->line == I2C_SCL ? I2C_SCL : I2C_SDA, found->at_ps));
    if ((found->blame >> stage->slave_node & 1u) != 0)
        tell_access(stage, found, &finding);
    add(stage, &finding, true);
}

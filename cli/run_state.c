#include "cli/run_state.h"

#include "cli/console.h"
#include "cli/junit.h"
#include "cli/result_json.h"
#include "cli/runner.h"
#include "cli/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool run_state_init(run_state *state, const cli_options *options, const lineup *s, baseline *known)
{
    *state = (run_state){.options = options, .lineup = s, .known = known};
    state->slave = calloc(s->slave_count + 1, sizeof *state->slave);
    state->rows = row_matrix_new(s);
    if (state->slave == NULL || state->rows == NULL || !group_table_init(&state->groups)) {
        run_state_free(state);
        return false;
    }
    const uint32_t today = waivers_today();
    bool fine = true;
    for (unsigned i = 0; i < s->slave_count; i++) {
        state->slave[i].waived = (waivers){.slave = s->slave[i].description, .today_ymd = today};
        fine &= passed_cases_init(&state->slave[i].passed,
                                  s->slave[i].set == NULL ? 0 : play_set_count(s->slave[i].set));
    }
    if (!fine)
        run_state_free(state);
    return fine;
}

void run_state_free(run_state *state)
{
    for (unsigned i = 0; state->slave != NULL && i < state->lineup->slave_count; i++) {
        passed_cases_free(&state->slave[i].passed);
        slave_coverage_free(state->slave[i].coverage);
    }
    free(state->slave);
    group_table_free(&state->groups);
    row_matrix_free(state->rows);
    *state = (run_state){0};
}

static bool fails_run(const run_state *state, play_verdict verdict)
{
    return verdict == PLAY_FAIL || verdict == PLAY_INCOMPATIBLE ||
           (verdict == PLAY_WARN && state->options->fail_on_warn);
}

static finding_standing standing_of(run_state *state, const play_case *one,
                                    const play_finding *finding)
{
    if (waivers_waive(&state->slave[state->now].waived, finding))
        return STANDING_ACCEPTED;
    if (finding->verdict > PLAY_NOTE && baseline_knows(state->known, one->id, finding->rule))
        return STANDING_KNOWN;
    return STANDING_COUNTS;
}

/// Decides what the findings count for, and whether the case makes the run fail. A verdict that no
/// kept finding explains (there were more than could be kept) counts.
static void weigh(run_state *state, case_view *view)
{
    bool explained = false;
    for (unsigned i = 0; i < view->result->findings; i++) {
        const play_finding *finding = &view->result->finding[i];
        view->standing[i] = standing_of(state, view->one, finding);
        if (!fails_run(state, finding->verdict) || view->standing[i] == STANDING_ACCEPTED)
            continue;
        explained = true;
        if (view->standing[i] == STANDING_KNOWN)
            view->known = true;
        else
            view->counted = true;
    }
    if (!explained && fails_run(state, view->verdict))
        view->counted = true;
    view->known = view->known && !view->counted;
}

static finding_group *add_to_groups(run_state *state, const case_view *view,
                                    const play_finding *finding, finding_standing standing)
{
    const play_set *set = state->lineup->slave[state->now].set;
    const group_finding added = {.slave = state->now,
                                 .one = view->one,
                                 .scenario = view->scenario,
                                 .effort = play_case_effort(set, view->one, finding),
                                 .finding = finding,
                                 .standing = standing};
    return group_add(&state->groups, &added);
}

/// A case without verdict on the slave shows up among the findings, too.
static void add_reason(run_state *state, const case_view *view)
{
    play_finding finding = {.verdict = view->verdict, .point = -1};
    const bool budget = strncmp(view->result->reason, "budget", 6) == 0;
    snprintf(finding.rule, sizeof finding.rule, "%s",
             budget ? "budget" : play_verdict_text(view->verdict));
    text_cut(view->result->reason, finding.title, sizeof finding.title);
    snprintf(finding.message, sizeof finding.message, "%s", view->result->reason);
    finding_group *group = add_to_groups(state, view, &finding, STANDING_COUNTS);
    if (group != NULL && group_shows(group, view->one, &finding))
        group->log = *view->log;
}

static const char *point_name(const play_result *result, unsigned finding)
{
    for (unsigned i = 0; i < result->failed_kept; i++)
        if (result->failed[i].finding == finding)
            return result->failed[i].name;
    return "";
}

static void add_findings(run_state *state, const case_view *view)
{
    for (unsigned i = 0; i < view->result->findings; i++) {
        finding_group *group =
            add_to_groups(state, view, &view->result->finding[i], view->standing[i]);
        if (group == NULL)
            continue;
        group->leads += i == 0;
        if (!group_shows(group, view->one, &view->result->finding[i]))
            continue;
        group->log = *view->log;
        snprintf(group->point, sizeof group->point, "%s", point_name(view->result, i));
    }
    if (view->verdict == PLAY_ERROR ||
        (view->verdict == PLAY_INCONCLUSIVE && !runner_gave_up(view->result)))
        add_reason(state, view);
}

static bool could_be_expected(const slave_description *slave, const case_view *view)
{
    return slave->expect_fail != NULL && view->verdict != PLAY_NOT_APPLICABLE &&
           !runner_gave_up(view->result) &&
           (slave->expect_scenario == NULL || strcmp(slave->expect_scenario, view->scenario) == 0);
}

/// Whether a slave that is broken on purpose has failed by its rule, where it says so.
static bool is_expected(const slave_description *slave, const case_view *view)
{
    if (!could_be_expected(slave, view))
        return false;
    for (unsigned i = 0; i < view->result->findings; i++)
        if (view->result->finding[i].verdict == PLAY_FAIL &&
            strcmp(view->result->finding[i].rule, slave->expect_fail) == 0)
            return true;
    return false;
}

static void add_sums(run_state *state, const case_view *view)
{
    run_slave *slave = &state->slave[state->now];
    tally_add(&slave->sum[view->one->master], view->verdict, view->result);
    tally_add(&slave->all, view->verdict, view->result);
    tally_sweep_add(&slave->sweeps, view->one->sweep, view->result);
    state->cases++;
    state->errors += view->verdict == PLAY_ERROR;
    state->counted += view->counted;
    slave->counted += view->counted;
    slave->expected =
        slave->expected || is_expected(state->lineup->slave[state->now].description, view);
    slave->expect_played = slave->expect_played ||
                           could_be_expected(state->lineup->slave[state->now].description, view);
    slave->given_up += runner_gave_up(view->result);
    state->known_cases += view->known;
    if (view->verdict != PLAY_NOT_APPLICABLE)
        baseline_case_played(state->known, view->one->id);
    else if (tally_other_form(state->lineup->slave[state->now].description, view->result->reason))
        tally_reason_add(&state->not_applicable, "other data forms");
    else if (view->result->need[0] != '\0')
        tally_reason_add(&state->undeclared, view->result->need);
    else
        tally_reason_add(&state->not_applicable, view->result->reason);
}

/// Of a case that fails its finding shows what was printed.
static void keep_said(run_slave *slave, const lineup_slave *from, const case_view *view)
{
    if (view->verdict > PLAY_NOTE || from->master[view->one->master].own_time_ps == 0 ||
        view->log->bytes == 0 || slave->said.bytes != 0)
        return;
    slave->said = *view->log;
    slave->said_in = view->one->index;
}

void run_state_take(run_state *state, const play_case *one, const play_result *result,
                    const worker_log *log)
{
    const lineup_slave *from = &state->lineup->slave[state->now];
    case_view view = {.one = one,
                      .result = result,
                      .log = log,
                      .slave = from->description->name,
                      .scenario = play_case_scenario(from->set, one),
                      .master = from->master[one->master].text};
    view.verdict = waivers_verdict(&state->slave[state->now].waived, result);
    weigh(state, &view);
    if (view.verdict == PLAY_PASS || view.verdict == PLAY_NOTE)
        passed_cases_add(&state->slave[state->now].passed, one->index);
    keep_said(&state->slave[state->now], from, &view);
    add_sums(state, &view);
    add_findings(state, &view);
    row_matrix_add(state->rows, state->now, one, result, view.verdict);
    if (state->json != NULL)
        result_json_case(state->json, from->set, &view);
    if (state->junit != NULL)
        junit_case(state->junit, &view);
}

bool run_state_is_complete(const run_state *state)
{
    return state->caught == 0 && !state->stopped;
}

int run_state_exit(const run_state *state)
{
    uint64_t played = 0;
    for (unsigned i = 0; i < state->lineup->slave_count; i++)
        played += tally_played(&state->slave[i].all);
    if (state->caught != 0)
        return EXIT_SIGNAL + state->caught;
    if (state->errors > 0)
        return EXIT_OURS;
    if (played == 0)
        return EXIT_INPUT;
    return state->counted > 0 ? EXIT_FOUND : EXIT_CLEAN;
}

bool group_is_numbered(const finding_group *group)
{
    return group->finding.verdict > PLAY_NOTE && group->standing == STANDING_COUNTS;
}

unsigned group_numbered_count(const group_table *table)
{
    unsigned count = 0;
    for (unsigned i = 0; i < table->count; i++)
        count += group_is_numbered(&table->group[i]);
    return count;
}

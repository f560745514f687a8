// What a scenario expects of the bus, the master and the slave's application.
#include "scenarios/play/play_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

// ---- expectations ---------------------------------------------------------------------------

bool expect_wait(play_stage *stage, const lang_node *node, expect_holds_fn *holds)
{
    int64_t within_ps = 0;
    if (node->d != LANG_NONE && !play_eval(stage, 0, node->d, &within_ps))
        return true; // the case ended with that reason
    const uint64_t until_ps = stage->anchor_ps + (uint64_t)within_ps;
    for (;;) {
        if (holds(stage, node))
            return true;
        const uint64_t now_ps = i2c_sim_now_ps(stage->sim);
        if (now_ps >= until_ps)
            return false;
        if (act_out_of_budget(stage))
            return true;
        const uint64_t next_ps = now_ps + I2C_PS_PER_US;
        i2c_sim_run(stage->sim, next_ps < until_ps ? next_ps : until_ps);
    }
}

static bool bus_is_idle(play_stage *stage, const lang_node *node)
{
    (void)node;
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    return i2c_line_level(stage->sim, I2C_SCL) && i2c_line_level(stage->sim, I2C_SDA) &&
           (pulls >> stage->slave_node & 1u) == 0;
}

void act_expect_idle(play_stage *stage, const lang_node *node)
{
    char message[FAILURE_BYTES];
    char names[48];
    if (expect_wait(stage, node, bus_is_idle))
        return;
    const uint32_t pulls =
        i2c_line_pullers(stage->sim, I2C_SCL) | i2c_line_pullers(stage->sim, I2C_SDA);
    verdict_names(stage, pulls, names, sizeof names);
    snprintf(message, sizeof message, "the bus is not idle: %s pulls %s",
             pulls == 0 ? "nobody" : names, i2c_line_pullers(stage->sim, I2C_SDA) ? "SDA" : "SCL");
    act_fail(stage, "idle", message, "both lines high and no slave pulling");
}

void act_expect_known_good(play_stage *stage)
{
    stage->nothing_before = stage->transfer_ps == 0;
    if (!recover_known_good(stage))
        stage->ended = true;
    stage->nothing_before = false;
}

static bool compare(lang_operator op, int64_t left, int64_t right)
{
    switch (op) {
    case LANG_OP_LESS:
        return left < right;
    case LANG_OP_LESS_EQUAL:
        return left <= right;
    case LANG_OP_GREATER:
        return left > right;
    case LANG_OP_GREATER_EQUAL:
        return left >= right;
    case LANG_OP_EQUAL:
        return left == right;
    case LANG_OP_NOT_EQUAL:
        return left != right;
    default:
        assert(false && "a comparison");
        return false;
    }
}

/// "buffer" or "buffer[2]".
bool act_variable_name(play_stage *stage, const lang_node *node, char *name, size_t bytes)
{
    int64_t index = 0;
    const char *text = lang_text(stage->program, node->a);
    if (node->c == LANG_NONE) {
        snprintf(name, bytes, "%s", text);
        return true;
    }
    if (!play_eval(stage, 0, node->c, &index))
        return false;
    snprintf(name, bytes, "%s[%lld]", text, (long long)index);
    return true;
}

void act_no_such_name(play_stage *stage, const char *what, const char *name, slave_result result)
{
    char reason[160];
    if (result == SLAVE_NOT_SUPPORTED)
        snprintf(reason, sizeof reason, "this kind of slave has no %s for scenarios", what);
    else
        snprintf(reason, sizeof reason, "the slave exports no %s \"%.80s\"", what, name);
    verdict_reason(stage, PLAY_NOT_APPLICABLE, "", reason);
}

static bool app_has_value(play_stage *stage, const lang_node *node)
{
    char name[96];
    int64_t got = 0;
    int64_t want = 0;
    if (!act_variable_name(stage, node, name, sizeof name) || !play_eval(stage, 0, node->b, &want))
        return true;
    const slave_result result = stage->options.adapter->get(stage->slave, name, &got);
    if (result != SLAVE_OK) {
        act_no_such_name(stage, "variable", name, result);
        return true;
    }
    return compare((lang_operator)node->value, got, want);
}

static bool pin_is_so(play_stage *stage, const lang_node *node)
{
    const int wire = i2c_wire_find(stage->sim, lang_text(stage->program, node->a));
    return wire >= 0 && i2c_wire_level(stage->sim, (unsigned)wire) == (node->value != 0);
}

void act_expect_pin(play_stage *stage, const lang_node *node)
{
    char message[FAILURE_BYTES];
    const char *name = lang_text(stage->program, node->a);
    if (i2c_wire_find(stage->sim, name) < 0) {
        snprintf(message, sizeof message, "the slave has no pin \"%.60s\"", name);
        verdict_reason(stage, PLAY_NOT_APPLICABLE, "", message);
        return;
    }
    if (expect_wait(stage, node, pin_is_so))
        return;
    snprintf(message, sizeof message, "%.60s is %s", name, node->value != 0 ? "low" : "high");
    act_fail(stage, "pin", message, lang_text(stage->program, node->text));
}

void act_expect_app(play_stage *stage, const lang_node *node)
{
    char name[96];
    char message[FAILURE_BYTES];
    int64_t got = 0;
    if (expect_wait(stage, node, app_has_value) ||
        !act_variable_name(stage, node, name, sizeof name))
        return;
    (void)stage->options.adapter->get(stage->slave, name, &got);
    snprintf(message, sizeof message, "%s is %lld (0x%llX)", name, (long long)got,
             (unsigned long long)got);
    act_fail(stage, "app", message, lang_text(stage->program, node->text));
}

static bool args_fit(play_stage *stage, const lang_node *node, const logged_call *call)
{
    unsigned n = 0;
    for (uint32_t i = node->b; i != LANG_NONE; i = lang_at(stage->program, i)->next, n++) {
        int64_t want = 0;
        if (n >= call->args)
            return false;
        if (lang_at(stage->program, i)->kind == LANG_ANY)
            continue;
        if (!play_eval(stage, 0, i, &want) || want != call->arg[n])
            return false;
    }
    return n == call->args;
}

/// The next call of that function that no expectation has taken yet.
static logged_call *next_call(play_stage *stage, const char *function)
{
    for (unsigned i = 0; i < stage->call_count; i++)
        if (!stage->calls[i].taken && strcmp(stage->calls[i].function, function) == 0)
            return &stage->calls[i];
    return NULL;
}

static bool call_has_come(play_stage *stage, const lang_node *node)
{
    return next_call(stage, lang_text(stage->program, node->a)) != NULL;
}

void act_expect_calls(play_stage *stage, const lang_node *node)
{
    const char *function = lang_text(stage->program, node->a);
    const slave_adapter *adapter = stage->options.adapter;
    char message[FAILURE_BYTES];
    const slave_result told =
        adapter->tells == NULL ? SLAVE_OK : adapter->tells(stage->options.image, function);
    if (told != SLAVE_OK) {
        act_no_such_name(stage, "function", function, told);
        return;
    }
    const bool come = expect_wait(stage, node, call_has_come);
    if (stage->ended)
        return;
    if (!come && stage->calls_lost) {
        verdict_reason(stage, PLAY_ERROR, "", "the application was called more often than is kept");
        return;
    }
    if (!come) {
        snprintf(message, sizeof message, "%.100s was not called", function);
        act_fail(stage, "calls", message, lang_text(stage->program, node->text));
        return;
    }
    logged_call *call = next_call(stage, function);
    call->taken = true;
    if (args_fit(stage, node, call))
        return;
    size_t used = (size_t)snprintf(message, sizeof message, "called: %.80s", function);
    for (unsigned i = 0; i < call->args && used < sizeof message; i++)
        used += (size_t)snprintf(message + used, sizeof message - used, " 0x%llX",
                                 (unsigned long long)call->arg[i]);
    act_fail(stage, "calls", message, lang_text(stage->program, node->text));
}

void act_expect_returned(play_stage *stage, const lang_node *node)
{
    int64_t want = 0;
    char message[FAILURE_BYTES];
    if (!play_eval(stage, 0, node->b, &want))
        return;
    const bool rivals = node->value == LANG_PARTY_RIVAL;
    const char *who = rivals ? "rival" : "master";
    int returned = stage->returned;
    const bool known = rivals ? meet_returned(stage, &returned) : stage->returned_known;
    if (known && returned == want)
        return;
    if (known)
        snprintf(message, sizeof message, "the %s's call returned %d", who, returned);
    else
        snprintf(message, sizeof message, "no call of the %s's has returned yet", who);
    act_fail(stage, "returned", message, lang_text(stage->program, node->text));
}

void act_expect_arbitration(play_stage *stage, const lang_node *node)
{
    const lang_party party = (lang_party)node->a;
    const char *who = party == LANG_PARTY_RIVAL ? "rival" : "master";
    char message[FAILURE_BYTES];
    if (meet_went(stage, party, node->value != 0))
        return;
    if (meet_went(stage, party, node->value == 0))
        snprintf(message, sizeof message, "the %s has %s arbitration", who,
                 node->value != 0 ? "not lost" : "lost");
    else
        snprintf(message, sizeof message, "the %s has made no transfer", who);
    act_fail(stage, "arbitration", message, lang_text(stage->program, node->text));
}

void act_expect_compare(play_stage *stage, const lang_node *node)
{
    int64_t left = 0;
    int64_t right = 0;
    char message[FAILURE_BYTES];
    if (!play_eval(stage, 0, node->a, &left) || !play_eval(stage, 0, node->b, &right))
        return;
    if (compare((lang_operator)node->value, left, right))
        return;
    const bool time = lang_at(stage->program, node->b)->kind == LANG_TIME;
    char got[32];
    lang_value_text(time ? LANG_TYPE_TIME : LANG_TYPE_NUMBER, left, got, sizeof got);
    snprintf(message, sizeof message, "it is %s", got);
    act_fail(stage, "compare", message, lang_text(stage->program, node->text));
}

// Lays a transfer of the language out as messages for a master and brackets for the matcher.
#include "scenarios/play/play_private.h"
#include "sim/pec.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/// Where the walk over the items stands.
typedef struct {
    play_stage *stage;
    plan *plan;
    master_message *message; ///< the present one; NULL before the first S
    uint8_t *acks;           ///< of the present read message, one a byte
    bool nack_allowed;       ///< the last clock 9 was allowed to be a NACK
    bool nack_asked;         ///< it had to be one
    bool pec_known;          ///< of the message's bytes so far
    uint8_t pec;
} layout;

lang_env play_env(const play_stage *stage, uint32_t frame)
{
    const play_trial *trial = stage->one->trial;
    return (lang_env){.program = stage->program,
                      .slots = stage->frames.slot + frame,
                      .slave = play_set_slave(stage->set),
                      .seed = play_set_options_of(stage->set)->seed,
                      .on_master = play_on_master,
                      .on_master_ctx = play_case_spec(stage->set, stage->one),
                      .promise = trial != NULL ? &trial->promise : NULL,
                      .waits_ps = play_waits_ps(play_case_spec(stage->set, stage->one)),
                      .own_time_ps = play_case_spec(stage->set, stage->one)->own_time_ps};
}

lang_env play_env_of(const play_stage *stage, const bracket *b)
{
    lang_env env = play_env(stage, b->frame);
    env.pec_known = b->pec_known;
    env.pec = b->pec;
    return env;
}

play_verdict play_eval_verdict(lang_eval_status status, const char *key, char *reason, size_t bytes)
{
    switch (status) {
    case LANG_EVAL_OK:
        return PLAY_PASS;
    case LANG_EVAL_UNDECLARED:
        snprintf(reason, bytes, "not declared: %s", key);
        return PLAY_NOT_APPLICABLE;
    case LANG_EVAL_NO_PEC:
        snprintf(reason, bytes, "pec stands behind bytes that the slave sends, or in no message");
        return PLAY_ERROR;
    case LANG_EVAL_DIVISION:
        snprintf(reason, bytes, "division by zero in the scenario");
        return PLAY_ERROR;
    default:
        snprintf(reason, bytes, "a value of the scenario is out of range");
        return PLAY_ERROR;
    }
}

/// True for a value; else the case ends with the reason why there is none.
static bool evaluated(play_stage *stage, lang_eval_status status, const char *key)
{
    char reason[96];
    const play_verdict verdict = play_eval_verdict(status, key, reason, sizeof reason);
    if (verdict != PLAY_PASS)
        verdict_reason(stage, verdict, verdict == PLAY_NOT_APPLICABLE ? key : "", reason);
    return verdict == PLAY_PASS;
}

bool play_eval(play_stage *stage, uint32_t frame, uint32_t expr, int64_t *value)
{
    const lang_env env = play_env(stage, frame);
    const char *key = "";
    const lang_eval_status status = lang_eval(&env, expr, value, &key);
    return evaluated(stage, status, key);
}

/// The compiler sees to it that a transfer begins with S or Sr.
static master_message *present(const layout *l)
{
    assert(l->message != NULL);
    return l->message;
}

static bool too_long(layout *l)
{
    verdict_reason(l->stage, PLAY_ERROR, "", "the transfer is too long for the player");
    return false;
}

static bool add_byte(layout *l, uint8_t value)
{
    plan *p = l->plan;
    if (p->bytes_used == PLAN_BYTE_MAX)
        return too_long(l);
    p->bytes[p->bytes_used++] = value;
    return true;
}

static bool add_bracket(layout *l, uint32_t node, uint32_t frame, uint8_t value, uint32_t byte)
{
    plan *p = l->plan;
    if (p->bracket_count == PLAN_BRACKET_MAX)
        return too_long(l);
    p->brackets[p->bracket_count++] = (bracket){.node = node,
                                                .frame = frame,
                                                .message = (uint16_t)(p->messages - 1),
                                                .value = value,
                                                .byte = byte,
                                                .expr = LANG_NONE,
                                                .pec_known = l->pec_known,
                                                .pec = l->pec};
    return true;
}

/// Reads keep their ACK pattern in the byte pool; a plain "all but the last" needs none.
static void close_message(layout *l)
{
    master_message *m = l->message;
    if (m == NULL || !m->addressed || (m->address & 1u) == 0 || m->count == 0)
        return;
    bool plain = l->acks[m->count - 1] == 0;
    for (uint32_t i = 0; i + 1 < m->count; i++)
        plain = plain && l->acks[i] == 1;
    m->acks = plain ? NULL : l->acks;
}

/// More stands behind a clock 9 that may be a NACK: the master goes on all the same.
static void go_on(layout *l)
{
    if (l->message == NULL || !l->nack_allowed)
        return;
    l->message->past_nack = true;
    l->plan->must_go_on[l->plan->messages - 1] |= l->nack_asked;
}

static bool begin_message(layout *l, master_begin begin)
{
    plan *p = l->plan;
    close_message(l);
    if (begin != MASTER_START)
        go_on(l);
    if (p->messages == PLAN_MESSAGE_MAX)
        return too_long(l);
    p->must_go_on[p->messages] = false;
    l->message = &p->message[p->messages++];
    *l->message = (master_message){.begin = begin};
    if (begin == MASTER_START) {
        l->pec_known = true;
        l->pec = 0;
    }
    l->nack_allowed = false;
    return true;
}

static bool lay_address(layout *l, const lang_node *item, uint32_t frame)
{
    const slave_description *slave = play_set_slave(l->stage->set);
    int64_t addr7 = 0;
    switch ((lang_address)item->a) {
    case LANG_ADDRESS_OWN:
        addr7 = slave->addr7;
        break;
    case LANG_ADDRESS_OTHER:
        addr7 = lang_other_addr7(slave);
        break;
    case LANG_ADDRESS_GC:
        break;
    case LANG_ADDRESS_VALUE:
        if (!play_eval(l->stage, frame, item->b, &addr7))
            return false;
        break;
    }
    if (addr7 < 0 || addr7 > 0x7F) {
        verdict_reason(l->stage, PLAY_ERROR, "", "an address of the scenario is over 0x7F");
        return false;
    }
    master_message *message = present(l);
    message->addressed = true;
    message->address = (uint8_t)(addr7 << 1 | item->value);
    message->data = l->plan->bytes + l->plan->bytes_used;
    message->into = l->plan->bytes + l->plan->bytes_used;
    l->acks = l->plan->acks + l->plan->bytes_used;
    l->pec = i2c_pec_with(l->pec, message->address);
    return add_bracket(l, LANG_NONE, frame, message->address, 0);
}

static bool written_value(play_stage *stage, const lang_env *env, uint32_t expr, uint8_t *byte)
{
    int64_t value = 0;
    const char *key = "";
    const lang_eval_status status = lang_eval(env, expr, &value, &key);
    if (!evaluated(stage, status, key))
        return false;
    *byte = (uint8_t)value;
    if (value >= 0 && value <= 0xFF)
        return true;
    verdict_reason(stage, PLAY_ERROR, "", "a byte of the scenario is over 0xFF");
    return false;
}

/// Behind a capture the value may not be known yet: plan_captured() puts it in.
static bool lay_written(layout *l, const lang_node *item, uint32_t frame)
{
    plan *p = l->plan;
    uint8_t value = 0;
    lang_env env = play_env(l->stage, frame);
    env.pec_known = l->pec_known;
    env.pec = l->pec;
    if (!p->captures && !written_value(l->stage, &env, item->b, &value))
        return false;
    go_on(l);
    const uint32_t byte = ++present(l)->count;
    if (!add_byte(l, value) || !add_bracket(l, LANG_NONE, frame, value, byte))
        return false;
    l->pec = i2c_pec_with(l->pec, value);
    if (p->captures) {
        l->pec_known = false; // the value may hang on what is still to be read
        p->brackets[p->bracket_count - 1].expr = item->b;
        p->brackets[p->bracket_count - 1].at = p->bytes_used - 1;
        return plan_put(l->stage, p, &p->brackets[p->bracket_count - 1], false);
    }
    return true;
}

bool plan_put(play_stage *stage, plan *p, bracket *b, bool must)
{
    const lang_env env = play_env_of(stage, b);
    int64_t value = 0;
    if (must) {
        if (!written_value(stage, &env, b->expr, &b->value))
            return false;
    } else if (lang_eval(&env, b->expr, &value, NULL) == LANG_EVAL_OK) {
        b->value = (uint8_t)value;
    }
    p->bytes[b->at] = b->value;
    return true;
}

bool plan_captured(play_stage *stage, plan *p, uint32_t slot, uint8_t value, uint32_t next)
{
    stage->frames.slot[p->frame + slot] = value;
    for (uint32_t frame = p->copies; frame + p->slots <= stage->frames.used; frame += p->slots)
        stage->frames.slot[frame + slot] = value;
    for (uint32_t i = next; i < p->bracket_count; i++)
        if (p->brackets[i].expr != LANG_NONE && !plan_put(stage, p, &p->brackets[i], true))
            return false;
    return true;
}

/// A byte that hangs on what the slave does not declare makes the case not applicable, not failed.
static bool want_is_declared(layout *l, uint32_t node, uint32_t frame)
{
    const lang_node *want = lang_at(l->stage->program, node);
    const lang_env env = play_env(l->stage, frame);
    const uint32_t lists[] = {want->b, want->c};
    for (unsigned k = 0; k < 2; k++)
        for (uint32_t i = lists[k]; i != LANG_NONE; i = lang_at(l->stage->program, i)->next) {
            int64_t value = 0;
            const char *key = "";
            if (lang_eval(&env, i, &value, &key) == LANG_EVAL_UNDECLARED)
                return evaluated(l->stage, LANG_EVAL_UNDECLARED, key);
        }
    return true;
}

static bool lay_read(layout *l, uint32_t node, uint32_t frame)
{
    if (!want_is_declared(l, node, frame) || !add_byte(l, 0))
        return false;
    l->plan->captures |= lang_at(l->stage->program, node)->value == LANG_WANT_CAPTURE;
    master_message *message = present(l);
    assert(l->acks != NULL);
    l->acks[message->count++] = 1;
    l->pec_known = false;
    return add_bracket(l, node, frame, 0, message->count);
}

static bool lay_master_ack(layout *l, bool ack)
{
    const uint32_t count = present(l)->count;
    assert(l->acks != NULL && count > 0);
    l->acks[count - 1] = ack ? 1 : 0;
    return true;
}

static bool lay_items(layout *l, uint32_t first, uint32_t frame);

/// Random values of a group are the same on every slave: the key leaves its name out.
static const char *random_key(const play_stage *stage)
{
    return stage->one->id + strlen(play_set_slave(stage->set)->name);
}

/// Brackets are judged later, when the group's variable has moved on: a copy of the frame keeps its
/// present value for them.
static bool lay_round(layout *l, const lang_node *item, uint32_t frame, int64_t value)
{
    frames *f = &l->stage->frames;
    const uint32_t copy = f->used;
    if (copy + l->plan->slots > FRAME_SLOT_MAX)
        return too_long(l);
    memcpy(f->slot + copy, f->slot + frame, l->plan->slots * sizeof f->slot[0]);
    f->used += l->plan->slots;
    f->slot[copy + item->d] = value;
    return lay_items(l, item->a, copy);
}

static bool lay_each(layout *l, const lang_node *item, uint32_t frame)
{
    const lang_env env = play_env(l->stage, frame);
    const char *key = "";
    uint64_t count = 0;
    const lang_eval_status counted = lang_domain_count(&env, item->c, &count, &key);
    if (!evaluated(l->stage, counted, key))
        return false;
    for (uint64_t i = 0; i < count; i++) {
        int64_t value = 0;
        const lang_eval_status status =
            lang_domain_value(&env, item->c, random_key(l->stage), i, &value, &key);
        if (!evaluated(l->stage, status, key) || !lay_round(l, item, frame, value))
            return false;
    }
    return true;
}

static bool lay_repeat(layout *l, const lang_node *item, uint32_t frame)
{
    int64_t times = 0;
    if (!play_eval(l->stage, frame, item->b, &times))
        return false;
    for (int64_t i = 0; i < times; i++)
        if (!lay_items(l, item->a, frame))
            return false;
    return true;
}

static bool lay_item(layout *l, uint32_t index, uint32_t frame)
{
    const lang_node *item = lang_at(l->stage->program, index);
    switch ((lang_kind)item->kind) {
    case LANG_START:
        return begin_message(l, MASTER_START);
    case LANG_RESTART:
        return begin_message(l, item->value ? MASTER_TRUE_REPEAT : MASTER_JOIN);
    case LANG_STOP:
        present(l)->stop = true;
        return true;
    case LANG_ADDRESS:
        return lay_address(l, item, frame);
    case LANG_BYTE:
        return lay_written(l, item, frame);
    case LANG_MASTER_ACK:
        return lay_master_ack(l, item->value == LANG_ACK);
    case LANG_WANT_ACK:
        l->nack_allowed = (item->value & LANG_NACK) != 0 && item->a == 0;
        l->nack_asked = item->value == LANG_NACK;
        return add_bracket(l, index, frame, 0, present(l)->count);
    case LANG_WANT_BYTE:
        return lay_read(l, index, frame);
    case LANG_REPEAT:
        return lay_repeat(l, item, frame);
    case LANG_EACH:
        return lay_each(l, item, frame);
    default:
        assert(false && "an item of a transfer");
        return false;
    }
}

static bool lay_items(layout *l, uint32_t first, uint32_t frame)
{
    for (uint32_t i = first; i != LANG_NONE; i = lang_at(l->stage->program, i)->next)
        if (!lay_item(l, i, frame))
            return false;
    return true;
}

/// A call has a frame of its own, which begins with the arguments.
static bool call_frame(play_stage *stage, const lang_node *call, const lang_transfer_def *def,
                       uint32_t *frame)
{
    frames *f = &stage->frames;
    *frame = f->used;
    f->used += def->slot_count;
    memset(f->slot + *frame, 0, def->slot_count * sizeof f->slot[0]);
    uint32_t k = 0;
    for (uint32_t i = call->b; i != LANG_NONE; i = lang_at(stage->program, i)->next)
        if (!play_eval(stage, 0, i, &f->slot[*frame + k++]))
            return false;
    return true;
}

bool plan_lay(play_stage *stage, plan *p, const lang_node *transfer)
{
    p->messages = 0;
    p->bracket_count = 0;
    p->bytes_used = 0;
    p->captures = false;
    p->cut_is_fine = false;
    p->frame = 0;
    p->slots = stage->scenario->slot_count;
    stage->frames.used = stage->frames.kept > p->slots ? stage->frames.kept : p->slots;
    layout l = {.stage = stage, .plan = p, .pec_known = p->pec_known, .pec = p->pec};
    uint32_t items = transfer->a;
    if (transfer->kind == LANG_CALL) {
        const lang_transfer_def *def = &stage->program->transfers[transfer->a];
        if (!call_frame(stage, transfer, def, &p->frame))
            return false;
        items = def->items;
        p->slots = def->slot_count;
    }
    p->copies = stage->frames.used;
    if (!lay_items(&l, items, p->frame))
        return false;
    close_message(&l);
    p->pec_known = l.pec_known;
    p->pec = l.pec;
    return true;
}

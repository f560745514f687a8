// Transfers that the slave makes as a master: what they were, and what a scenario expects of them.
#include "scenarios/play/play_private.h"

#include <stdio.h>
#include <string.h>

// ---- the log --------------------------------------------------------------------------------

/// The one under way; NULL: none.
static sent_transfer *open_one(play_stage *stage)
{
    sent_transfer *last = stage->sent_count > 0 ? &stage->sent[stage->sent_count - 1] : NULL;
    return last != NULL && !last->over ? last : NULL;
}

static sent_transfer *begin(play_stage *stage)
{
    if (stage->sent_count == SENT_MAX) {
        stage->sent_lost = true;
        return NULL;
    }
    sent_transfer *one = &stage->sent[stage->sent_count++];
    memset(one, 0, sizeof *one);
    return one;
}

static void take_byte(sent_transfer *one, const i2c_event *event)
{
    if (one->bytes < SENT_BYTE_MAX)
        one->byte[one->bytes] = event->value;
    one->bytes++;
    one->answered = one->answered || (event->byte == 0 && event->ack);
}

/// A START that it has joined is told as another's; that it has it, too, shows behind it.
void sent_event(play_stage *stage, const i2c_event *event)
{
    const uint32_t slave = 1u << stage->slave_node;
    const bool its = (event->owner & slave) != 0;
    const bool lost = event->kind == I2C_EVENT_LOST && (event->by & slave) != 0;
    const bool begins = event->kind == I2C_EVENT_START || event->kind == I2C_EVENT_SR;
    sent_transfer *one = open_one(stage);
    if (one == NULL && !its && !lost)
        return;
    if (one != NULL && (begins || event->kind == I2C_EVENT_STOP)) {
        one->over = true;
        one = NULL;
    }
    if (event->kind == I2C_EVENT_STOP || (begins && !its))
        return;
    if (one == NULL)
        one = begin(stage);
    if (one == NULL)
        return;
    stage->result->stimulus_seen = true;
    if (event->kind == I2C_EVENT_ACK && !event->to_master)
        take_byte(one, event);
    one->lost = one->lost || lost;
    one->over = one->over || lost;
}

// ---- what is expected -----------------------------------------------------------------------

static unsigned bytes_asked(const play_stage *stage, const lang_node *node)
{
    unsigned count = 0;
    for (uint32_t i = node->b; i != LANG_NONE; i = lang_at(stage->program, i)->next)
        count++;
    return count;
}

/// The next one that is over and was taken by no expectation: a lost one; or one that was not lost,
/// and whose address was acknowledged unless the address alone is asked for.
static sent_transfer *asked_one(play_stage *stage, const lang_node *node)
{
    const bool wants_lost = node->value == LANG_SLAVE_LOST;
    const bool any = wants_lost || bytes_asked(stage, node) == 1;
    for (unsigned i = 0; i < stage->sent_count; i++) {
        sent_transfer *one = &stage->sent[i];
        if (one->over && !one->taken && one->lost == wants_lost && (any || one->answered))
            return one;
    }
    return NULL;
}

static bool has_come(play_stage *stage, const lang_node *node)
{
    return asked_one(stage, node) != NULL;
}

static sent_transfer *untaken(play_stage *stage)
{
    for (unsigned i = 0; i < stage->sent_count; i++)
        if (!stage->sent[i].taken)
            return &stage->sent[i];
    return NULL;
}

static bool has_begun(play_stage *stage, const lang_node *node)
{
    (void)node;
    return untaken(stage) != NULL;
}

static bool bytes_fit(play_stage *stage, const lang_node *node, const sent_transfer *one)
{
    unsigned n = 0;
    for (uint32_t i = node->b; i != LANG_NONE; i = lang_at(stage->program, i)->next, n++) {
        int64_t want = 0;
        if (n >= one->bytes || n >= SENT_BYTE_MAX)
            return false;
        if (lang_at(stage->program, i)->kind == LANG_ANY)
            continue;
        if (!play_eval(stage, 0, i, &want) || want != one->byte[n])
            return false;
    }
    return n == one->bytes;
}

static void fail(play_stage *stage, const lang_node *node, const sent_transfer *one,
                 const char *what)
{
    char message[FAILURE_BYTES];
    size_t used = (size_t)snprintf(message, sizeof message, "%s", what);
    for (unsigned i = 0; one != NULL && i < one->bytes && i < SENT_BYTE_MAX; i++)
        used += (size_t)snprintf(message + used, sizeof message - used, " 0x%02X", one->byte[i]);
    act_fail(stage, "sends", message, lang_text(stage->program, node->text));
}

static void expect_one(play_stage *stage, const lang_node *node)
{
    const bool lost = node->value == LANG_SLAVE_LOST;
    const bool come = expect_wait(stage, node, has_come);
    if (stage->ended)
        return;
    if (!come && stage->sent_lost) {
        verdict_reason(stage, PLAY_ERROR, "", "the slave made more transfers than are kept");
        return;
    }
    if (!come) {
        fail(stage, node, NULL,
             lost ? "the slave has lost no transfer" : "the slave has made no such transfer");
        return;
    }
    sent_transfer *one = asked_one(stage, node);
    for (sent_transfer *before = stage->sent; before <= one; before++)
        before->taken = true; // what it has tried before it, too
    if (!lost && !bytes_fit(stage, node, one))
        fail(stage, node, one, "the slave has sent");
}

void act_expect_slave(play_stage *stage, const lang_node *node)
{
    if (node->value != LANG_SLAVE_SILENT)
        expect_one(stage, node);
    else if (expect_wait(stage, node, has_begun) && !stage->ended)
        fail(stage, node, untaken(stage), "the slave has made a transfer:");
}

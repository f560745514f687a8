// The slave's own model of its data (`data model FILE.c`), told what goes over the wire and asked
// whether it is right.
#include "scenarios/play/play_private.h"

#include "slave_under_test/kinds/model.h"

#include <stdio.h>

static const i2cproof_model *table_of(const play_stage *stage)
{
    const slave_adapter *adapter = stage->options.adapter;
    const slave_model *model = adapter->model == NULL ? NULL : adapter->model(stage->options.image);
    return model == NULL ? NULL : model->table;
}

void model_reset(play_stage *stage)
{
    stage->model = table_of(stage);
    stage->model_addressed = stage->model_told = false;
    if (stage->model != NULL && stage->model->reset != NULL)
        stage->model->reset();
}

void model_leave(play_stage *stage)
{
    stage->model = NULL;
}

/// The model has no more to say in this run: what follows a mistake follows from it.
static void report(play_stage *stage, const i2c_event *event, const char *got, const char *want)
{
    char message[FAILURE_BYTES];
    snprintf(message, sizeof message, "byte %u of 0x%02X%s: %s", event->byte, stage->model_addr7,
             event->to_master ? "+R" : "+W", got);
    play_finding finding = verdict_new(stage, "model", message);
    snprintf(finding.expected, sizeof finding.expected, "%s, as its model says", want);
    finding.at_ps = event->at_ps;
    finding.byte = event->byte;
    finding.wrong_byte = event->to_master;
    model_leave(stage);
    verdict_add(stage, &finding);
}

static void take_address(play_stage *stage, const i2c_event *event)
{
    stage->model_addressed = (event->by >> stage->slave_node & 1u) != 0;
    stage->model_addr7 = event->value >> 1;
    stage->model_told = stage->model_told || stage->model_addressed;
    if (stage->model_addressed && stage->model->addressed != NULL)
        stage->model->addressed(stage->model_addr7, event->value & 1);
}

static void take_sent(play_stage *stage, const i2c_event *event)
{
    const int want = stage->model->next == NULL ? I2CPROOF_ANY : stage->model->next();
    char got_text[8];
    char want_text[8];
    if (want == I2CPROOF_ANY || want == event->value)
        return;
    snprintf(got_text, sizeof got_text, "0x%02X", event->value);
    snprintf(want_text, sizeof want_text, "0x%02X", (unsigned)want & 0xFF);
    report(stage, event, got_text, want_text);
}

static void take_written(play_stage *stage, const i2c_event *event)
{
    const bool acked = (event->by >> stage->slave_node & 1u) != 0;
    if (stage->model->written == NULL || stage->model->written(event->value, acked) != 0)
        return;
    report(stage, event, acked ? "A: acknowledged" : "N: not acknowledged", acked ? "N" : "A");
}

void model_event(play_stage *stage, const i2c_event *event)
{
    switch (event->kind) {
    case I2C_EVENT_START:
    case I2C_EVENT_SR:
        stage->model_addressed = false;
        break;
    case I2C_EVENT_ACK:
        if (event->byte == 0)
            take_address(stage, event);
        else if (stage->model_addressed && event->to_master)
            take_sent(stage, event);
        else if (stage->model_addressed)
            take_written(stage, event);
        break;
    case I2C_EVENT_STOP:
        if (stage->model_told && stage->model->stopped != NULL)
            stage->model->stopped();
        stage->model_told = stage->model_addressed = false;
        break;
    case I2C_EVENT_BYTE:
    case I2C_EVENT_LOST:
        break;
    }
}

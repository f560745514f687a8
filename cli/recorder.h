/// What is to be seen of a case, recorded while it is played, for slaves of which no case can be
/// played again: the simulation of the case in which its first finding was made, or its last one.
#ifndef CLI_RECORDER_H
#define CLI_RECORDER_H

#include "cli/wave_facts.h"
#include "scenarios/play/play.h"
#include "sim/trace.h"

typedef struct recorder recorder;

/// NULL without memory.
recorder *recorder_new(void);
void recorder_free(recorder *r);
/// Has a stage record that is made with the options. The recorder must outlive it.
void recorder_attach(recorder *r, play_stage_options *options);
/// Forgets what there is: a case begins on that stage.
void recorder_begin(recorder *r, const play_stage *stage);
/// What has been recorded since; a trace that went round has lost its oldest records.
i2c_trace *recorder_trace(recorder *r);
/// The end and the findings of that simulation.
const wave_facts *recorder_facts(const recorder *r);

#endif

/// What a slave does on the bus and its file does not say: it is probed before a run, and each such
/// feature is one note.
#ifndef CLI_FEATURES_H
#define CLI_FEATURES_H

#include "cli/lineup.h"
#include "scenarios/probe/probe.h"

enum { FEATURES_MAX = 12, FEATURE_TEXT_BYTES = 400 };

typedef struct {
    char key[24];   ///< that could declare it; "" for what no key allows
    char value[64]; ///< as it would be declared
    char how[240];  ///< what was seen
} feature;

typedef struct {
    feature at[FEATURES_MAX];
    unsigned count;
    char unprobed[256]; ///< the probe ended early: how; else ""
} features;

/// Probes the slave. What goes wrong is kept as a text, for the cases of a run show it, too.
void features_probe(features *found, const lineup_slave *one);
/// "general_call ack is undeclared: 0x00 + W is acknowledged". Returns `text`.
const char *feature_text(const feature *one, char text[FEATURE_TEXT_BYTES]);

#endif

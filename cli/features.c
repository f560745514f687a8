#include "cli/features.h"

#include "cli/probe_apart.h"

#include <stdio.h>
#include <stdlib.h>

static void keep(features *found, const probe_line *line)
{
    if (!line->present || line->stand != PROBE_UNDECLARED || found->count == FEATURES_MAX)
        return;
    feature *one = &found->at[found->count++];
    snprintf(one->key, sizeof one->key, "%s", line->key);
    snprintf(one->value, sizeof one->value, "%.*s", (int)sizeof one->value - 1, line->text);
    snprintf(one->how, sizeof one->how, "%s", line->how);
}

void features_probe(features *found, const lineup_slave *one)
{
    probe_report report;
    master_spec asker;
    *found = (features){0};
    if (!probe_default_master(&asker, one->description, found->unprobed, sizeof found->unprobed))
        return;
    probe_lines *lines = malloc(sizeof *lines);
    if (lines == NULL) {
        snprintf(found->unprobed, sizeof found->unprobed, "out of memory");
        return;
    }
    (void)probe_apart(one, &asker, PROBE_FEATURES, &report, found->unprobed,
                      sizeof found->unprobed);
    probe_say(lines, &report, one->description);
    for (unsigned i = 0; i < lines->count; i++)
        keep(found, &lines->line[i]);
    free(lines);
}

const char *feature_text(const feature *one, char text[FEATURE_TEXT_BYTES])
{
    if (one->key[0] == '\0')
        snprintf(text, FEATURE_TEXT_BYTES, "%s", one->how);
    else
        snprintf(text, FEATURE_TEXT_BYTES, "%s %s is undeclared: %s", one->key, one->value,
                 one->how);
    return text;
}

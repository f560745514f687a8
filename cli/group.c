#include "cli/group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool group_table_init(group_table *table)
{
    *table = (group_table){.group = calloc(GROUP_MAX, sizeof(finding_group))};
    return table->group != NULL;
}

void group_table_free(group_table *table)
{
    for (unsigned i = 0; i < table->count; i++)
        free(table->group[i].drawing);
    free(table->group);
    *table = (group_table){0};
}

/// The blamed place: what the node was doing, or without that what was found.
static bool same_place(const play_finding *a, const play_finding *b)
{
    if (strcmp(a->blame, b->blame) != 0)
        return false;
    // A crash leaves no place; how it ended tells one from the other.
    if (strcmp(a->rule, "crash") == 0)
        return strcmp(a->message, b->message) == 0;
    if (a->where[0] != '\0' || b->where[0] != '\0')
        return strcmp(a->where, b->where) == 0;
    return strcmp(a->title, b->title) == 0;
}

/// A bracket speaks in the name of its scenario's first row, so one fault of the slave breaks as
/// many rows as there are scenarios that meet it. What the slave answered is the same in all of
/// them.
static bool same_answer(const play_finding *a, const play_finding *b)
{
    return a->where[0] == '\0' && b->where[0] == '\0' && a->text[0] != '\0' && b->text[0] != '\0' &&
           strcmp(a->blame, b->blame) == 0 && strcmp(a->message, b->message) == 0;
}

static bool fits(const finding_group *group, unsigned slave, const play_finding *finding,
                 finding_standing standing)
{
    return group->slave == slave && group->standing == standing &&
           group->finding.verdict == finding->verdict &&
           (same_answer(&group->finding, finding) ||
            (strcmp(group->finding.rule, finding->rule) == 0 &&
             same_place(&group->finding, finding)));
}

static finding_group *find(const group_table *table, unsigned slave, const play_finding *finding,
                           finding_standing standing)
{
    for (unsigned i = 0; i < table->count; i++)
        if (fits(&table->group[i], slave, finding, standing))
            return &table->group[i];
    return NULL;
}

static void note_scenario(finding_group *group, const char *scenario)
{
    if (group->scenarios > 0 && strncmp(group->last_scenario, scenario, GROUP_NAME_BYTES - 1) == 0)
        return;
    snprintf(group->last_scenario, GROUP_NAME_BYTES, "%s", scenario);
    if (group->scenarios < GROUP_NAMES)
        snprintf(group->scenario[group->scenarios], GROUP_NAME_BYTES, "%s", scenario);
    group->scenarios++;
}

/// A whole transfer tells more than one that a sweep cuts off; findings of other rules are in the
/// group by their answer alone.
static bool is_plainer(const finding_group *group, const play_case *one,
                       const play_finding *finding)
{
    return group->shown.sweep >= 0 && one->sweep < 0 &&
           strcmp(group->finding.rule, finding->rule) == 0;
}

bool group_shows(const finding_group *group, const play_case *one, const play_finding *finding)
{
    return group->shown.index == one->index && group->finding.at_ps == finding->at_ps &&
           group->finding.point == finding->point;
}

finding_group *group_add(group_table *table, unsigned slave, const play_case *one,
                         const char *scenario, const play_finding *finding,
                         finding_standing standing)
{
    finding_group *group = find(table, slave, finding, standing);
    if (group == NULL) {
        if (table->count == GROUP_MAX) {
            table->dropped++;
            return NULL;
        }
        group = &table->group[table->count++];
        *group = (finding_group){
            .slave = slave, .standing = standing, .shown = *one, .finding = *finding};
    }
    if (is_plainer(group, one, finding)) {
        group->shown = *one;
        group->finding = *finding;
    }
    if (group->last_case == one->index + 1)
        return group;
    group->last_case = one->index + 1;
    group->cases++;
    group->masters |= UINT64_C(1) << (one->master % 64);
    note_scenario(group, scenario);
    return group;
}

/// Lower is shown earlier.
static unsigned rank(const finding_group *group)
{
    unsigned weight = (unsigned)(PLAY_VERDICT_COUNT - group->finding.verdict);
    // Where this fails, everything that recovers fails with it.
    if (strcmp(group->finding.rule, "known_good") == 0)
        weight = 0;
    if (group->standing == STANDING_KNOWN)
        weight += 100;
    if (group->standing == STANDING_ACCEPTED)
        weight += 200;
    return weight;
}

static bool comes_before(const finding_group *a, const finding_group *b)
{
    if (a->slave != b->slave)
        return a->slave < b->slave;
    if (rank(a) != rank(b))
        return rank(a) < rank(b);
    if (a->leads != b->leads)
        return a->leads > b->leads;
    return a->cases > b->cases;
}

void group_sort(group_table *table)
{
    // Insertion keeps equal ones in their order; the table is small.
    for (unsigned i = 1; i < table->count; i++) {
        const finding_group moved = table->group[i];
        unsigned k = i;
        for (; k > 0 && comes_before(&moved, &table->group[k - 1]); k--)
            table->group[k] = table->group[k - 1];
        table->group[k] = moved;
    }
}

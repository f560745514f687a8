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
        pictures_free(&table->group[i].pictures);
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

static bool same_cause(const play_finding *known, const play_finding *finding)
{
    return known->verdict == finding->verdict &&
           (same_answer(known, finding) ||
            (strcmp(known->rule, finding->rule) == 0 && same_place(known, finding)));
}

static bool fits(const finding_group *group, const group_finding *added)
{
    return group->slave == added->slave && group->standing == added->standing &&
           (same_cause(&group->first, added->finding) ||
            same_cause(&group->finding, added->finding));
}

static finding_group *find(const group_table *table, const group_finding *added)
{
    for (unsigned i = 0; i < table->count; i++)
        if (fits(&table->group[i], added))
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

/// Cases come scenario by scenario.
static void note_place(finding_group *group, const play_case *one)
{
    group_place *last = group->places > 0 ? &group->place[group->places - 1] : NULL;
    if (last == NULL || last->program != one->program || last->scenario != one->scenario) {
        if (group->places == GROUP_PLACES)
            return;
        last = &group->place[group->places++];
        *last = (group_place){.program = one->program, .scenario = one->scenario};
    }
    last->masters |= UINT64_C(1) << (one->master % 64);
}

bool group_shows(const finding_group *group, const play_case *one, const play_finding *finding)
{
    return group->shown.index == one->index && group->finding.at_ps == finding->at_ps &&
           group->finding.point == finding->point &&
           strcmp(group->finding.rule, finding->rule) == 0;
}

static void show(finding_group *group, const group_finding *added)
{
    group->shown = *added->one;
    group->effort = added->effort;
    group->finding = *added->finding;
}

static finding_group *begin_group(group_table *table, const group_finding *added)
{
    if (table->count == GROUP_MAX) {
        table->dropped++;
        return NULL;
    }
    finding_group *group = &table->group[table->count++];
    *group = (finding_group){
        .slave = added->slave, .standing = added->standing, .first = *added->finding};
    show(group, added);
    return group;
}

/// Where this fails, everything that recovers fails with it: it stands for its group and comes
/// first.
static bool is_known_good(const finding_group *group)
{
    return strcmp(group->finding.rule, "known_good") == 0;
}

finding_group *group_add(group_table *table, const group_finding *added)
{
    finding_group *group = find(table, added);
    if (group == NULL)
        group = begin_group(table, added);
    else if (added->effort < group->effort && !is_known_good(group))
        show(group, added);
    if (group == NULL || group->last_case == added->one->index + 1)
        return group;
    group->last_case = added->one->index + 1;
    group->cases++;
    group->masters |= UINT64_C(1) << (added->one->master % 64);
    note_scenario(group, added->scenario);
    note_place(group, added->one);
    return group;
}

/// Lower is shown earlier.
static unsigned rank(const finding_group *group)
{
    unsigned weight = (unsigned)(PLAY_VERDICT_COUNT - group->finding.verdict);
    if (is_known_good(group))
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

// Writes docs/requirements.md: what a slave must do, and what of it is checked by what.
#include "cli/row_state.h"

#include <stdio.h>
#include <string.h>

static unsigned count_of(row_state state, const char *family)
{
    unsigned count = 0;
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        count += row_state_of(row) == state && strncmp(row->id, family, strlen(family)) == 0;
    }
    return count;
}

static void write_sums(void)
{
    static const struct {
        const char *prefix, *name;
    } families[] = {{"I2C-", "I2C"}, {"SMB-", "SMBus"}, {"PMB-", "PMBus"}};
    printf("| | checked | not observable | planned |\n|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        printf("| %s | %u | %u | %u |\n", families[i].name,
               count_of(ROW_CHECKED, families[i].prefix),
               count_of(ROW_NOT_OBSERVABLE, families[i].prefix),
               count_of(ROW_PLANNED, families[i].prefix));
}

/// A name that is a rule and the row itself needs no mention.
static void write_rules(const requirement_row *row, bool first)
{
    for (size_t i = 0; row_rule(row, i) != NULL; i++, first = false)
        printf("%srule `%s`", first ? "" : ", ", row_rule(row, i)->id);
}

static void write_checks(const requirement_row *row)
{
    size_t i = 0;
    for (; row_scenario(row, i) != NULL; i++)
        printf("%s`%s`", i == 0 ? "" : ", ", row_scenario(row, i));
    write_rules(row, i == 0);
    printf("%s", row_state_reason(row));
}

static void write_row(const requirement_row *row)
{
    const bool conditional = row->condition[0] != '\0';
    static const char *const state[] = {[ROW_CHECKED] = "checked",
                                        [ROW_NOT_OBSERVABLE] = "not observable",
                                        [ROW_PLANNED] = "planned"};
    printf("| %s | %c%s%s%s | %s | %s | ", row->id, requirement_level_letter(row->level),
           conditional ? " (" : "", row->condition, conditional ? ")" : "", row->requirement,
           state[row_state_of(row)]);
    write_checks(row);
    printf(" |\n");
}

int main(void)
{
    const requirement_group *group = NULL;
    printf("# Requirements\n\nGenerated from the catalogue, the suite and the rules (program "
           "`requirements_doc`); a test compares it.\n\nLevels: M required, C required of slaves "
           "that declare the condition, R good practice, O left to the slave, I for information. "
           "`i2cproof explain ID` says how a row is tested and what usually breaks it.\n\n");
    write_sums();
    for (size_t i = 0; i < requirement_count(); i++) {
        const requirement_row *row = requirement_at(i);
        if (row->group != group)
            printf("\n## %s: %s\n\n| row | level | asks | state | by |\n|---|---|---|---|---|\n",
                   row->group->name, row->group->title);
        group = row->group;
        write_row(row);
    }
    return 0;
}

#include "sim/rules_private.h"

#include <stddef.h>
#include <string.h>

#define ROW(name, id, level, rows, clause, title) {id, rows, clause, title, level},
const i2c_rule i2c_rule_table[I2C_RULE_COUNT] = {I2C_RULE_MAP(ROW)};
#undef ROW

const i2c_rule *i2c_rule_at(unsigned i)
{
    return i < I2C_RULE_COUNT ? &i2c_rule_table[i] : NULL;
}

const i2c_rule *i2c_rule_find(const char *id)
{
    for (unsigned i = 0; i < I2C_RULE_COUNT; i++)
        if (strcmp(i2c_rule_table[i].id, id) == 0)
            return &i2c_rule_table[i];
    return NULL;
}

bool i2c_rows_have(const char *rows, const char *row)
{
    const size_t bytes = strlen(row);
    for (const char *at = rows; (at = strstr(at, row)) != NULL; at += bytes)
        if ((at == rows || at[-1] == ' ') && (at[bytes] == '\0' || at[bytes] == ' '))
            return true;
    return false;
}

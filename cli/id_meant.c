#include "cli/id_meant.h"

#include "scenarios/play/play.h"
#include "scenarios/requirements/requirements.h"
#include "sim/nearest.h"
#include "sim/rules.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { IDS_MAX = 1024, ID_BYTES = 48 };

bool id_has_form(const char *text)
{
    static const char *const families[] = {"I2C-", "SMB-", "PMB-", "FM-"};
    if (strchr(text, ' ') != NULL)
        return false;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (strncasecmp(text, families[i], strlen(families[i])) == 0)
            return true;
    return false;
}

static const char *known(const char *id)
{
    const requirement_row *row = requirement_find(id);
    const requirement_failure *failure = requirement_failure_find(id);
    return row != NULL ? row->id : failure != NULL ? failure->id : NULL;
}

/// `I2C-RD-3` for I2C-RD-03.
static const char *with_zero(const char *id, size_t group_bytes)
{
    char text[ID_BYTES];
    snprintf(text, sizeof text, "%.*s0%s", (int)group_bytes, id, id + group_bytes);
    return known(text);
}

/// Rows whose id begins as this one does, as far as `group_bytes`; 0: rows and rules, all of them.
static size_t gather(const char *id, size_t group_bytes, const char **ids)
{
    size_t count = 0;
    for (size_t i = 0; requirement_at(i) != NULL && count < IDS_MAX; i++)
        if (strncasecmp(requirement_at(i)->id, id, group_bytes) == 0)
            ids[count++] = requirement_at(i)->id;
    for (unsigned i = 0; group_bytes == 0 && i2c_rule_at(i) != NULL && count < IDS_MAX; i++)
        ids[count++] = i2c_rule_at(i)->id;
    for (unsigned i = 0; group_bytes == 0 && play_rule_at(i) != NULL && count < IDS_MAX; i++)
        ids[count++] = play_rule_at(i)->id;
    return count;
}

const char *id_meant(const char *id)
{
    const char *ids[IDS_MAX];
    const char *dash = strrchr(id, '-');
    const size_t group_bytes = dash == NULL ? 0 : (size_t)(dash - id) + 1;
    const char *meant = known(id); // in lower case
    if (strlen(id) + 2 > ID_BYTES)
        return NULL;
    if (meant == NULL && group_bytes > 0)
        meant = with_zero(id, group_bytes);
    if (meant == NULL && group_bytes > 0)
        meant = i2c_nearest(id, ids, gather(id, group_bytes, ids));
    if (meant == NULL && group_bytes > 0 && id_has_form(id))
        return i2c_nearest_within(id, ids, gather(id, 0, ids), 1);
    return meant != NULL ? meant : i2c_nearest(id, ids, gather(id, 0, ids));
}

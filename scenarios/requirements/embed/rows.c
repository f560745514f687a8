// Terms, groups and rows.
#include "scenarios/requirements/embed/catalogue.h"

#include <string.h>

enum { NAME, KIND, NEED, MEANING, TERM_KEYS };

void embed_take_terms(embed_catalogue *catalogue, const embed_records *records)
{
    static const embed_wanted wanted[TERM_KEYS] = {
        [NAME] = {"name", true},
        [KIND] = {"kind", true},
        [NEED] = {"need", true},
        [MEANING] = {"meaning", true},
    };
    for (size_t i = 0; i < records->count; i++) {
        const embed_record *record = &records->at[i];
        const char *value[TERM_KEYS];
        if (!embed_pick(catalogue, record, wanted, TERM_KEYS, value)) {
            continue;
        }
        const bool is_mode = strcmp(value[KIND], "mode") == 0;
        if (!is_mode && strcmp(value[KIND], "feature") != 0) {
            embed_error(catalogue->messages, record->path, embed_line_of(record, "kind"),
                        "kind is `mode` or `feature`");
        }
        for (size_t n = 0; n < catalogue->terms; n++) {
            if (strcmp(catalogue->term[n].name, value[NAME]) == 0) {
                embed_error(catalogue->messages, record->path, embed_line_of(record, "name"),
                            "`%s` is there already", value[NAME]);
            }
        }
        catalogue->term = embed_grown(catalogue->memory, catalogue->term, catalogue->terms,
                                      sizeof(*catalogue->term));
        catalogue->term[catalogue->terms++] = (embed_term){.name = value[NAME],
                                                           .need = value[NEED],
                                                           .meaning = value[MEANING],
                                                           .is_mode = is_mode};
    }
}

static bool find_term(const embed_catalogue *catalogue, const char *name, size_t *index)
{
    for (*index = 0; *index < catalogue->terms; (*index)++) {
        if (strcmp(catalogue->term[*index].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void take_group(embed_catalogue *catalogue, const embed_record *record)
{
    static const embed_wanted wanted[] = {{"group", true}, {"title", true}, {"about", false}};
    const char *value[3];
    (void)embed_pick(catalogue, record, wanted, 3, value);
    embed_group group = {.name = value[0], .title = value[1], .has_term = value[2][0] != '\0'};
    if (group.has_term && !find_term(catalogue, value[2], &group.term)) {
        embed_error(catalogue->messages, record->path, embed_line_of(record, "about"),
                    "unknown condition `%s`", value[2]);
    }
    catalogue->group = embed_grown(catalogue->memory, catalogue->group, catalogue->groups,
                                   sizeof(*catalogue->group));
    catalogue->group[catalogue->groups++] = group;
}

/// The number of an id `GROUP-nn` with two digits, or 0.
static unsigned number_of(const char *id, const char *group)
{
    const size_t bytes = strlen(group);
    if (strncmp(id, group, bytes) != 0 || strlen(id) != bytes + 3 || id[bytes] != '-') {
        return 0;
    }
    const char *digits = id + bytes + 1;
    if (strspn(digits, "0123456789") != 2) {
        return 0;
    }
    return (unsigned)(digits[0] - '0') * 10 + (unsigned)(digits[1] - '0');
}

/// Ids count up from 01, so that a row that was dropped or doubled in editing is noticed.
static void check_id(const embed_catalogue *catalogue, const embed_record *record, const char *id,
                     unsigned expected)
{
    const char *group = catalogue->group[catalogue->groups - 1].name;
    if (number_of(id, group) != expected) {
        embed_error(catalogue->messages, record->path, embed_line_of(record, "id"),
                    "expected the id %s-%02u, found `%s`", group, expected, id);
    }
}

static const char *joined(embed_memory *memory, const char *a, const char *b, const char *c)
{
    const size_t bytes[] = {strlen(a), strlen(b), strlen(c)};
    char *text = embed_memory_take(memory, bytes[0] + bytes[1] + bytes[2] + 1);
    memcpy(text, a, bytes[0]);
    memcpy(text + bytes[0], b, bytes[1]);
    memcpy(text + bytes[0] + bytes[1], c, bytes[2]);
    return text;
}

/// The terms of one kind in words, joined by `word`.
static const char *in_words(const embed_catalogue *catalogue, const embed_row *row, bool modes,
                            const char *word)
{
    const char *text = "";
    for (size_t i = 0; i < row->term_count; i++) {
        const embed_term *term = &catalogue->term[row->terms[i]];
        if (term->is_mode == modes) {
            text = joined(catalogue->memory, text, text[0] != '\0' ? word : "", term->meaning);
        }
    }
    return text;
}

static void take_condition(const embed_catalogue *catalogue, const embed_record *record,
                           embed_row *row, const char *text)
{
    const size_t bytes = strlen(text);
    if (bytes < 4 || text[1] != '(' || text[bytes - 1] != ')') {
        embed_error(catalogue->messages, record->path, embed_line_of(record, "level"),
                    "a conditional level is C(NAME,...)");
        return;
    }
    row->condition = embed_memory_copy(catalogue->memory, text + 2, bytes - 3);
    const embed_list names = embed_split(catalogue, row->condition, ",");
    row->terms = embed_memory_take(catalogue->memory, names.count * sizeof(*row->terms) + 1);
    for (size_t i = 0; i < names.count; i++) {
        size_t term = 0;
        if (find_term(catalogue, names.at[i], &term)) {
            row->terms[row->term_count++] = term;
        } else {
            embed_error(catalogue->messages, record->path, embed_line_of(record, "level"),
                        "unknown condition `%s`", names.at[i]);
        }
    }
    const char *modes = in_words(catalogue, row, true, " or ");
    const char *features = in_words(catalogue, row, false, " and ");
    const bool both = modes[0] != '\0' && features[0] != '\0';
    row->condition_text = joined(catalogue->memory, modes, both ? ", with " : "", features);
}

static void take_level(const embed_catalogue *catalogue, const embed_record *record, embed_row *row,
                       const char *text)
{
    row->level = text[0];
    row->condition = "";
    row->condition_text = "";
    if (text[0] == 'C') {
        take_condition(catalogue, record, row, text);
    } else if (strlen(text) != 1 || strchr("MORI", text[0]) == NULL) {
        embed_error(catalogue->messages, record->path, embed_line_of(record, "level"),
                    "level is M, O, C(NAME,...), R or I, not `%s`", text);
    }
}

static void check_row(const embed_catalogue *catalogue, const embed_record *record,
                      const embed_row *row)
{
    embed_messages *messages = catalogue->messages;
    if (row->observe[strspn(row->observe, "LDHA")] != '\0') {
        embed_error(messages, record->path, embed_line_of(record, "observe"),
                    "observe takes the letters L, D, H and A, not `%s`", row->observe);
    }
    if ((row->stimulus[0] == '\0') != (row->expected[0] == '\0')) {
        embed_error(messages, record->path, record->line, "`stimulus` and `expected` go together");
    }
    if ((row->cause[0] == '\0') != (row->cure[0] == '\0')) {
        embed_error(messages, record->path, record->line, "`cause` and `cure` go together");
    }
}

enum {
    ID,
    LEVEL,
    OBSERVE,
    CLAUSE,
    REQUIREMENT,
    STIMULUS,
    EXPECTED,
    READING,
    CAUSE,
    CURE,
    UNSEEN,
    ROW_KEYS
};

static void take_row(embed_catalogue *catalogue, const embed_record *record, unsigned number)
{
    static const embed_wanted wanted[ROW_KEYS] = {
        [ID] = {"id", true},
        [LEVEL] = {"level", true},
        [OBSERVE] = {"observe", true},
        [CLAUSE] = {"clause", true},
        [REQUIREMENT] = {"requirement", true},
        [STIMULUS] = {"stimulus", false},
        [EXPECTED] = {"expected", false},
        [READING] = {"reading", false},
        [CAUSE] = {"cause", false},
        [CURE] = {"cure", false},
        [UNSEEN] = {"unseen", false},
    };
    const char *value[ROW_KEYS];
    if (!embed_pick(catalogue, record, wanted, ROW_KEYS, value)) {
        return;
    }
    embed_row row = {.id = value[ID],
                     .group = catalogue->groups - 1,
                     .observe = value[OBSERVE],
                     .clause = value[CLAUSE],
                     .requirement = value[REQUIREMENT],
                     .stimulus = value[STIMULUS],
                     .expected = value[EXPECTED],
                     .reading = value[READING],
                     .cause = value[CAUSE],
                     .cure = value[CURE],
                     .unseen = value[UNSEEN]};
    check_id(catalogue, record, row.id, number);
    take_level(catalogue, record, &row, value[LEVEL]);
    check_row(catalogue, record, &row);
    catalogue->row =
        embed_grown(catalogue->memory, catalogue->row, catalogue->rows, sizeof(*catalogue->row));
    catalogue->row[catalogue->rows++] = row;
}

void embed_take_rows(embed_catalogue *catalogue, const embed_records *records)
{
    if (records->count == 0) {
        return;
    }
    take_group(catalogue, &records->at[0]);
    for (size_t i = 1; i < records->count; i++) {
        take_row(catalogue, &records->at[i], (unsigned)i);
    }
}

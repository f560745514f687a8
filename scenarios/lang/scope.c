#include "scenarios/lang/commands.h"
#include "scenarios/lang/parser.h"
#include "scenarios/lang/registers.h"

#include <string.h>

lang_variable *lang_find(lang_parser *p, const lang_token *name)
{
    // The last one first: a group's variable may have the name of an earlier group's.
    for (uint32_t i = p->scope.count; i-- > 0;) {
        lang_variable *v = &p->scope.variables[i];
        if (!v->hidden && v->bytes == name->bytes && memcmp(v->text, name->text, v->bytes) == 0)
            return v;
    }
    return NULL;
}

static bool is_profile_name(const lang_token *name)
{
#define MATCH(id, text, key, type, help)                                                           \
    if (lang_token_is(name, text))                                                                 \
        return true;
    LANG_PROFILE_MAP(MATCH)
#undef MATCH
    if (lang_token_is(name, "command.given") || lang_token_is(name, "command.gives") ||
        lang_token_is(name, "pec"))
        return true;
    return lang_register_set_find(name->text, name->bytes) < LANG_REGISTERS_COUNT ||
           lang_command_set_find(name->text, name->bytes) < LANG_COMMANDS_COUNT;
}

uint32_t lang_declare(lang_parser *p, const lang_token *name, lang_origin origin, lang_type type)
{
    const int shown = (int)(name->bytes < 40 ? name->bytes : 40);
    if (name->kind != LANG_TOKEN_NAME) {
        lang_expected(p, "a name for a variable");
        return LANG_NO_SLOT;
    }
    if (lang_is_reserved(name) || is_profile_name(name)) {
        lang_fail_at(p, name, "\"%.*s\" is a reserved word", shown, name->text);
        return LANG_NO_SLOT;
    }
    lang_variable *old = lang_find(p, name);
    if (old != NULL && origin == LANG_NAME_CAPTURE && old->origin == LANG_NAME_CAPTURE) {
        if (old->type == type)
            return old->slot;
        lang_fail_at(p, name, "\"%.*s\" holds a %s already", shown, name->text,
                     old->type == LANG_TYPE_TIME ? "time" : "number");
        return LANG_NO_SLOT;
    }
    if (old != NULL) {
        lang_fail_at(p, name, "\"%.*s\" is declared already", shown, name->text);
        return LANG_NO_SLOT;
    }
    if (p->scope.count == LANG_VARIABLE_MAX) {
        lang_fail_at(p, name, "more than %d variables", LANG_VARIABLE_MAX);
        return LANG_NO_SLOT;
    }
    const uint32_t slot = p->scope.slot_count++;
    p->scope.variables[p->scope.count++] = (lang_variable){
        .text = name->text, .bytes = name->bytes, .origin = origin, .type = type, .slot = slot};
    return slot;
}

/// Copies names into one buffer of NUL-terminated candidates, as lang_unknown() wants them.
static size_t collect_names(const lang_parser *p, char names[][48], const char **candidates)
{
    size_t n = 0;
    for (uint32_t i = 0; i < p->scope.count; i++) {
        const lang_variable *v = &p->scope.variables[i];
        if (v->hidden || v->bytes >= 48)
            continue;
        memcpy(names[n], v->text, v->bytes);
        names[n][v->bytes] = '\0';
        candidates[n] = names[n];
        n++;
    }
    return n;
}

void lang_unknown_variable(lang_parser *p, const lang_token *name)
{
    char names[LANG_VARIABLE_MAX][48];
    const char *candidates[LANG_VARIABLE_MAX + LANG_PROFILE_COUNT];
    size_t n = collect_names(p, names, candidates);
#define CANDIDATE(id, text, key, type, help) candidates[n++] = text;
    LANG_PROFILE_MAP(CANDIDATE)
#undef CANDIDATE
    lang_unknown(p, name, "name", candidates, n);
}

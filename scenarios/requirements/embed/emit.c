#include "scenarios/requirements/embed/catalogue.h"

#include <string.h>

/// A C string literal. The texts are printable ASCII, so only these two need care.
static void emit_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            fputc('\\', out);
        }
        fputc(*text, out);
    }
    fputc('"', out);
}

static void emit_text_field(FILE *out, const char *name, const char *text)
{
    fprintf(out, "     .%s = ", name);
    emit_text(out, text);
    fputs(",\n", out);
}

/// An array of strings that ends with NULL, as a compound literal: static, for it is at file scope.
static void emit_list_field(FILE *out, const char *name, const embed_list *list)
{
    fprintf(out, "     .%s = (const char *const[]){", name);
    for (size_t i = 0; i < list->count; i++) {
        emit_text(out, list->at[i]);
        fputs(", ", out);
    }
    fputs("NULL},\n", out);
}

static void emit_indices_field(FILE *out, const char *name, const char *type, const char *table,
                               const size_t *index, size_t count)
{
    fprintf(out, "     .%s = (const %s *const[]){", name, type);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "&%s[%zu], ", table, index[i]);
    }
    fputs("NULL},\n", out);
}

static const char *level_name(char level)
{
    switch (level) {
    case 'M':
        return "REQUIREMENT_MANDATORY";
    case 'O':
        return "REQUIREMENT_OPTIONAL";
    case 'C':
        return "REQUIREMENT_CONDITIONAL";
    case 'R':
        return "REQUIREMENT_ROBUST";
    default:
        return "REQUIREMENT_INFORMATIVE";
    }
}

static void emit_sees(FILE *out, const char *observe)
{
    static const struct {
        char letter;
        const char *name;
    } bit[] = {{'L', "REQUIREMENT_SEES_LEVELS"},
               {'D', "REQUIREMENT_SEES_DRIVERS"},
               {'H', "REQUIREMENT_SEES_APPLICATION"},
               {'A', "REQUIREMENT_SEES_ANALOGUE"}};
    fputs("     .sees = 0", out);
    for (size_t i = 0; i < sizeof(bit) / sizeof(bit[0]); i++) {
        if (strchr(observe, bit[i].letter) != NULL) {
            fprintf(out, " | %s", bit[i].name);
        }
    }
    fputs(",\n", out);
}

static void emit_groups(FILE *out, const embed_catalogue *catalogue)
{
    fputs("static const requirement_group groups[] = {\n", out);
    for (size_t i = 0; i < catalogue->groups; i++) {
        fputs("    {\n", out);
        emit_text_field(out, "name", catalogue->group[i].name);
        emit_text_field(out, "title", catalogue->group[i].title);
        if (catalogue->group[i].has_term) {
            fprintf(out, "     .term = &terms[%zu],\n", catalogue->group[i].term);
        }
        fputs("    },\n", out);
    }
    fputs("};\n\n", out);
}

static void emit_terms(FILE *out, const embed_catalogue *catalogue)
{
    fputs("static const requirement_term terms[] = {\n", out);
    for (size_t i = 0; i < catalogue->terms; i++) {
        const embed_term *term = &catalogue->term[i];
        fputs("    {\n", out);
        emit_text_field(out, "name", term->name);
        emit_text_field(out, "need", term->need);
        emit_text_field(out, "meaning", term->meaning);
        fprintf(out, "     .is_mode = %s,\n    },\n", term->is_mode ? "true" : "false");
    }
    fputs("};\n\n", out);
}

static void emit_row(FILE *out, const embed_row *row)
{
    fputs("    {\n", out);
    emit_text_field(out, "id", row->id);
    fprintf(out, "     .group = &groups[%zu],\n", row->group);
    fprintf(out, "     .level = %s,\n", level_name(row->level));
    emit_sees(out, row->observe);
    emit_text_field(out, "condition", row->condition);
    emit_text_field(out, "condition_text", row->condition_text);
    emit_indices_field(out, "terms", "requirement_term", "terms", row->terms, row->term_count);
    emit_text_field(out, "clause", row->clause);
    emit_text_field(out, "requirement", row->requirement);
    emit_text_field(out, "stimulus", row->stimulus);
    emit_text_field(out, "expected", row->expected);
    emit_text_field(out, "reading", row->reading);
    emit_text_field(out, "cause", row->cause);
    emit_text_field(out, "cure", row->cure);
    emit_text_field(out, "unseen", row->unseen);
    fputs("    },\n", out);
}

static void emit_failure(FILE *out, const embed_failure *failure)
{
    fputs("    {\n", out);
    emit_text_field(out, "id", failure->id);
    emit_text_field(out, "title", failure->title);
    emit_text_field(out, "shows", failure->shows);
    emit_text_field(out, "cause", failure->cause);
    emit_list_field(out, "symptoms", &failure->symptoms);
    emit_indices_field(out, "rows", "requirement_row", "requirement_rows", failure->rows,
                       failure->row_count);
    fputs("    },\n", out);
}

static void emit_count(FILE *out, const char *table, size_t count)
{
    fprintf(out, "};\nconst size_t %s_count = %zu;\n\n", table, count);
}

void embed_emit(FILE *out, const embed_catalogue *catalogue)
{
    fputs("// Made by requirements_embed from the text files of scenarios/requirements/.\n"
          "#include \"scenarios/requirements/table.h\"\n\n",
          out);
    emit_terms(out, catalogue);
    emit_groups(out, catalogue);
    fputs("const requirement_row requirement_rows[] = {\n", out);
    for (size_t i = 0; i < catalogue->rows; i++) {
        emit_row(out, &catalogue->row[i]);
    }
    emit_count(out, "requirement_rows", catalogue->rows);
    fputs("const requirement_failure requirement_failures[] = {\n", out);
    for (size_t i = 0; i < catalogue->failures; i++) {
        emit_failure(out, &catalogue->failure[i]);
    }
    emit_count(out, "requirement_failures", catalogue->failures);
    fputs("const requirement_alias requirement_aliases[] = {\n", out);
    for (size_t i = 0; i < catalogue->aliases; i++) {
        fputs("    {", out);
        emit_text(out, catalogue->alias[i].alias);
        fputs(", ", out);
        emit_text(out, catalogue->alias[i].word);
        fputs("},\n", out);
    }
    emit_count(out, "requirement_aliases", catalogue->aliases);
}

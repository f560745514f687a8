#include "scenarios/lang/emit.h"

#include <inttypes.h>

/// Pieces of a string literal, one for each string, so that no piece is long. Octal escapes have
/// three digits: a digit behind them is never taken for a part.
static void emit_strings(FILE *out, const lang_program *program)
{
    fprintf(out, "static const char strings[] =\n    \"");
    // The literal's own closing NUL is the last string's.
    for (uint32_t i = 0; i + 1 < program->string_bytes; i++) {
        const unsigned char c = (unsigned char)program->strings[i];
        if (c == '\0')
            fprintf(out, "\\000\"\n    \"");
        else if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\' || c == '?')
            fprintf(out, "\\%03o", c);
        else
            fputc(c, out);
    }
    fprintf(out, "\";\n\n");
}

static void emit_nodes(FILE *out, const lang_program *program)
{
    fprintf(out, "static const lang_node nodes[] = {\n");
    for (uint32_t i = 0; i < program->node_count; i++) {
        const lang_node *n = &program->nodes[i];
        fprintf(out, "    {%u, %u, %u, %u, %u, %u, %uu, %uu, %uu, %uu, %u, ", n->kind, n->file,
                n->line, n->column, n->text, n->next, n->a, n->b, n->c, n->d, n->body);
        // The smallest has no literal of its own: 9223372036854775808 is one too many.
        if (n->value == INT64_MIN)
            fprintf(out, "INT64_MIN},\n");
        else
            fprintf(out, "INT64_C(%" PRId64 ")},\n", n->value);
    }
    fprintf(out, "};\n\n");
}

static void emit_scenarios(FILE *out, const lang_program *program)
{
    if (program->scenario_count == 0)
        return;
    fprintf(out, "static const lang_scenario scenarios[] = {\n");
    for (uint32_t i = 0; i < program->scenario_count; i++) {
        const lang_scenario *s = &program->scenarios[i];
        fprintf(out,
                "    {%u, %u, %u, %s, %s, %s, %u, %u, %u, %u, %u, %u, %u, %u, %u, %u}, // %s\n",
                s->name, s->title, s->file, s->retries_ok ? "true" : "false",
                s->names_neighbour ? "true" : "false", s->only_long ? "true" : "false", s->line,
                s->column, s->fors, s->masters, s->settings, s->covers, s->needs, s->unless,
                s->body, s->slot_count, program->strings + s->name);
    }
    fprintf(out, "};\n\n");
}

static void emit_transfers(FILE *out, const lang_program *program)
{
    if (program->transfer_count == 0)
        return;
    fprintf(out, "static const lang_transfer_def transfers[] = {\n");
    for (uint32_t i = 0; i < program->transfer_count; i++) {
        const lang_transfer_def *t = &program->transfers[i];
        fprintf(out, "    {%u, %u, %u, %u, %u, %u}, // %s\n", t->name, t->file, t->parameter_count,
                t->line, t->items, t->slot_count, program->strings + t->name);
    }
    fprintf(out, "};\n\n");
}

static void emit_files(FILE *out, const lang_program *program)
{
    if (program->file_count == 0)
        return;
    fprintf(out, "static const lang_file files[] = {\n");
    for (uint32_t i = 0; i < program->file_count; i++)
        fprintf(out, "    {%u},\n", program->files[i].path);
    fprintf(out, "};\n\n");
}

bool lang_emit(FILE *out, const lang_program *program, const char *function)
{
    fprintf(out,
            "// Made by lang_embed from .scenario files; edit those.\n"
            "#include \"scenarios/lang/program.h\"\n\n"
            "const lang_program *%s(void);\n\n",
            function);
    emit_strings(out, program);
    emit_nodes(out, program);
    emit_scenarios(out, program);
    emit_transfers(out, program);
    emit_files(out, program);
    fprintf(
        out,
        "static const lang_program program = {nodes, strings, %s, %s, %s, %u, %u, %u, %u, %u};\n\n",
        program->scenario_count > 0 ? "scenarios" : "0",
        program->transfer_count > 0 ? "transfers" : "0", program->file_count > 0 ? "files" : "0",
        program->node_count, program->string_bytes, program->scenario_count,
        program->transfer_count, program->file_count);
    fprintf(out, "const lang_program *%s(void)\n{\n    return &program;\n}\n", function);
    return fflush(out) == 0 && !ferror(out);
}

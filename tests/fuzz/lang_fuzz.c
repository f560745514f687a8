/// Compiles any bytes as a .scenario file. What compiles is walked as a player would: every index
/// must lead somewhere, every constant domain must count.
#include "scenarios/lang/eval.h"
#include "scenarios/lang/lang.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void check_program(const lang_program *program)
{
    for (uint32_t i = 1; i < program->node_count; i++) {
        const lang_node *node = lang_at(program, i);
        require(node->kind > LANG_UNUSED && node->kind < LANG_KIND_COUNT);
        require(node->next < program->node_count && node->body < program->node_count);
        require(node->text < program->string_bytes && node->line > 0 && node->column > 0);
        if (node->kind == LANG_CALL)
            require(node->a < program->transfer_count);
    }
    for (uint32_t i = 0; i < program->scenario_count; i++) {
        const lang_scenario *scenario = &program->scenarios[i];
        const lang_env env = {.program = program, .seed = 1};
        require(scenario->body != LANG_NONE && scenario->name < program->string_bytes);
        for (uint32_t f = scenario->fors; f != LANG_NONE; f = lang_at(program, f)->next) {
            uint64_t count = 0;
            int64_t value = 0;
            if (lang_domain_count(&env, lang_at(program, f)->c, &count, NULL) == LANG_EVAL_OK &&
                count > 0)
                (void)lang_domain_value(&env, lang_at(program, f)->c, "", count - 1, &value, NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const lang_source source = {"fuzz.scenario", (const char *)data, size};
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    lang_program *program = NULL;
    require(diagnostics != NULL);
    const lang_status status = lang_compile(&program, &source, 1, NULL, diagnostics);
    require((status == LANG_OK) == (program != NULL));
    require(status != LANG_FAULTY || lang_diagnostics_total(diagnostics) > 0);
    if (program != NULL)
        check_program(program);
    char text[256];
    (void)lang_diagnostics_text(diagnostics, text, sizeof text);
    lang_program_free(program);
    lang_diagnostics_free(diagnostics);
    return 0;
}

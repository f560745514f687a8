/// lang_embed: compiles .scenario files into a C file at build time.
///
///     lang_embed --out FILE --function NAME [SCENARIO...]
///
/// Mistakes, among them `covers` of a row that does not exist, go to stderr as path:line:column;
/// then the exit status is 1 and no file is left behind.
#include "scenarios/lang/emit.h"
#include "scenarios/lang/lang.h"
#include "scenarios/requirements/requirements.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *out;
    const char *function;
    const char **files;
    size_t file_count;
} arguments;

static bool read_arguments(arguments *a, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const bool more = i + 1 < argc;
        if (strcmp(argv[i], "--out") == 0 && more)
            a->out = argv[++i];
        else if (strcmp(argv[i], "--function") == 0 && more)
            a->function = argv[++i];
        else if (argv[i][0] == '-')
            return false;
        else
            a->files[a->file_count++] = argv[i];
    }
    return a->out != NULL && a->function != NULL;
}

static bool row_is_known(void *ctx, const char *id, const char **near)
{
    (void)ctx;
    (void)near; // the suite's own authors have the catalogue beside it
    return requirement_find(id) != NULL;
}

static int write_program(const arguments *a, const lang_program *program)
{
    FILE *out = fopen(a->out, "wb");
    bool good = out != NULL && lang_emit(out, program, a->function);
    const int reason = errno;
    if (out != NULL && fclose(out) != 0)
        good = false;
    if (good)
        return 0;
    fprintf(stderr, "%s: error: cannot write: %s\n", a->out, strerror(reason));
    remove(a->out);
    return 1;
}

static int complain(lang_status status, const lang_diagnostics *diagnostics)
{
    if (status == LANG_NO_MEMORY) {
        fprintf(stderr, "lang_embed: error: out of memory\n");
        return 1;
    }
    const size_t length = lang_diagnostics_text(diagnostics, NULL, 0);
    char *text = malloc(length + 1);
    if (text != NULL) {
        lang_diagnostics_text(diagnostics, text, length + 1);
        fputs(text, stderr);
    }
    free(text);
    return 1;
}

static int compile(const arguments *a)
{
    lang_program *program = NULL;
    lang_diagnostics *diagnostics = lang_diagnostics_new();
    int result = 1;
    if (diagnostics != NULL) {
        const lang_options options = {.row_known = row_is_known};
        const lang_status status =
            lang_compile_files(&program, a->files, a->file_count, &options, diagnostics);
        result = status == LANG_OK ? write_program(a, program) : complain(status, diagnostics);
    }
    lang_program_free(program);
    lang_diagnostics_free(diagnostics);
    return result;
}

int main(int argc, char **argv)
{
    arguments a = {.files = calloc((size_t)argc, sizeof *a.files)};
    if (a.files == NULL || !read_arguments(&a, argc, argv)) {
        fprintf(stderr, "usage: lang_embed --out FILE --function NAME [SCENARIO...]\n");
        free(a.files);
        return 2;
    }
    const int result = compile(&a);
    free(a.files);
    return result;
}

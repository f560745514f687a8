#define _GNU_SOURCE // mkdtemp, realpath, strdup

#include "slave_under_test/kinds/build_private.h"

#include "slave_under_test/kinds/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- content hashes ---------------------------------------------------------------------------

/// FNV-1a (Fowler, Noll, Vo) twice with different starts: 128 bits against accidents, not attacks.
typedef struct {
    uint64_t a, b;
} hash;

static hash hash_start(void)
{
    return (hash){UINT64_C(0xCBF29CE484222325), UINT64_C(0x9AE16A3B2F90404F)};
}

static void hash_bytes(hash *h, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++) {
        h->a = (h->a ^ at[i]) * UINT64_C(0x100000001B3);
        h->b = (h->b ^ at[i]) * UINT64_C(0x10000000233);
    }
}

/// With its end, so that "ab" "c" differs from "a" "bc".
static void hash_text(hash *h, const char *text)
{
    hash_bytes(h, text, strlen(text) + 1);
}

static bool hash_file(hash *h, const char *path)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    char block[1 << 14];
    size_t got;
    uint64_t total = 0;
    while ((got = fread(block, 1, sizeof block, file)) > 0) {
        hash_bytes(h, block, got);
        total += got;
    }
    const bool ok = !ferror(file);
    (void)fclose(file);
    hash_bytes(h, &total, sizeof total);
    return ok;
}

/// The compiler as a file: its path, size and time of change.
static void hash_compiler(hash *h, const char *name)
{
    char path[SLAVE_PATH_BYTES];
    struct stat info;
    hash_text(h, name);
    if (!spawn_find(name, path, sizeof path) || stat(path, &info) != 0)
        return;
    char real[PATH_MAX];
    hash_text(h, realpath(path, real) != NULL ? real : path);
    hash_bytes(h, &info.st_size, sizeof info.st_size);
    hash_bytes(h, &info.st_mtim, sizeof info.st_mtim);
}

static void hash_flags(hash *h, const char *const *flags)
{
    for (; flags != NULL && *flags != NULL; flags++)
        hash_text(h, *flags);
}

/// What the build is made of but for the contents of the files.
static hash hash_recipe(const build *b)
{
    static const char *const variables[] = {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH",
                                            "LIBRARY_PATH"};
    hash h = hash_start();
    for (unsigned i = 0; i < b->compiler_words; i++)
        hash_compiler(&h, b->compiler[i]);
    for (unsigned i = 0; i < b->fixed_count; i++)
        hash_text(&h, b->fixed[i]);
    hash_flags(&h, b->recipe->c_flags);
    hash_flags(&h, b->recipe->cpp_flags);
    hash_flags(&h, b->recipe->sketch_flags);
    hash_text(&h, b->recipe->sketch_header != NULL ? b->recipe->sketch_header : "");
    hash_flags(&h, b->recipe->link_flags);
    for (uint32_t i = 0; b->recipe->own_sources[i] != NULL; i++)
        hash_text(&h, b->recipe->own_sources[i]);
    for (const char *const *flag = b->recipe->own_flags; *flag != NULL; flag++)
        hash_text(&h, *flag);
    for (unsigned i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        hash_text(&h, value != NULL ? value : "");
    }
    for (const char *const *word = b->recipe->translator; word != NULL && *word != NULL; word++)
        word == b->recipe->translator ? hash_compiler(&h, *word) : hash_text(&h, *word);
    char here[PATH_MAX]; // relative paths mean something only with it
    hash_text(&h, getcwd(here, sizeof here) != NULL ? here : "");
    for (uint32_t i = 0; i < b->slave->sources.count; i++)
        hash_text(&h, b->slave->sources.at[i]);
    return h;
}

static bool hash_dependencies(const build *b, hash *h)
{
    for (size_t i = 0; i < b->dependencies_bytes; i += strlen(b->dependencies + i) + 1) {
        hash_text(h, b->dependencies + i);
        if (!hash_file(h, b->dependencies + i))
            return false;
    }
    return b->dependencies_bytes > 0;
}

// ---- paths ------------------------------------------------------------------------------------

static bool join(char *path, const char *folder, const char *name)
{
    const int n = snprintf(path, SLAVE_PATH_BYTES, "%s/%s", folder, name);
    return n > 0 && n < SLAVE_PATH_BYTES;
}

static bool cache_path(const build *b, char *path, hash h, const char *ending)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%016llx%016llx%s", (unsigned long long)h.a,
                   (unsigned long long)h.b, ending);
    return join(path, b->options->cache_dir, name);
}

/// Makes the folder and those above it.
static bool make_folders(const char *path)
{
    char part[SLAVE_PATH_BYTES];
    const size_t length = strlen(path);
    if (length == 0 || length >= sizeof part)
        return false;
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return false;
    }
    return true;
}

static bool make_private_folder(const char *in, char *folder)
{
    return join(folder, in, "i2cproof-XXXXXX") && mkdtemp(folder) != NULL;
}

/// A folder to compile in: in the cache if that can be written, else in the place for such.
static bool make_work_folder(build *b, char *folder)
{
    const char *cache = b->options->cache_dir;
    if (cache != NULL && make_folders(cache) && make_private_folder(cache, folder)) {
        b->cacheable = true;
        return true;
    }
    if (cache != NULL && b->options->note != NULL) {
        char text[SLAVE_PATH_BYTES + 128];
        (void)snprintf(text, sizeof text,
                       "%s: cannot be written (%s): compiled slaves are not kept", cache,
                       strerror(errno));
        b->options->note(b->options->note_ctx, text);
    }
    const char *temporary = getenv("TMPDIR");
    return make_private_folder(temporary != NULL && *temporary != '\0' ? temporary : "/tmp",
                               folder);
}

// ---- what files a build was made of -----------------------------------------------------------

static bool add_dependency(build *b, const char *path)
{
    const size_t bytes = strlen(path) + 1;
    if (b->dependencies_bytes + bytes > DEPENDENCIES_MAX_BYTES)
        return false;
    memcpy(b->dependencies + b->dependencies_bytes, path, bytes);
    b->dependencies_bytes += bytes;
    return true;
}

static int peek(FILE *file)
{
    const int c = getc(file);
    if (c != EOF)
        (void)ungetc(c, file);
    return c;
}

/// The next name of a make rule; blanks and such in it are escaped. False at the end.
static bool next_name(FILE *file, char *name, size_t name_bytes)
{
    size_t n = 0;
    int c;
    while ((c = getc(file)) != EOF) {
        if (c == '\\' && (peek(file) == '\n' || peek(file) == ' ' || peek(file) == '#')) {
            c = getc(file);
            if (c == '\n')
                c = ' ';
            else if (n + 1 < name_bytes) {
                name[n++] = (char)c;
                continue;
            }
        } else if (c == '$' && peek(file) == '$') {
            (void)getc(file);
        }
        const bool blank = c == ' ' || c == '\n' || c == '\t';
        if (blank && n > 0)
            break;
        if (!blank && n + 1 < name_bytes)
            name[n++] = (char)c;
    }
    name[n] = '\0';
    return n > 0;
}

/// The names behind the rule's colon, but for those in `made`, the folder of what was made on the
/// way; NULL: there is none.
static void read_dependencies(build *b, const char *path, const char *made)
{
    char name[SLAVE_PATH_BYTES] = "";
    FILE *file = fopen(path, "re");
    bool ok = file != NULL;
    while (ok && (*name == '\0' || name[strlen(name) - 1] != ':'))
        ok = next_name(file, name, sizeof name);
    while (ok && next_name(file, name, sizeof name))
        if (made == NULL || strncmp(name, made, strlen(made)) != 0)
            ok = add_dependency(b, name);
    b->cacheable = b->cacheable && ok;
    if (file != NULL)
        (void)fclose(file);
}

/// Reads the list of files that the same recipe read last time.
static bool recall_dependencies(build *b, const char *path)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return false;
    b->dependencies_bytes = fread(b->dependencies, 1, DEPENDENCIES_MAX_BYTES, file);
    (void)fclose(file);
    return b->dependencies_bytes > 0 && b->dependencies[b->dependencies_bytes - 1] == '\0';
}

static bool find_in_cache(build *b, hash recipe, slave_built *built)
{
    char list[SLAVE_PATH_BYTES];
    hash all = recipe;
    if (b->options->cache_dir == NULL || !cache_path(b, list, recipe, ".deps") ||
        !recall_dependencies(b, list) || !hash_dependencies(b, &all) ||
        !cache_path(b, built->path, all, ".so") || access(built->path, R_OK) != 0)
        return false;
    built->from_cache = true;
    return true;
}

/// Moves what was built into the cache. Failing that, it stays where it is.
static void put_in_cache(build *b, hash recipe, slave_built *built)
{
    char list[SLAVE_PATH_BYTES];
    char made[SLAVE_PATH_BYTES];
    char kept[SLAVE_PATH_BYTES];
    hash all = recipe;
    if (!b->cacheable || !hash_dependencies(b, &all) || !join(made, built->folder, "list"))
        return;
    FILE *file = fopen(made, "wbe");
    if (file == NULL)
        return;
    bool ok = fwrite(b->dependencies, 1, b->dependencies_bytes, file) == b->dependencies_bytes;
    ok = fclose(file) == 0 && ok;
    if (!ok || !cache_path(b, kept, all, ".so") || !cache_path(b, list, recipe, ".deps") ||
        rename(built->path, kept) != 0)
        return;
    memcpy(built->path, kept, sizeof kept);
    (void)rename(made, list);
    slave_build_done(built);
}

// ---- the compiler -----------------------------------------------------------------------------

static bool is_cpp(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && (strcmp(dot, ".cpp") == 0 || strcmp(dot, ".cc") == 0 ||
                           strcmp(dot, ".cxx") == 0 || strcmp(dot, ".C") == 0);
}

static bool add_fixed(build *b, const char *argument)
{
    if (b->fixed_count == ARGUMENT_MAX)
        return false;
    b->fixed[b->fixed_count++] = argument;
    return true;
}

static bool add_option(build *b, const char *option, const char *value)
{
    const size_t bytes = strlen(option) + strlen(value) + 1;
    char *text = b->texts < TEXT_MAX ? malloc(bytes) : NULL;
    if (text == NULL)
        return false;
    (void)snprintf(text, bytes, "%s%s", option, value);
    b->text[b->texts++] = text;
    return add_fixed(b, text);
}

/// The variable's value may be a path with blanks, or a command with flags.
static void find_compiler(build *b)
{
    const char *cc = getenv(b->recipe->variable);
    (void)snprintf(b->compiler_text, sizeof b->compiler_text, "%s",
                   cc != NULL && *cc != '\0' ? cc : b->recipe->compiler);
    b->compiler_words = 0;
    if (access(b->compiler_text, X_OK) == 0) {
        b->compiler[b->compiler_words++] = b->compiler_text;
        return;
    }
    char *rest = NULL;
    for (char *word = strtok_r(b->compiler_text, " \t", &rest);
         word != NULL && b->compiler_words < COMPILER_WORDS; word = strtok_r(NULL, " \t", &rest))
        b->compiler[b->compiler_words++] = word;
}

static bool gather_flags(build *b)
{
    const slave_description *s = b->slave;
    bool ok = true;
    for (const char *const *flag = b->recipe->compile_flags; *flag != NULL; flag++)
        ok = ok && add_fixed(b, *flag);
    for (const char *const *folder = b->recipe->headers; *folder != NULL; folder++) {
        const bool other = folder == b->recipe->headers && b->options->headers != NULL;
        ok = ok && add_option(b, "-I", other ? b->options->headers : *folder);
    }
    for (const char *const *define = b->recipe->defines; *define != NULL; define++)
        ok = ok && add_option(b, "-D", *define);
    if (b->recipe->translate != NULL)
        return ok; // the slave's own are the translator's
    for (uint32_t i = 0; i < s->includes.count; i++)
        ok = ok && add_option(b, "-I", s->includes.at[i]);
    for (uint32_t i = 0; i < s->defines.count; i++)
        ok = ok && add_option(b, "-D", s->defines.at[i]);
    for (uint32_t i = 0; i < s->flags.count; i++)
        ok = ok && add_fixed(b, s->flags.at[i]);
    return ok;
}

static void begin_call(const build *b, arguments *a)
{
    a->count = 0;
    for (unsigned i = 0; i < b->compiler_words; i++)
        a->at[a->count++] = b->compiler[i];
}

void build_add(arguments *a, const char *const *words)
{
    for (; *words != NULL; words++)
        a->at[a->count++] = *words;
}

void build_begin_call(const build *b, arguments *a, const char *const *own)
{
    begin_call(b, a);
    for (unsigned i = 0; i < b->fixed_count; i++)
        a->at[a->count++] = b->fixed[i];
    build_add(a, own);
}

bool build_call(arguments *a, char *message, size_t message_bytes)
{
    a->at[a->count] = NULL;
    return spawn_wait(a->at, message, message_bytes);
}

/// What the compiler said of a source that it took, as it said it.
static void tell_warnings(const build *b, char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        text[--length] = '\0';
    if (length > 0 && b->options->note != NULL)
        b->options->note(b->options->note_ctx, text);
}

/// Begins a message with the word of the slave's file that names source `i`; returns its length.
static size_t name_source(const build *b, uint32_t i, char *message, size_t message_bytes)
{
    const slave_strings *sources = &b->slave->sources;
    const slave_place place = slave_word_place(b->slave, SLAVE_KEY_SOURCES, sources, i);
    const int n =
        place.line == 0
            ? snprintf(message, message_bytes, "%s: source %s", b->slave->path, sources->at[i])
            : snprintf(message, message_bytes, "%s:%u:%u: source %s", place.path,
                       (unsigned)place.line, (unsigned)place.column, sources->at[i]);
    return n < 0 ? 0 : (size_t)n < message_bytes ? (size_t)n : message_bytes - 1;
}

/// Why a source cannot be given to the compiler; NULL when it can.
static const char *fault_of(const char *source)
{
    struct stat there;
    if (stat(source, &there) != 0 || access(source, R_OK) != 0)
        return strerror(errno);
    return S_ISDIR(there.st_mode) ? "it is a folder: name its files" : NULL;
}

static bool run_compiler(build *b, const char *source, const char *output, const char *list,
                         char *message, size_t message_bytes)
{
    static const char *const to_ir[] = {"-S", "-emit-llvm", NULL};
    static const char *const to_object[] = {"-c", NULL};
    const char *const rest[] = {"-MD", "-MF", list, "-MT", "x:", "-o", output, source, NULL};
    const slave_recipe *recipe = b->recipe;
    arguments a;
    build_begin_call(b, &a, is_cpp(source) ? recipe->cpp_flags : recipe->c_flags);
    build_add(&a, recipe->rewrite != NULL ? to_ir : to_object);
    build_add(&a, rest);
    const bool compiled = build_call(&a, message, message_bytes);
    return (recipe->judge == NULL ||
            recipe->judge(recipe->judge_ctx, compiled, message, message_bytes)) &&
           compiled;
}

/// From the IR of a source to its object. What was said of the source stays in `message`, unless
/// this fails.
static bool compile_ir(build *b, const char *ir, const char *object, char *message,
                       size_t message_bytes)
{
    char low[SLAVE_PATH_BYTES];
    char words[SLAVE_MESSAGE_BYTES] = "";
    const int n = snprintf(low, sizeof low, "%s.low.ll", object);
    bool ok = n > 0 && (size_t)n < sizeof low &&
              b->recipe->rewrite(b->recipe->rewrite_ctx, ir, low, words, sizeof words);
    if (ok) {
        arguments a;
        begin_call(b, &a);
        const char *const rest[] = {"-c", "-o", object, low, NULL};
        build_add(&a, b->recipe->ir_flags);
        build_add(&a, rest);
        ok = build_call(&a, words, sizeof words);
    }
    if (!ok)
        (void)snprintf(message, message_bytes, "%s", words);
    return ok;
}

/// One of those that are compiled together.
static bool is_sketch_here(const build *b, const char *source)
{
    return b->recipe->sketch_flags != NULL && build_is_sketch(source);
}

static bool make_object(build *b, const char *source, const char *object, const char *list,
                        char *message, size_t message_bytes)
{
    char ir[SLAVE_PATH_BYTES];
    if (is_sketch_here(b, source))
        return build_sketches(b, source, object, list, message, message_bytes);
    if (b->recipe->rewrite == NULL)
        return run_compiler(b, source, object, list, message, message_bytes);
    const int n = snprintf(ir, sizeof ir, "%s.ll", object);
    return n > 0 && (size_t)n < sizeof ir &&
           run_compiler(b, source, ir, list, message, message_bytes) &&
           compile_ir(b, ir, object, message, message_bytes);
}

/// The compiler's own words follow a line that says which word of the slave's file led there.
static bool compile_source(build *b, uint32_t i, const char *object, const char *list,
                           char *message, size_t message_bytes)
{
    const char *source = b->slave->sources.at[i];
    char plain[SLAVE_PATH_BYTES]; // a path that begins with '-' is no option
    (void)snprintf(plain, sizeof plain, "%s%s", source[0] == '-' ? "./" : "", source);
    size_t named = name_source(b, i, message, message_bytes);
    named += (size_t)snprintf(message + named, message_bytes - named, " does not compile:\n");
    if (named + 1 >= message_bytes)
        named = 0;
    if (!make_object(b, plain, object, list, message + named, message_bytes - named))
        return false;
    tell_warnings(b, message + named);
    message[0] = '\0';
    return true;
}

/// "FOLDER/3.o"; the text lives as long as the build.
static const char *work_path(build *b, const char *folder, uint32_t number, const char *ending)
{
    char name[32];
    char path[SLAVE_PATH_BYTES];
    (void)snprintf(name, sizeof name, "%u%s", (unsigned)number, ending);
    char *kept = b->texts < TEXT_MAX && join(path, folder, name) ? strdup(path) : NULL;
    if (kept != NULL)
        b->text[b->texts++] = kept;
    return kept;
}

static bool link_all(const build *b, arguments *link, const char *object, char *message,
                     size_t message_bytes)
{
    bool cpp = false;
    for (uint32_t i = 0; i < b->slave->sources.count; i++)
        cpp = cpp || is_cpp(b->slave->sources.at[i]);
    if (cpp && b->recipe->cpp_library != NULL)
        link->at[link->count++] = b->recipe->cpp_library;
    link->at[link->count++] = "-o";
    link->at[link->count++] = object;
    const int named = snprintf(message, message_bytes, "%s: cannot be linked:\n", b->slave->path);
    if (named < 0 || (size_t)named + 1 >= message_bytes)
        return build_call(link, message, message_bytes);
    return build_call(link, message + named, message_bytes - (size_t)named);
}

/// What the kind adds, with its own flags alone.
static bool compile_own(build *b, const slave_built *built, arguments *link, char *message,
                        size_t message_bytes)
{
    for (uint32_t i = 0; b->recipe->own_sources[i] != NULL; i++) {
        const char *object = work_path(b, built->folder, SOURCE_MAX + i, ".o");
        const char *list = work_path(b, built->folder, SOURCE_MAX + i, ".d");
        if (object == NULL || list == NULL) {
            (void)snprintf(message, message_bytes, "%s: out of memory", b->slave->path);
            return false;
        }
        arguments a;
        begin_call(b, &a);
        const char *const rest[] = {
            "-MD", "-MF", list, "-MT", "x:", "-c", "-o", object, b->recipe->own_sources[i], NULL};
        build_add(&a, b->recipe->own_flags);
        build_add(&a, rest);
        if (!build_call(&a, message, message_bytes)) {
            if (b->recipe->own_fails != NULL)
                b->recipe->own_fails(b->recipe->judge_ctx, message, message_bytes);
            return false;
        }
        read_dependencies(b, list, NULL);
        link->at[link->count++] = object;
    }
    return true;
}

/// In place of the sources: one unit that was made of them.
static bool compile_translated(build *b, const slave_built *built, arguments *link, char *message,
                               size_t message_bytes)
{
    char unit[SLAVE_PATH_BYTES], from[SLAVE_PATH_BYTES];
    const char *object = work_path(b, built->folder, 0, ".o");
    const char *list = work_path(b, built->folder, 0, ".d");
    if (object == NULL || list == NULL || !join(unit, built->folder, SLAVE_TRANSLATED) ||
        !join(from, built->folder, SLAVE_TRANSLATED_FROM)) {
        (void)snprintf(message, message_bytes, "%s: out of memory", b->slave->path);
        return false;
    }
    message[0] = '\0';
    if (!b->recipe->translate(b->recipe->translate_ctx, b->slave, built->folder, message,
                              message_bytes))
        return false;
    tell_warnings(b, message);
    read_dependencies(b, from, built->folder);
    link->at[link->count++] = object;
    return run_compiler(b, unit, object, list, message, message_bytes);
}

static bool compile_sources(build *b, const slave_built *built, arguments *link, char *message,
                            size_t message_bytes)
{
    const slave_strings *sources = &b->slave->sources;
    bool any_sketch = false;
    for (uint32_t i = 0; i < sources->count; i++) {
        const bool sketch = is_sketch_here(b, sources->at[i]);
        if (sketch && any_sketch)
            continue; // it is in the object of the first
        any_sketch = any_sketch || sketch;
        const char *object = work_path(b, built->folder, i, ".o");
        const char *list = work_path(b, built->folder, i, ".d");
        if (object == NULL || list == NULL) {
            (void)snprintf(message, message_bytes, "%s: out of memory", sources->at[i]);
            return false;
        }
        if (!compile_source(b, i, object, list, message, message_bytes))
            return false;
        read_dependencies(b, list, built->folder);
        link->at[link->count++] = object;
    }
    return true;
}

/// Whether all sources can be given to a compiler.
static bool check_sources(const build *b, char *message, size_t message_bytes)
{
    for (uint32_t i = 0; i < b->slave->sources.count; i++) {
        const char *fault = fault_of(b->slave->sources.at[i]);
        if (fault == NULL)
            continue;
        const size_t named = name_source(b, i, message, message_bytes);
        (void)snprintf(message + named, message_bytes - named, ": %s", fault);
        return false;
    }
    return true;
}

static bool compile_all(build *b, slave_built *built, char *message, size_t message_bytes)
{
    arguments link;
    begin_call(b, &link);
    build_add(&link, b->recipe->link_flags);
    return check_sources(b, message, message_bytes) &&
           (b->recipe->translate != NULL
                ? compile_translated(b, built, &link, message, message_bytes)
                : compile_sources(b, built, &link, message, message_bytes)) &&
           compile_own(b, built, &link, message, message_bytes) &&
           join(built->path, built->folder, "slave.so") &&
           link_all(b, &link, built->path, message, message_bytes);
}

static bool prepare(build *b, char *message, size_t message_bytes)
{
    if (b->slave->sources.count > SOURCE_MAX) {
        (void)snprintf(message, message_bytes, "%s: %u sources; at most %d can be", b->slave->path,
                       (unsigned)b->slave->sources.count, SOURCE_MAX);
        return false;
    }
    find_compiler(b);
    if (b->compiler_words == 0 || !spawn_exists(b->compiler[0])) {
        (void)snprintf(
            message, message_bytes, "C compiler not found: %s%s (set %s, or install package %s)",
            b->compiler_words > 0 ? b->compiler[0] : b->recipe->variable,
            b->compiler_words > 0 ? "" : " is blank", b->recipe->variable, b->recipe->package);
        return false;
    }
    b->dependencies = malloc(DEPENDENCIES_MAX_BYTES);
    if (b->dependencies != NULL && gather_flags(b))
        return true;
    (void)snprintf(message, message_bytes, "%s: too many flags", b->slave->path);
    return false;
}

static bool make(build *b, slave_built *built, char *message, size_t message_bytes)
{
    if (!prepare(b, message, message_bytes))
        return false;
    const hash recipe = hash_recipe(b);
    if (find_in_cache(b, recipe, built))
        return true;
    b->dependencies_bytes = 0;
    if (!make_work_folder(b, built->folder)) {
        (void)snprintf(message, message_bytes, "%s: cannot be written: %s", built->folder,
                       strerror(errno));
        built->folder[0] = '\0';
        return false;
    }
    if (b->options->step != NULL)
        b->options->step(b->options->step_ctx, SLAVE_COMPILES);
    if (!compile_all(b, built, message, message_bytes)) {
        slave_build_done(built);
        return false;
    }
    put_in_cache(b, recipe, built);
    return true;
}

bool slave_build(const slave_recipe *recipe, const slave_description *slave,
                 const slave_build_options *options, slave_built *built, char *message,
                 size_t message_bytes)
{
    memset(built, 0, sizeof *built);
    build *b = calloc(1, sizeof *b);
    if (b == NULL) {
        (void)snprintf(message, message_bytes, "%s: out of memory", slave->path);
        return false;
    }
    b->recipe = recipe;
    b->slave = slave;
    b->options = options;
    const bool ok = make(b, built, message, message_bytes);
    for (unsigned i = 0; i < b->texts; i++)
        free(b->text[i]);
    free(b->dependencies);
    free(b);
    return ok;
}

void slave_build_done(slave_built *built)
{
    if (built->folder[0] == '\0')
        return;
    spawn_remove_folder(built->folder);
    built->folder[0] = '\0';
}

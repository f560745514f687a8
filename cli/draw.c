#include "cli/draw.h"

#include "cli/files.h"
#include "cli/runner.h"
#include "cli/wave.h"
#include "cli/wave_view.h"
#include "cli/wave_watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WATCH_CLOCKS = 30 };   ///< about the transfer of a register and its byte
enum { DRAW_HANG_MS = 1000 }; ///< a case that is known to hang is not waited for again

/// What the process that plays and the parent share.
typedef struct {
    bool written; ///< wave_write_case() came back
    bool fine;    ///< and could write all
    char message[FILES_MESSAGE_BYTES];
} outcome;

typedef struct {
    wave_request request;
    outcome *told;
} job;

static bool write_apart(void *ctx)
{
    static play_result result;
    job *j = ctx;
    j->told->fine = wave_write_case(&j->request, &result, j->told->message, FILES_MESSAGE_BYTES);
    j->told->written = true;
    return j->told->fine;
}

/// A case id as a file name: its slashes become dots, and what a file system may not like becomes
/// _.
static void file_name(const play_case *one, char *name, size_t bytes)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-.@=,+";
    snprintf(name, bytes, "%s", one->id);
    for (char *at = name; *at != '\0'; at++) {
        if (*at == '/')
            *at = '.';
        else if (strchr(plain, *at) == NULL)
            *at = '_';
    }
    const size_t used = strlen(name);
    if (one->point >= 0)
        snprintf(name + used, bytes - used, "@%d", one->point);
}

typedef struct {
    char name[PLAY_ID_BYTES + 32]; ///< of the VCD, without folder
    char vcd[DRAW_PATH_BYTES], gtkw[DRAW_PATH_BYTES];
    char vcd_part[DRAW_PATH_BYTES], gtkw_part[DRAW_PATH_BYTES];
} wave_paths;

static bool make_paths(wave_paths *p, const char *folder, const play_case *one)
{
    char stem[PLAY_ID_BYTES + 16];
    file_name(one, stem, sizeof stem);
    snprintf(p->name, sizeof p->name, "%s.vcd", stem);
    const int length = snprintf(p->vcd, DRAW_PATH_BYTES, "%s/waves/%s", folder, p->name);
    snprintf(p->gtkw, DRAW_PATH_BYTES, "%s/waves/%s.gtkw", folder, stem);
    snprintf(p->vcd_part, DRAW_PATH_BYTES, "%s/waves/.%ld.vcd.part", folder, (long)getpid());
    snprintf(p->gtkw_part, DRAW_PATH_BYTES, "%s/waves/.%ld.gtkw.part", folder, (long)getpid());
    return length > 0 && length + 8 < DRAW_PATH_BYTES;
}

static bool keep(const wave_paths *p, char *message, size_t message_bytes)
{
    const char *failed = NULL;
    if (rename(p->vcd_part, p->vcd) != 0)
        failed = p->vcd;
    else if (rename(p->gtkw_part, p->gtkw) != 0 && errno != ENOENT)
        failed = p->gtkw;
    if (failed != NULL)
        snprintf(message, message_bytes, "cannot write %s: %s", failed, strerror(errno));
    return failed == NULL;
}

static bool make_folder(const char *folder, char *message, size_t message_bytes)
{
    char path[DRAW_PATH_BYTES];
    snprintf(path, sizeof path, "%s/waves", folder);
    return folder_make(path, message, message_bytes);
}

static char *picture(const i2c_trace *trace, const play_finding *finding, unsigned columns)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL)
        return NULL;
    wave_print(out, trace, finding, columns);
    if (wave_holds(trace, finding->at_ps))
        wave_watch_print(out, trace, finding->at_ps,
                         WATCH_CLOCKS * wave_period_ps(trace, finding->at_ps));
    fclose(out);
    if (bytes == 0) {
        free(text);
        return NULL;
    }
    return text;
}

/// Plays apart; when the process died, completes what it left. True: there is a whole VCD.
static bool write_wave(job *j, char *message, size_t message_bytes)
{
    const play_finding *finding = j->request.finding;
    const bool hangs = finding != NULL && strcmp(finding->rule, "hang") == 0;
    const runner_limits limits = {.case_ms = hangs ? DRAW_HANG_MS : 0};
    runner_apart(&limits, write_apart, j, NULL, 0);
    if (j->told->written && !j->told->fine) {
        snprintf(message, message_bytes, "%.*s", FILES_MESSAGE_BYTES - 1, j->told->message);
        return false;
    }
    return j->told->written || wave_finish_case(&j->request, message, message_bytes);
}

bool draw_case(const lineup_slave *from, const play_case *one, const play_finding *finding,
               const char *folder, unsigned columns, char *wave, size_t wave_bytes, char **drawing,
               char *message, size_t message_bytes)
{
    wave_paths p;
    const size_t trace_bytes = i2c_trace_bytes(WAVE_TRACE_RECORDS);
    const size_t bytes = trace_bytes + sizeof(outcome);
    wave[0] = '\0';
    if (!make_paths(&p, folder, one))
        return true; // a path beyond what a file name may be: no wave
    if (!make_folder(folder, message, message_bytes))
        return false;
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        snprintf(message, message_bytes, "cannot map memory for a trace: %s", strerror(errno));
        return false;
    }
    job j = {.request = {.set = from->set,
                         .one = one,
                         .adapter = from->adapter,
                         .image = from->image,
                         .trace = i2c_trace_init(memory, WAVE_TRACE_RECORDS),
                         .vcd_path = p.vcd_part,
                         .gtkw_path = p.gtkw_part,
                         .vcd_name = p.name,
                         .finding = finding},
             .told = (outcome *)(memory + trace_bytes)};
    bool fine = write_wave(&j, message, message_bytes) && keep(&p, message, message_bytes);
    if (fine)
        snprintf(wave, wave_bytes, "waves/%s", p.name);
    if (fine && drawing != NULL && finding != NULL)
        *drawing = picture(j.request.trace, finding, columns);
    if (!fine) {
        unlink(p.vcd_part);
        unlink(p.gtkw_part);
    }
    munmap(memory, bytes);
    return fine;
}

/// Both kinds of file say near their begin who wrote them.
static bool is_ours(int folder, const char *name)
{
    char head[64] = "";
    const char *dot = strrchr(name, '.');
    if (dot == NULL || (strcmp(dot, ".vcd") != 0 && strcmp(dot, ".gtkw") != 0))
        return false;
    const int file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    const ssize_t got = read(file, head, sizeof head - 1);
    close(file);
    return got > 0 &&
           (strncmp(head, "$version i2cproof", 17) == 0 || strncmp(head, "[*] i2cproof", 12) == 0);
}

void draw_clear(const char *folder)
{
    char path[DRAW_PATH_BYTES];
    snprintf(path, sizeof path, "%s/waves", folder);
    DIR *waves = opendir(path);
    if (waves == NULL)
        return;
    for (const struct dirent *entry = readdir(waves); entry != NULL; entry = readdir(waves))
        if (is_ours(dirfd(waves), entry->d_name))
            unlinkat(dirfd(waves), entry->d_name, 0);
    closedir(waves);
}

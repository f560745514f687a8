#include "cli/draw.h"

#include "cli/files.h"
#include "cli/runner.h"
#include "cli/wave.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { DRAW_HANG_MS = 1000 }; ///< a case that is known to hang is not waited for again

/// What the process that plays and the parent share.
typedef struct {
    bool written;   ///< wave_write_case() came back
    bool fine;      ///< and could write all
    bool passes;    ///< a good run: it does, and its simulation is in the trace
    unsigned world; ///< which of the case's simulations the wave is of
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

// ---- a good run ---------------------------------------------------------------------------------

typedef struct {
    wave_request request;
    unsigned world;
    outcome *told;
} good_job;

static bool play_good_apart(void *ctx)
{
    static play_result result;
    good_job *j = ctx;
    const bool held = wave_play_world(&j->request, j->world, &result);
    j->told->passes = held && (result.verdict == PLAY_PASS || result.verdict == PLAY_NOTE) &&
                      (j->request.one->point < 0 || result.points > result.points_skipped);
    return true;
}

static bool play_good(const draw_request *request, const play_case *one, unsigned world,
                      i2c_trace *trace, outcome *told)
{
    good_job j = {.request = {.set = request->from->set,
                              .one = one,
                              .adapter = request->from->adapter,
                              .image = request->from->image,
                              .trace = trace},
                  .world = world,
                  .told = told};
    const runner_limits limits = {.case_ms = 0};
    told->passes = false;
    (void)i2c_trace_init(trace, WAVE_TRACE_RECORDS);
    return runner_apart(&limits, play_good_apart, &j, NULL, 0) && told->passes;
}

/// A block shared with the processes that play: a trace, and what they tell.
static void *map_block(size_t bytes, char *message, size_t message_bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    snprintf(message, message_bytes, "cannot map memory for a trace: %s", strerror(errno));
    return NULL;
}

static void draw_beside(const draw_request *request, const job *j, pictures *made)
{
    char why[FILES_MESSAGE_BYTES];
    const size_t trace_bytes = i2c_trace_bytes(WAVE_TRACE_RECORDS);
    const size_t bytes = trace_bytes + sizeof(outcome);
    char *memory =
        j->told->written && request->goods > 0 ? map_block(bytes, why, sizeof why) : NULL;
    pictures_good good = {.trace = NULL};
    char id[PLAY_ID_BYTES + 16];
    for (unsigned i = 0; memory != NULL && i < request->goods && good.trace == NULL; i++) {
        const play_case *one = &request->good[i];
        if (!play_good(request, one, j->told->world, (i2c_trace *)(void *)memory,
                       (outcome *)(void *)(memory + trace_bytes)))
            continue;
        snprintf(id, sizeof id, one->point < 0 ? "%s" : "%s@%d", one->id, one->point);
        good = (pictures_good){.trace = (i2c_trace *)(void *)memory,
                               .id = id,
                               .same_master = one->master == request->one->master};
    }
    pictures_draw(made, j->request.trace, request->finding, good.trace == NULL ? NULL : &good);
    if (memory != NULL)
        munmap(memory, bytes);
}

// ---- the case -----------------------------------------------------------------------------------

bool draw_case(const draw_request *request, char *wave, size_t wave_bytes, pictures *made,
               char *message, size_t message_bytes)
{
    wave_paths p;
    const play_finding *finding = request->finding;
    const size_t trace_bytes = i2c_trace_bytes(WAVE_TRACE_RECORDS);
    const size_t bytes = trace_bytes + sizeof(outcome);
    wave[0] = '\0';
    if (!make_paths(&p, request->folder, request->one))
        return true; // a path beyond what a file name may be: no wave
    if (!make_folder(request->folder, message, message_bytes))
        return false;
    char *memory = map_block(bytes, message, message_bytes);
    if (memory == NULL)
        return false;
    job j = {.request = {.set = request->from->set,
                         .one = request->one,
                         .adapter = request->from->adapter,
                         .image = request->from->image,
                         .trace = i2c_trace_init(memory, WAVE_TRACE_RECORDS),
                         .vcd_path = p.vcd_part,
                         .gtkw_path = p.gtkw_part,
                         .vcd_name = p.name,
                         .finding = finding},
             .told = (outcome *)(void *)(memory + trace_bytes)};
    j.request.world = &j.told->world;
    bool fine = write_wave(&j, message, message_bytes) && keep(&p, message, message_bytes);
    if (fine)
        snprintf(wave, wave_bytes, "waves/%s", p.name);
    if (fine && made != NULL && finding != NULL) {
        made->text = pictures_text(j.request.trace, finding, request->columns);
        if (request->drawings)
            draw_beside(request, &j, made);
    }
    if (!fine) {
        unlink(p.vcd_part);
        unlink(p.gtkw_part);
    }
    munmap(memory, bytes);
    return fine;
}

bool draw_recorded(const draw_request *request, recorder *recorded, char *wave, size_t wave_bytes,
                   pictures *made, char *message, size_t message_bytes)
{
    wave_paths p;
    i2c_trace *trace = recorder_trace(recorded);
    wave[0] = '\0';
    if (!make_paths(&p, request->folder, request->one))
        return true;
    if (!make_folder(request->folder, message, message_bytes))
        return false;
    const wave_request wanted = {.set = request->from->set,
                                 .one = request->one,
                                 .trace = trace,
                                 .vcd_path = p.vcd_part,
                                 .gtkw_path = p.gtkw_part,
                                 .vcd_name = p.name,
                                 .recorded = recorder_facts(recorded),
                                 .finding = request->finding};
    if (!wave_finish_case(&wanted, message, message_bytes) || !keep(&p, message, message_bytes)) {
        unlink(p.vcd_part);
        unlink(p.gtkw_part);
        return false;
    }
    snprintf(wave, wave_bytes, "waves/%s", p.name);
    if (made != NULL && request->finding != NULL) {
        made->text = pictures_text(trace, request->finding, request->columns);
        if (request->drawings)
            pictures_draw(made, trace, request->finding, NULL);
    }
    return true;
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

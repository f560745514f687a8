// The writer's life: open, declarations, time, dumps, finish.

#define _POSIX_C_SOURCE 200809L // newlocale

#include "vcd/writer_private.h"

#include <assert.h>
#include <stdlib.h>

#define BUFFER_DEFAULT_BYTES 65536u
#define BUFFER_MAX_BYTES     ((size_t)1 << 30)

vcd_status vcd_writer_refuse(vcd_writer *w, vcd_status status, const char *format, ...)
{
    assert(status != VCD_OK);
    if (w->sink.failed)
        return vcd_writer_sink_status(w);
    if (w->first.status == VCD_OK) {
        va_list args;
        va_start(args, format);
        vcd_error_vset(&w->first, status, w->sink.name, 0, format, args);
        va_end(args);
    }
    return status;
}

vcd_status vcd_writer_sink_status(vcd_writer *w)
{
    if (!w->sink.failed)
        return VCD_OK;
    // It outranks a refused call: the file is broken, and nothing else says so.
    if (w->first.status != w->sink.status)
        vcd_error_set(&w->first, w->sink.status, w->sink.name, w->sink.os_errno, "%s",
                      vcd_status_text(w->sink.status));
    return w->sink.status;
}

// ---- open

/// Blanks and newlines may be in a text, other control bytes and the end of its section not.
static bool text_is_good(const char *text)
{
    if (strstr(text, "$end"))
        return false;
    for (const char *c = text; *c; c++) {
        const unsigned char byte = (unsigned char)*c;
        if ((byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7F)
            return false;
    }
    return true;
}

static vcd_status check_config(const vcd_writer_config *config)
{
    const uint32_t scale = config->timescale;
    if (scale != 0 && scale != 1 && scale != 10 && scale != 100)
        return VCD_BAD_CONFIG;
    if (!vcd_unit_word(config->unit))
        return VCD_BAD_CONFIG;
    const size_t bytes = config->buffer_bytes;
    if (bytes != 0 && (bytes < VCD_SINK_MIN_BYTES || bytes > BUFFER_MAX_BYTES))
        return VCD_BAD_CONFIG;
    const char *const texts[] = {config->date, config->version, config->comment};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i] && !text_is_good(texts[i]))
            return VCD_BAD_TEXT;
    }
    return VCD_OK;
}

static void put_section(vcd_writer *w, const char *keyword, const char *text)
{
    vcd_sink_text(&w->sink, keyword);
    vcd_sink_text(&w->sink, " ");
    vcd_sink_text(&w->sink, text);
    vcd_sink_text(&w->sink, " $end\n");
}

static void put_header(vcd_writer *w, const vcd_writer_config *config)
{
    char scale[4] = {'1', 0, 0, 0};
    if (config->timescale >= 10)
        scale[1] = '0';
    if (config->timescale == 100)
        scale[2] = '0';
    if (config->date)
        put_section(w, "$date", config->date);
    if (config->version)
        put_section(w, "$version", config->version);
    if (config->comment)
        put_section(w, "$comment", config->comment);
    vcd_sink_text(&w->sink, "$timescale ");
    vcd_sink_text(&w->sink, scale);
    put_section(w, "", vcd_unit_word(config->unit));
}

/// Where the bytes shall go.
typedef struct {
    const char *path; ///< or else
    int fd;           ///< or, where negative,
    vcd_write_fn *write;
    void *ctx;
    const char *name;
} target;

static vcd_status open_sink(vcd_sink *sink, const target *to, size_t buffer_bytes)
{
    const size_t bytes = buffer_bytes ? buffer_bytes : BUFFER_DEFAULT_BYTES;
    if (to->path)
        return vcd_sink_open_path(sink, to->path, bytes);
    if (to->write)
        return vcd_sink_open_callback(sink, to->write, to->ctx, to->name, bytes);
    return vcd_sink_open_fd(sink, to->fd, to->name, bytes);
}

static vcd_status make_writer(vcd_writer **writer, const target *to,
                              const vcd_writer_config *config, int *os_errno)
{
    vcd_status status = check_config(config);
    if (status != VCD_OK)
        return status;
    vcd_writer *w = calloc(1, sizeof *w);
    if (!w)
        return VCD_NO_MEMORY;
    w->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    status = w->c_locale ? open_sink(&w->sink, to, config->buffer_bytes) : VCD_NO_MEMORY;
    if (status != VCD_OK) {
        *os_errno = w->sink.os_errno;
        if (w->c_locale)
            freelocale(w->c_locale);
        free(w);
        return status;
    }
    w->strict = config->strict;
    w->keep_repeats = config->keep_repeats;
    w->time_len = 1;
    w->time_end = 10;
    for (uint32_t i = 0; i < 1000; i++) {
        vcd_put_digits32(w->triple[i], i, 3);
        w->triple[i][3] = '\n';
    }
    put_header(w, config);
    *writer = w;
    return VCD_OK;
}

static vcd_status open_writer(vcd_writer **writer, const target *to,
                              const vcd_writer_config *config, vcd_error *error)
{
    static const vcd_writer_config all_zero;
    int os_errno = 0;
    *writer = NULL;
    const vcd_status status = make_writer(writer, to, config ? config : &all_zero, &os_errno);
    if (error) {
        *error = (vcd_error){0};
        if (status != VCD_OK)
            vcd_error_set(error, status, to->path ? to->path : to->name, os_errno, "%s",
                          vcd_status_text(status));
    }
    return status;
}

vcd_status vcd_writer_open_path(vcd_writer **writer, const char *path,
                                const vcd_writer_config *config, vcd_error *error)
{
    assert(path);
    const target to = {.path = path, .fd = -1};
    return open_writer(writer, &to, config, error);
}

vcd_status vcd_writer_open_fd(vcd_writer **writer, int fd, const char *name,
                              const vcd_writer_config *config, vcd_error *error)
{
    const target to = {.fd = fd, .name = name};
    return open_writer(writer, &to, config, error);
}

vcd_status vcd_writer_open_callback(vcd_writer **writer, vcd_write_fn *write, void *ctx,
                                    const char *name, const vcd_writer_config *config,
                                    vcd_error *error)
{
    assert(write);
    const target to = {.fd = -1, .write = write, .ctx = ctx, .name = name};
    return open_writer(writer, &to, config, error);
}

// ---- declarations

static vcd_status need_stage(vcd_writer *w, vcd_stage stage, const char *call)
{
    if (w->stage != stage)
        return vcd_writer_refuse(w, VCD_BAD_ORDER, "%s: %s", call, vcd_status_text(VCD_BAD_ORDER));
    return vcd_writer_sink_status(w);
}

static vcd_status check_name(vcd_writer *w, const char *name)
{
    char shown[80];
    if (name && strnlen(name, VCD_NAME_MAX_BYTES + 1) > VCD_NAME_MAX_BYTES)
        return vcd_writer_refuse(w, VCD_TOO_LONG, "a name of more than %u bytes",
                                 VCD_NAME_MAX_BYTES);
    if (!vcd_name_is_good(name, w->strict))
        return vcd_writer_refuse(w, VCD_BAD_NAME, "name '%s': %s",
                                 name ? vcd_show(shown, sizeof shown, name, strlen(name)) : "NULL",
                                 vcd_status_text(VCD_BAD_NAME));
    return VCD_OK;
}

vcd_status vcd_writer_scope(vcd_writer *w, vcd_scope_type type, const char *name)
{
    vcd_status status = need_stage(w, VCD_STAGE_DECLARE, "scope");
    if (status == VCD_OK)
        status = check_name(w, name);
    if (status != VCD_OK)
        return status;
    const char *word = vcd_scope_word(type);
    if (!word)
        return vcd_writer_refuse(w, VCD_BAD_CONFIG, "scope '%s' has no type of IEEE 1364", name);
    vcd_sink_text(&w->sink, "$scope ");
    vcd_sink_text(&w->sink, word);
    put_section(w, "", name);
    w->depth++;
    return vcd_writer_sink_status(w);
}

vcd_status vcd_writer_upscope(vcd_writer *w)
{
    const vcd_status status = need_stage(w, VCD_STAGE_DECLARE, "upscope");
    if (status != VCD_OK)
        return status;
    if (w->depth == 0)
        return vcd_writer_refuse(w, VCD_BAD_ORDER, "upscope: no scope is open");
    w->depth--;
    vcd_sink_text(&w->sink, "$upscope $end\n");
    return vcd_writer_sink_status(w);
}

static vcd_status check_var(vcd_writer *w, const vcd_var *var)
{
    const vcd_status status = check_name(w, var->name);
    if (status != VCD_OK)
        return status;
    if (!vcd_var_type_word(var->type))
        return vcd_writer_refuse(w, VCD_BAD_CONFIG, "variable '%s' has no type", var->name);
    if (vcd_kind_of(var->type) != VCD_KIND_BITS)
        return VCD_OK;
    if (var->width < 1 || var->width > VCD_WIDTH_MAX ||
        (var->has_range && vcd_range_width(var->msb, var->lsb) != var->width))
        return vcd_writer_refuse(w, VCD_BAD_WIDTH, "variable '%s' of %lu bits: %s", var->name,
                                 (unsigned long)var->width, vcd_status_text(VCD_BAD_WIDTH));
    return VCD_OK;
}

static bool room_for_slot(vcd_writer *w)
{
    if (w->count < w->room)
        return true;
    const uint32_t room = w->room ? w->room * 2 : 64;
    vcd_slot *slots = realloc(w->slots, room * sizeof *slots);
    if (!slots)
        return false;
    w->slots = slots;
    w->room = room;
    return true;
}

static void put_number(vcd_writer *w, int64_t number)
{
    char digits[20];
    const uint64_t size = number < 0 ? (uint64_t)-number : (uint64_t)number;
    const unsigned count = vcd_digits_of(size);
    vcd_put_digits(digits, size, count);
    vcd_sink_text(&w->sink, number < 0 ? "-" : "");
    vcd_sink_put(&w->sink, digits, count);
}

static void put_var(vcd_writer *w, const vcd_var *var, const vcd_slot *slot)
{
    vcd_sink_text(&w->sink, "$var ");
    vcd_sink_text(&w->sink, vcd_var_type_word(var->type));
    vcd_sink_text(&w->sink, " ");
    put_number(w, slot->width);
    vcd_sink_text(&w->sink, " ");
    vcd_sink_put(&w->sink, slot->tail + 1, slot->tail_len - 2u);
    vcd_sink_text(&w->sink, " ");
    vcd_sink_text(&w->sink, var->name);
    if (var->has_range && vcd_kind_of(var->type) == VCD_KIND_BITS) {
        vcd_sink_text(&w->sink, " [");
        put_number(w, var->msb);
        if (var->msb != var->lsb) {
            vcd_sink_text(&w->sink, ":");
            put_number(w, var->lsb);
        }
        vcd_sink_text(&w->sink, "]");
    }
    vcd_sink_text(&w->sink, " $end\n");
}

vcd_status vcd_writer_var(vcd_writer *w, const vcd_var *var, vcd_signal *signal)
{
    vcd_status status = need_stage(w, VCD_STAGE_DECLARE, "var");
    if (status == VCD_OK)
        status = check_var(w, var);
    if (status != VCD_OK)
        return status;
    if (w->count >= UINT32_MAX / 2)
        return vcd_writer_refuse(w, VCD_TOO_MANY, "%s", vcd_status_text(VCD_TOO_MANY));
    if (!room_for_slot(w))
        return vcd_writer_refuse(w, VCD_NO_MEMORY, "%s", vcd_status_text(VCD_NO_MEMORY));
    vcd_slot *slot = &w->slots[w->count];
    *slot = (vcd_slot){0};
    if (vcd_slot_init(w, slot, var) != VCD_OK)
        return vcd_writer_refuse(w, VCD_NO_MEMORY, "%s", vcd_status_text(VCD_NO_MEMORY));
    const size_t len = vcd_put_id(slot->tail + 1, w->count);
    slot->tail[0] = ' ';
    slot->tail[len + 1] = '\n';
    slot->tail_len = (uint8_t)(len + 2);
    if (!slot->dropped)
        put_var(w, var, slot);
    *signal = w->count++;
    return vcd_writer_sink_status(w);
}

// ---- time and dumps

static void put_dump(vcd_writer *w, const char *keyword, bool as_x)
{
    vcd_writer_put_time(w);
    vcd_sink_text(&w->sink, keyword);
    vcd_sink_text(&w->sink, "\n");
    for (uint32_t i = 0; i < w->count; i++) {
        if (as_x)
            vcd_writer_put_slot_x(w, &w->slots[i]);
        else
            vcd_writer_put_slot(w, &w->slots[i]);
    }
    vcd_sink_text(&w->sink, "$end\n");
}

static void end_definitions(vcd_writer *w)
{
    for (; w->depth > 0; w->depth--)
        vcd_sink_text(&w->sink, "$upscope $end\n");
    vcd_sink_text(&w->sink, "$enddefinitions $end\n");
}

vcd_status vcd_writer_start(vcd_writer *w, uint64_t time)
{
    const vcd_status status = need_stage(w, VCD_STAGE_DECLARE, "start");
    if (status != VCD_OK)
        return status;
    end_definitions(w);
    w->stage = VCD_STAGE_RUN;
    w->now = time;
    w->time_is_due = true;
    put_dump(w, "$dumpvars", false);
    return vcd_writer_sink_status(w);
}

vcd_status vcd_writer_time(vcd_writer *w, uint64_t time)
{
    if (w->stage != VCD_STAGE_RUN)
        return need_stage(w, VCD_STAGE_RUN, "time");
    if (time < w->now)
        return vcd_writer_refuse(w, VCD_TIME_BACKWARDS, "time goes backwards: %llu after %llu",
                                 (unsigned long long)time, (unsigned long long)w->now);
    if (time != w->now) {
        w->now = time;
        w->time_is_due = true;
    }
    return w->sink.failed ? vcd_writer_sink_status(w) : VCD_OK;
}

vcd_status vcd_writer_dump_off(vcd_writer *w)
{
    const vcd_status status = need_stage(w, VCD_STAGE_RUN, "dump_off");
    if (status != VCD_OK)
        return status;
    if (w->off)
        return vcd_writer_refuse(w, VCD_BAD_ORDER, "dump_off: the dump is off already");
    put_dump(w, "$dumpoff", true);
    w->off = true;
    return vcd_writer_sink_status(w);
}

vcd_status vcd_writer_dump_on(vcd_writer *w)
{
    const vcd_status status = need_stage(w, VCD_STAGE_RUN, "dump_on");
    if (status != VCD_OK)
        return status;
    if (!w->off)
        return vcd_writer_refuse(w, VCD_BAD_ORDER, "dump_on: the dump is on already");
    w->off = false;
    put_dump(w, "$dumpon", false);
    return vcd_writer_sink_status(w);
}

vcd_status vcd_writer_dump_all(vcd_writer *w)
{
    const vcd_status status = need_stage(w, VCD_STAGE_RUN, "dump_all");
    if (status != VCD_OK)
        return status;
    if (w->off)
        return vcd_writer_refuse(w, VCD_BAD_ORDER, "dump_all: the dump is off");
    put_dump(w, "$dumpall", false);
    return vcd_writer_sink_status(w);
}

vcd_status vcd_writer_comment(vcd_writer *w, const char *text)
{
    if (w->stage == VCD_STAGE_DONE)
        return need_stage(w, VCD_STAGE_RUN, "comment");
    if (!text_is_good(text))
        return vcd_writer_refuse(w, VCD_BAD_TEXT, "comment: %s", vcd_status_text(VCD_BAD_TEXT));
    // A comment is said at its time, but while the dump is off time stands still in the file.
    if (w->stage == VCD_STAGE_RUN && !w->off)
        vcd_writer_put_time(w);
    put_section(w, "$comment", text);
    return vcd_writer_sink_status(w);
}

// ---- end

vcd_status vcd_writer_flush(vcd_writer *w)
{
    if (w->stage == VCD_STAGE_DONE)
        return need_stage(w, VCD_STAGE_RUN, "flush");
    vcd_sink_flush(&w->sink);
    return vcd_writer_sink_status(w);
}

vcd_status vcd_writer_finish(vcd_writer *w)
{
    if (w->stage == VCD_STAGE_DONE)
        return w->first.status;
    if (w->stage == VCD_STAGE_DECLARE)
        end_definitions(w);
    vcd_writer_put_time(w); // how long the last values lasted
    vcd_sink_flush(&w->sink);
    vcd_sink_close(&w->sink);
    w->stage = VCD_STAGE_DONE;
    (void)vcd_writer_sink_status(w);
    return w->first.status;
}

const vcd_error *vcd_writer_error(const vcd_writer *w)
{
    return &w->first;
}

void vcd_writer_free(vcd_writer *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->count; i++)
        vcd_slot_release(&w->slots[i]);
    free(w->slots);
    free(w->scratch);
    freelocale(w->c_locale);
    vcd_sink_release(&w->sink);
    free(w);
}

#include "cli/junit.h"

#include "cli/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct junit {
    out_file *file;
    xmlTextWriterPtr document; ///< writes to `file`
    xmlTextWriterPtr cases;    ///< writes to `waiting`
    int waiting;               ///< descriptor of the file without name
    char *slave;
    char *folder;                              ///< for messages
    uint64_t tests, failures, errors, skipped; ///< of the suite
    bool broken;                               ///< libxml2 or the waiting file failed
    int error;                                 ///< errno of that
};

static int put_document(void *ctx, const char *text, int bytes)
{
    out_file_write(ctx, text, (size_t)bytes);
    return bytes;
}

static int put_case(void *ctx, const char *text, int bytes)
{
    junit *report = ctx;
    if (!report->broken && !descriptor_write(report->waiting, text, (size_t)bytes)) {
        report->broken = true;
        report->error = errno;
    }
    return bytes;
}

static xmlTextWriterPtr writer_to(xmlOutputWriteCallback callback, void *ctx)
{
    xmlOutputBufferPtr buffer = xmlOutputBufferCreateIO(callback, NULL, ctx, NULL);
    if (buffer == NULL)
        return NULL;
    xmlTextWriterPtr writer = xmlNewTextWriter(buffer);
    if (writer == NULL) {
        xmlOutputBufferClose(buffer);
        return NULL;
    }
    xmlTextWriterSetIndent(writer, 1);
    xmlTextWriterSetIndentString(writer, BAD_CAST "  ");
    return writer;
}

static int file_without_name(const char *folder)
{
    char *path = NULL;
    if (asprintf(&path, "%s/.junit.XXXXXX", folder) < 0)
        return -1;
    const int descriptor = mkostemp(path, O_CLOEXEC);
    if (descriptor >= 0)
        unlink(path);
    free(path);
    return descriptor;
}

static void note(junit *report, int status)
{
    if (status < 0 && !report->broken) {
        report->broken = true;
        report->error = ENOMEM;
    }
}

junit *junit_new(out_file *file, const char *folder, char *message, size_t message_bytes)
{
    junit *report = calloc(1, sizeof *report);
    if (report == NULL) {
        snprintf(message, message_bytes, "out of memory");
        return NULL;
    }
    report->file = file;
    report->folder = strdup(folder);
    report->waiting = file_without_name(folder);
    if (report->waiting < 0) {
        snprintf(message, message_bytes, "cannot write in the folder %s: %s", folder,
                 strerror(errno));
        junit_free(report);
        return NULL;
    }
    report->document = writer_to(put_document, file);
    if (report->document == NULL) {
        snprintf(message, message_bytes, "out of memory");
        junit_free(report);
        return NULL;
    }
    note(report, xmlTextWriterStartDocument(report->document, "1.0", "UTF-8", NULL));
    note(report, xmlTextWriterStartElement(report->document, BAD_CAST "testsuites"));
    note(report,
         xmlTextWriterWriteAttribute(report->document, BAD_CAST "name", BAD_CAST "i2cproof"));
    return report;
}

void junit_free(junit *report)
{
    if (report == NULL)
        return;
    if (report->cases != NULL)
        xmlFreeTextWriter(report->cases);
    if (report->document != NULL)
        xmlFreeTextWriter(report->document);
    if (report->waiting >= 0)
        close(report->waiting);
    free(report->slave);
    free(report->folder);
    free(report);
}

void junit_suite_begin(junit *report, const char *slave)
{
    free(report->slave);
    report->slave = strdup(slave);
    report->tests = report->failures = report->errors = report->skipped = 0;
    report->cases = writer_to(put_case, report);
    if (report->slave == NULL || report->cases == NULL || ftruncate(report->waiting, 0) != 0 ||
        lseek(report->waiting, 0, SEEK_SET) != 0)
        note(report, -1);
}

// ---- a case -------------------------------------------------------------------------------------

/// XML 1.0 has no control bytes, and libxml2 wants valid UTF-8.
static const xmlChar *clean(const char *from, char *text, size_t bytes)
{
    text_printable(from, text, bytes);
    if (xmlCheckUTF8(BAD_CAST text))
        return BAD_CAST text;
    for (char *at = text; *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    return BAD_CAST text;
}

static void attribute(junit *report, xmlTextWriterPtr writer, const char *name, const char *value)
{
    char text[1024];
    note(report,
         xmlTextWriterWriteAttribute(writer, BAD_CAST name, clean(value, text, sizeof text)));
}

static void element(junit *report, const char *name, const char *type, const char *message,
                    const char *body)
{
    char text[2048];
    note(report, xmlTextWriterStartElement(report->cases, BAD_CAST name));
    if (type != NULL)
        attribute(report, report->cases, "type", type);
    attribute(report, report->cases, "message", message);
    if (body[0] != '\0')
        note(report, xmlTextWriterWriteString(report->cases, clean(body, text, sizeof text)));
    note(report, xmlTextWriterEndElement(report->cases));
}

/// The first finding that makes the run fail.
static const play_finding *first_counted(const case_view *view)
{
    const play_finding *gravest = NULL;
    for (unsigned i = 0; i < view->result->findings; i++) {
        const play_finding *finding = &view->result->finding[i];
        if (view->standing[i] == STANDING_COUNTS &&
            (gravest == NULL || finding->verdict > gravest->verdict))
            gravest = finding;
    }
    return gravest;
}

static void write_failure(junit *report, const case_view *view)
{
    char body[1024] = "";
    char message[512];
    const play_finding *finding = first_counted(view);
    report->failures++;
    if (finding == NULL) {
        element(report, "failure", "more findings", "more findings than could be kept", "");
        return;
    }
    snprintf(message, sizeof message, "%s: %s", finding->title, finding->message);
    if (finding->expected[0] != '\0')
        text_add(body, sizeof body, "expected %s; ", finding->expected);
    text_add(body, sizeof body, "got %s", finding->message);
    if (finding->blame[0] != '\0')
        text_add(body, sizeof body, "; who %s%s%s", finding->blame,
                 finding->where[0] != '\0' ? ", " : "", finding->where);
    element(report, "failure", finding->rule, message, body);
}

static void write_outcome(junit *report, const case_view *view)
{
    const char *reason = view->result->reason;
    if (view->verdict == PLAY_ERROR) {
        report->errors++;
        element(report, "error", "error", reason, "");
    } else if (view->counted) {
        write_failure(report, view);
    } else if (view->verdict == PLAY_NOT_APPLICABLE || view->verdict == PLAY_INCONCLUSIVE) {
        report->skipped++;
        element(report, "skipped", NULL, reason, "");
    } else if (view->known) {
        report->skipped++;
        element(report, "skipped", NULL, "known failure, in the baseline", "");
    }
}

void junit_case(junit *report, const case_view *view)
{
    char text[2 * WORKER_LOG_BYTES];
    if (report->cases == NULL)
        return;
    report->tests++;
    note(report, xmlTextWriterStartElement(report->cases, BAD_CAST "testcase"));
    attribute(report, report->cases, "classname", view->slave);
    attribute(report, report->cases, "name", view->one->id);
    write_outcome(report, view);
    if (view->log->bytes > 0) {
        note(report, xmlTextWriterStartElement(report->cases, BAD_CAST "system-out"));
        note(report,
             xmlTextWriterWriteString(report->cases, clean(view->log->text, text, sizeof text)));
        note(report, xmlTextWriterEndElement(report->cases));
    }
    note(report, xmlTextWriterEndElement(report->cases));
}

// ---- the end of a suite -------------------------------------------------------------------------

static void count_attribute(junit *report, const char *name, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    attribute(report, report->document, name, text);
}

static void copy_cases(junit *report)
{
    char part[1 << 14];
    off_t at = 0;
    for (;;) {
        const ssize_t got = pread(report->waiting, part, sizeof part, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && !report->broken) {
            report->broken = true;
            report->error = errno;
        }
        if (got <= 0)
            return;
        note(report, xmlTextWriterWriteRawLen(report->document, BAD_CAST part, (int)got));
        at += got;
    }
}

static void property(junit *report, const char *name, const char *value)
{
    note(report, xmlTextWriterStartElement(report->document, BAD_CAST "property"));
    attribute(report, report->document, "name", name);
    attribute(report, report->document, "value", value);
    note(report, xmlTextWriterEndElement(report->document));
}

/// How many requirement rows the slave's cases have shown, failed and so on.
static void row_properties(junit *report, const run_state *state)
{
    unsigned sums[ROW_OUTCOME_COUNT];
    char name[48];
    char value[24];
    row_matrix_sums(state->rows, (int)state->now, sums);
    note(report, xmlTextWriterStartElement(report->document, BAD_CAST "properties"));
    for (unsigned i = 0; i < ROW_OUTCOME_COUNT; i++) {
        snprintf(name, sizeof name, "rows.%s", row_outcome_text((row_outcome)i));
        snprintf(value, sizeof value, "%u", sums[i]);
        property(report, name, value);
    }
    note(report, xmlTextWriterEndElement(report->document));
}

/// What the slave does and its file does not say.
static void undeclared_features(junit *report, const features *found)
{
    char line[FEATURE_TEXT_BYTES];
    char text[FEATURE_TEXT_BYTES * 2];
    if (found->count == 0)
        return;
    note(report, xmlTextWriterStartElement(report->document, BAD_CAST "system-out"));
    for (unsigned i = 0; i < found->count; i++) {
        feature_text(&found->at[i], line);
        note(report, xmlTextWriterWriteString(report->document, clean(line, text, sizeof text)));
        note(report, xmlTextWriterWriteString(report->document, BAD_CAST "\n"));
    }
    note(report, xmlTextWriterEndElement(report->document));
}

void junit_suite_end(junit *report, const run_state *state)
{
    if (report->cases != NULL) {
        note(report, xmlTextWriterFlush(report->cases));
        xmlFreeTextWriter(report->cases);
        report->cases = NULL;
    }
    note(report, xmlTextWriterStartElement(report->document, BAD_CAST "testsuite"));
    attribute(report, report->document, "name", report->slave == NULL ? "" : report->slave);
    count_attribute(report, "tests", report->tests);
    count_attribute(report, "failures", report->failures);
    count_attribute(report, "errors", report->errors);
    count_attribute(report, "skipped", report->skipped);
    row_properties(report, state);
    note(report, xmlTextWriterWriteRaw(report->document, BAD_CAST "\n"));
    copy_cases(report);
    undeclared_features(report, &state->slave[state->now].undeclared);
    note(report, xmlTextWriterEndElement(report->document));
}

bool junit_finish(junit *report, char *message, size_t message_bytes)
{
    note(report, xmlTextWriterEndDocument(report->document));
    const bool fine = !report->broken;
    if (!fine)
        snprintf(message, message_bytes, "cannot write %s/junit.xml: %s",
                 report->folder == NULL ? "" : report->folder, strerror(report->error));
    junit_free(report);
    return fine;
}

// Where the bytes go, and every way in which that can fail.

#include "support.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using vcd_test::Folder;
using vcd_test::read_text;
using vcd_test::Trace;

namespace
{

vcd_writer *open_path(const std::string &path, vcd_writer_config config = {})
{
    vcd_writer *w = nullptr;
    vcd_error error;
    EXPECT_EQ(vcd_writer_open_path(&w, path.c_str(), &config, &error), VCD_OK) << error.text;
    return w;
}

/// A counter of `changes` changes; the status of the last call before finish.
vcd_status count_up(vcd_writer *w, uint64_t changes)
{
    vcd_signal signal = 0;
    const vcd_var var{VCD_VAR_INTEGER, 32, "count", false, 0, 0};
    vcd_status status = vcd_writer_var(w, &var, &signal);
    if (status == VCD_OK)
        status = vcd_writer_start(w, 0);
    for (uint64_t i = 1; i <= changes; i++) {
        (void)vcd_writer_time(w, i);
        status = vcd_writer_int(w, signal, i);
    }
    return status;
}

/// Takes `budget` bytes, then fails with ENOSPC.
struct FullAfter {
    size_t budget;
    size_t calls_after = 0;
    std::string taken;
};

ptrdiff_t take_until_full(void *ctx, const void *data, size_t len)
{
    auto *sink = static_cast<FullAfter *>(ctx);
    if (sink->budget == 0) {
        sink->calls_after++;
        return -ENOSPC;
    }
    const size_t part = len < sink->budget ? len : sink->budget;
    sink->taken.append(static_cast<const char *>(data), part);
    sink->budget -= part;
    return static_cast<ptrdiff_t>(part);
}

ptrdiff_t take_nothing(void *, const void *, size_t)
{
    return 0;
}

ptrdiff_t take_too_much(void *, const void *, size_t len)
{
    return static_cast<ptrdiff_t>(len) + 1;
}

vcd_error finish_error(vcd_write_fn *write, void *ctx)
{
    vcd_writer *w = nullptr;
    vcd_writer_config config{};
    config.buffer_bytes = 512; // several flushes
    EXPECT_EQ(vcd_writer_open_callback(&w, write, ctx, "my sink", &config, nullptr), VCD_OK);
    (void)count_up(w, 100);
    const vcd_status status = vcd_writer_finish(w);
    const vcd_error error = *vcd_writer_error(w);
    EXPECT_EQ(status, error.status);
    vcd_writer_free(w);
    return error;
}

} // namespace

TEST(VcdSink, ReportsAFullDisk)
{
    vcd_writer_config config{};
    config.buffer_bytes = 512;
    vcd_writer *w = open_path("/dev/full", config);
    EXPECT_EQ(count_up(w, 1000), VCD_WRITE_FAILED); // sticky, long before the end
    EXPECT_EQ(vcd_writer_flush(w), VCD_WRITE_FAILED);
    EXPECT_EQ(vcd_writer_finish(w), VCD_WRITE_FAILED);
    EXPECT_EQ(vcd_writer_finish(w), VCD_WRITE_FAILED);
    EXPECT_EQ(vcd_writer_error(w)->os_errno, ENOSPC);
    EXPECT_STREQ(vcd_writer_error(w)->text, "/dev/full: cannot write: No space left on device");
    vcd_writer_free(w);
}

TEST(VcdSink, ReportsAFullDiskThatOnlyTheLastFlushMeets)
{
    vcd_writer *w = open_path("/dev/full");
    EXPECT_EQ(count_up(w, 3), VCD_OK);
    EXPECT_EQ(vcd_writer_finish(w), VCD_WRITE_FAILED);
    vcd_writer_free(w);
}

TEST(VcdSink, AFailedWriteOutranksARefusedCall)
{
    vcd_writer *w = open_path("/dev/full");
    EXPECT_EQ(vcd_writer_upscope(w), VCD_BAD_ORDER);
    EXPECT_EQ(vcd_writer_finish(w), VCD_WRITE_FAILED);
    EXPECT_EQ(vcd_writer_error(w)->os_errno, ENOSPC);
    vcd_writer_free(w);
}

TEST(VcdSink, ReportsAFileThatMeetsItsSizeLimit)
{
    const Folder folder;
    const std::string path = folder.path("limited.vcd");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        (void)std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1000, 1000}; // less than one buffer: write() comes back short first
        (void)setrlimit(RLIMIT_FSIZE, &limit);
        vcd_writer *w = nullptr;
        if (vcd_writer_open_path(&w, path.c_str(), nullptr, nullptr) != VCD_OK)
            _exit(10);
        (void)count_up(w, 1000);
        const bool told =
            vcd_writer_finish(w) == VCD_WRITE_FAILED && vcd_writer_error(w)->os_errno == EFBIG;
        _exit(told ? 0 : 11);
    }
    int wstatus = 0;
    ASSERT_EQ(waitpid(child, &wstatus, 0), child);
    EXPECT_TRUE(WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == 0) << wstatus;
    EXPECT_EQ(vcd_test::file_bytes(path).size(), 1000u);
}

TEST(VcdSink, ReportsAClosedPipeAndSurvivesIt)
{
    ASSERT_NE(std::signal(SIGPIPE, SIG_DFL), SIG_ERR);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    close(ends[0]);
    vcd_writer *w = nullptr;
    ASSERT_EQ(vcd_writer_open_fd(&w, ends[1], nullptr, nullptr, nullptr), VCD_OK);
    (void)count_up(w, 10);
    EXPECT_EQ(vcd_writer_finish(w), VCD_WRITE_FAILED);
    EXPECT_EQ(vcd_writer_error(w)->os_errno, EPIPE);
    EXPECT_EQ(std::string(vcd_writer_error(w)->text),
              "fd " + std::to_string(ends[1]) + ": cannot write: Broken pipe");
    vcd_writer_free(w);
    sigset_t pending;
    sigset_t blocked;
    sigpending(&pending);
    sigprocmask(SIG_BLOCK, nullptr, &blocked);
    EXPECT_EQ(sigismember(&pending, SIGPIPE), 0);
    EXPECT_EQ(sigismember(&blocked, SIGPIPE), 0);
    EXPECT_EQ(fcntl(ends[1], F_GETFD) >= 0, true); // the descriptor is still the caller's
    close(ends[1]);
}

TEST(VcdSink, KeepsASigpipeThatWasPendingBefore)
{
    sigset_t pipe_only;
    sigset_t before;
    sigset_t pending;
    sigemptyset(&pipe_only);
    sigaddset(&pipe_only, SIGPIPE);
    ASSERT_EQ(sigprocmask(SIG_BLOCK, &pipe_only, &before), 0);
    raise(SIGPIPE);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    close(ends[0]);
    vcd_writer *w = nullptr;
    ASSERT_EQ(vcd_writer_open_fd(&w, ends[1], nullptr, nullptr, nullptr), VCD_OK);
    EXPECT_EQ(vcd_writer_finish(w), VCD_WRITE_FAILED);
    vcd_writer_free(w);
    close(ends[1]);
    sigpending(&pending);
    EXPECT_EQ(sigismember(&pending, SIGPIPE), 1);
    int taken = 0;
    EXPECT_EQ(sigwait(&pipe_only, &taken), 0);
    ASSERT_EQ(sigprocmask(SIG_SETMASK, &before, nullptr), 0);
}

TEST(VcdSink, ReportsAClosedDescriptor)
{
    vcd_writer *w = nullptr;
    ASSERT_EQ(vcd_writer_open_fd(&w, -1, "gone", nullptr, nullptr), VCD_OK);
    EXPECT_EQ(vcd_writer_finish(w), VCD_WRITE_FAILED);
    EXPECT_STREQ(vcd_writer_error(w)->text, "gone: cannot write: Bad file descriptor");
    vcd_writer_free(w);
}

TEST(VcdSink, ReportsAPathThatCannotBeOpened)
{
    const Folder folder;
    vcd_writer *w = nullptr;
    vcd_error error;
    const std::string path = folder.path("no\nfolder/a.vcd");
    EXPECT_EQ(vcd_writer_open_path(&w, path.c_str(), nullptr, &error), VCD_OPEN_FAILED);
    EXPECT_EQ(w, nullptr);
    EXPECT_EQ(error.os_errno, ENOENT);
    EXPECT_EQ(std::string(error.text),
              folder.path("no\\x0afolder/a.vcd") + ": cannot open: No such file or directory");
}

// The same trace, with the sink full after each number of bytes in turn.
TEST(VcdSink, ReportsACallbackThatFailsAtAnyByte)
{
    FullAfter whole{SIZE_MAX, 0, {}};
    ASSERT_EQ(finish_error(take_until_full, &whole).status, VCD_OK);
    for (size_t budget = 0; budget < whole.taken.size(); budget++) {
        FullAfter sink{budget, 0, {}};
        const vcd_error error = finish_error(take_until_full, &sink);
        EXPECT_EQ(error.status, VCD_WRITE_FAILED) << budget;
        EXPECT_EQ(error.os_errno, ENOSPC);
        EXPECT_STREQ(error.text, "my sink: cannot write: No space left on device");
        EXPECT_EQ(sink.calls_after, 1u) << "nothing more is offered after a failure";
        EXPECT_EQ(sink.taken, whole.taken.substr(0, budget));
    }
}

TEST(VcdSink, ReportsACallbackThatBreaksItsContract)
{
    for (vcd_write_fn *write : {take_nothing, take_too_much}) {
        const vcd_error error = finish_error(write, nullptr);
        EXPECT_EQ(error.status, VCD_WRITE_FAILED);
        EXPECT_EQ(error.os_errno, EIO);
    }
}

TEST(VcdSink, GoesOnAfterShortWrites)
{
    FullAfter whole{SIZE_MAX, 0, {}};
    ASSERT_EQ(finish_error(take_until_full, &whole).status, VCD_OK);
    for (const size_t push : {1u, 2u, 7u}) {
        Trace trace({}, push);
        EXPECT_EQ(count_up(trace.w(), 100), VCD_OK);
        EXPECT_EQ(trace.text(), whole.taken);
    }
}

TEST(VcdSink, WritesTheSameBytesThroughEverySinkAndBuffer)
{
    const Folder folder;
    std::string expected;
    for (const size_t buffer : {0u, 512u, 513u, 4096u}) {
        vcd_writer_config config{};
        config.buffer_bytes = buffer;
        vcd_writer *w = open_path(folder.path("a.vcd"), config);
        EXPECT_EQ(count_up(w, 5000), VCD_OK);
        EXPECT_EQ(vcd_writer_finish(w), VCD_OK);
        vcd_writer_free(w);
        const std::string bytes = vcd_test::file_bytes(folder.path("a.vcd"));
        EXPECT_EQ(read_text(bytes).status, VCD_OK);
        if (!expected.empty()) {
            EXPECT_TRUE(bytes == expected) << buffer;
        }
        expected = bytes;
    }
    Trace trace;
    EXPECT_EQ(count_up(trace.w(), 5000), VCD_OK);
    EXPECT_TRUE(trace.text() == expected);
}

// A process that dies by SIGKILL leaves what was flushed, and that is readable.
TEST(VcdSink, LeavesAReadableFileAfterACrash)
{
    const Folder folder;
    const std::string path = folder.path("crash.vcd");
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        vcd_writer *w = nullptr;
        if (vcd_writer_open_path(&w, path.c_str(), nullptr, nullptr) != VCD_OK)
            _exit(10);
        (void)count_up(w, 20000);
        (void)vcd_writer_flush(w);
        (void)vcd_writer_time(w, 20001);
        (void)vcd_writer_int(w, 0, 0);
        (void)raise(SIGKILL);
    }
    int wstatus = 0;
    ASSERT_EQ(waitpid(child, &wstatus, 0), child);
    ASSERT_TRUE(WIFSIGNALED(wstatus) && WTERMSIG(wstatus) == SIGKILL);
    const vcd_test::Told told = read_text(vcd_test::file_bytes(path));
    EXPECT_EQ(told.status, VCD_OK) << told.error.text;
    EXPECT_EQ(told.events[told.events.size() - 2], "#20000");
}

// Without a flush the file ends with a whole line, at most one buffer before the crash.
TEST(VcdSink, LosesAtMostOneBufferAndNoPartOfALine)
{
    FullAfter sink{SIZE_MAX, 0, {}};
    vcd_writer_config config{};
    config.buffer_bytes = 600;
    vcd_writer *w = nullptr;
    ASSERT_EQ(vcd_writer_open_callback(&w, take_until_full, &sink, nullptr, &config, nullptr),
              VCD_OK);
    EXPECT_EQ(count_up(w, 500), VCD_OK);
    vcd_writer_free(w); // as a crash would: no finish
    ASSERT_FALSE(sink.taken.empty());
    EXPECT_EQ(sink.taken.back(), '\n');
    EXPECT_EQ(read_text(sink.taken).status, VCD_OK);
}

// The workers: what a slave does to its process costs one case, and nothing else changes.
extern "C" {
#include "cli/runner.h"
#include "tests/cli/fake_play.h"
}

#include "tests/sanitized.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace
{

struct Seen {
    uint32_t index;
    play_verdict verdict;
    std::string rule, message, reason, log;
    uint32_t log_bytes;

    bool operator==(const Seen &other) const
    {
        return index == other.index && verdict == other.verdict && rule == other.rule &&
               message == other.message && reason == other.reason && log == other.log &&
               log_bytes == other.log_bytes;
    }
};

std::ostream &operator<<(std::ostream &out, const Seen &seen)
{
    return out << seen.index << ' ' << play_verdict_text(seen.verdict) << ' ' << seen.rule << " \""
               << seen.message << seen.reason << "\" log " << seen.log_bytes;
}

class Set
{
  public:
    explicit Set(uint32_t count) : set_(fake_set_new(count))
    {
    }
    ~Set()
    {
        fake_set_free(set_);
    }
    Set(const Set &) = delete;
    Set &operator=(const Set &) = delete;
    Set &behave(uint32_t index, fake_behaviour behaviour)
    {
        fake_set_behave(set_, index, behaviour);
        return *this;
    }
    void without_stage()
    {
        fake_set_without_stage(set_);
    }
    const play_set *get() const
    {
        return set_;
    }

  private:
    play_set *set_;
};

bool keep(void *ctx, const play_case *one, const play_result *result, const worker_log *log)
{
    auto *seen = static_cast<std::vector<Seen> *>(ctx);
    Seen now = {one->index, result->verdict, "", "", result->reason, log->text, log->bytes};
    if (result->findings > 0) {
        now.rule = result->finding[0].rule;
        now.message = result->finding[0].message;
    }
    seen->push_back(now);
    return true;
}

std::vector<Seen> play(const Set &set, unsigned jobs, unsigned case_ms = 10000,
                       unsigned hang_cpu_ms = 200)
{
    std::vector<Seen> seen;
    char message[256];
    runner_options options = {};
    options.set = set.get();
    options.limits.jobs = jobs;
    options.limits.hang_cpu_ms = hang_cpu_ms;
    options.limits.case_ms = case_ms;
    options.limits.memory_bytes = 64u << 20;
    options.count = play_set_count(set.get());
    options.on_result = keep;
    options.on_result_ctx = &seen;
    EXPECT_EQ(runner_play(&options, message, sizeof message), RUNNER_DONE) << message;
    return seen;
}

/// Plays a set in which one case in the middle misbehaves, and gives what became of that one.
/// The others must not notice.
Seen play_one(fake_behaviour behaviour, unsigned case_ms = 10000)
{
    Set set(40);
    set.behave(17, behaviour);
    const std::vector<Seen> seen = play(set, 2, case_ms);
    EXPECT_EQ(seen.size(), 40u);
    for (const Seen &one : seen)
        if (one.index != 17) {
            EXPECT_EQ(one.verdict, PLAY_PASS) << one;
        }
    return seen.size() == 40 ? seen[17] : Seen{};
}

bool no_children_left()
{
    return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
}

} // namespace

TEST(Workers, HandResultsOutInTheOrderOfTheCases)
{
    const Set set(2000);
    for (const unsigned jobs : {0u, 1u, 2u, 7u}) {
        const std::vector<Seen> seen = play(set, jobs);
        ASSERT_EQ(seen.size(), 2000u);
        for (uint32_t i = 0; i < seen.size(); i++)
            ASSERT_EQ(seen[i].index, i) << jobs << " jobs";
        EXPECT_TRUE(no_children_left());
    }
}

TEST(Workers, GiveTheSameResultsWhateverTheirNumber)
{
    Set set(300);
    set.behave(3, FAKE_FAIL).behave(40, FAKE_SEGV).behave(41, FAKE_SEGV).behave(42, FAKE_EXIT);
    set.behave(100, FAKE_PRINT).behave(180, FAKE_ONCE).behave(299, FAKE_ABORT);
    const std::vector<Seen> one = play(set, 1);
    EXPECT_EQ(one, play(set, 2));
    EXPECT_EQ(one, play(set, 5));
}

TEST(Workers, MakeACrashOfTheSlaveAFindingOfItsCase)
{
    const Seen seen = play_one(FAKE_SEGV);
    EXPECT_EQ(seen.verdict, PLAY_FAIL);
    EXPECT_EQ(seen.rule, "crash");
    EXPECT_EQ(seen.message, "the slave was ended by SIGSEGV");
}

TEST(Workers, MakeACallOfExitAFinding)
{
    const Seen seen = play_one(FAKE_EXIT);
    EXPECT_EQ(seen.rule, "crash");
    EXPECT_EQ(seen.message, "the slave called exit(7)");
}

TEST(Workers, MakeACallOfAbortAFinding)
{
    EXPECT_EQ(play_one(FAKE_ABORT).message, "the slave called abort() (SIGABRT)");
}

TEST(Workers, MakeClosedDescriptorsAFinding)
{
    const Seen seen = play_one(FAKE_CLOSE);
    EXPECT_EQ(seen.rule, "crash");
    EXPECT_EQ(seen.message, "the slave closed file descriptors 1 and 2");
}

TEST(Workers, LetASlaveThatKillsItsProcessFail)
{
    const Seen seen = play_one(FAKE_KILL);
    EXPECT_EQ(seen.rule, "crash");
    EXPECT_EQ(seen.message, "the slave was ended by SIGKILL");
}

TEST(Workers, LetASlaveThatKeepsMemoryFail)
{
    const Seen seen = play_one(FAKE_KEEP);
    EXPECT_EQ(seen.rule, "memory") << seen.message;
}

TEST(Workers, LetASlaveThatEatsAllMemoryFail)
{
    // The address space of a sanitized process cannot be bounded.
    EXPECT_EQ(play_one(FAKE_EAT).rule, SANITIZED ? "memory" : "crash");
}

TEST(Workers, TellAHangOfTheSlaveFromALackOfBudget)
{
    const Seen slave = play_one(FAKE_SPIN);
    EXPECT_EQ(slave.verdict, PLAY_FAIL);
    EXPECT_EQ(slave.rule, "hang");
    const Seen ours = play_one(FAKE_SPIN_OURS, 1000);
    EXPECT_EQ(ours.verdict, PLAY_ERROR);
    EXPECT_EQ(ours.reason, "budget: 1 s of time are spent");
}

// A design whose clock goes on takes the machine's time while it stands on the bus.
TEST(Workers, TellASlaveThatHoldsSclForEverFromALackOfBudget)
{
    const Seen seen = play_one(FAKE_HOLD_SCL, 1000);
    EXPECT_EQ(seen.verdict, PLAY_FAIL) << seen;
    EXPECT_EQ(seen.rule, "scl_stuck");
    EXPECT_EQ(seen.message, "the slave has held SCL for 1 s, and the case cannot end");
}

// A machine that others use, too, makes no case late: here 32 of them wait for the CPUs.
TEST(Workers, CountTheTimeThatACaseWorksAndNotThatItWaits)
{
    Set set(32);
    for (uint32_t i = 0; i < 32; i++)
        set.behave(i, FAKE_WORK);
    for (const Seen &one : play(set, 32, 700))
        EXPECT_EQ(one.verdict, PLAY_PASS) << one;
}

TEST(Workers, MakeACrashOfOurOwnCodeAnErrorAndNoFailure)
{
    const Seen seen = play_one(FAKE_SEGV_OURS);
    EXPECT_EQ(seen.verdict, PLAY_ERROR);
    EXPECT_EQ(seen.reason, "i2cproof itself was ended by SIGSEGV in this case");
}

TEST(Workers, LetTheCaseAloneDecideThatPassesInAFreshProcess)
{
    EXPECT_EQ(play_one(FAKE_ONCE).verdict, PLAY_PASS);
}

// The case that has ended its worker waits for a seat of its own. When cases before it, that other
// workers left, have got all the seats meanwhile, one has to be given up for it: that takes crashes
// at one time, so many sets are played.
TEST(Workers, LeaveTheirSeatsToACaseThatWaitsForOne)
{
    const uint32_t count = 40;
    for (unsigned round = 0; round < (SANITIZED ? 40u : 500u); round++) {
        Set set(count);
        unsigned dice = round * 7919 + 1;
        for (uint32_t i = 0; i < count; i++) {
            dice = dice * 1664525 + 1013904223;
            if (dice >> 24 < 30)
                set.behave(i, FAKE_EXIT);
        }
        alarm(20); // the run would wait for ever
        EXPECT_EQ(play(set, 2).size(), count);
        alarm(0);
    }
}

TEST(Workers, MakeAnErrorOfACaseThatCannotEvenBegin)
{
    Set set(30);
    set.without_stage();
    for (const Seen &seen : play(set, 2)) {
        EXPECT_EQ(seen.verdict, PLAY_ERROR);
        EXPECT_EQ(seen.reason, "i2cproof itself ended with status 1 in this case");
    }
}

TEST(Workers, GiveUpOnASlaveThatHangsEverywhere)
{
    Set set(60);
    for (uint32_t i = 0; i < 60; i++)
        set.behave(i, i < RUNNER_HANGS_MAX + 2 ? FAKE_SPIN : FAKE_PASS);
    const std::vector<Seen> seen = play(set, 4, 10000, 20);
    ASSERT_EQ(seen.size(), 60u);
    EXPECT_EQ(seen[RUNNER_HANGS_MAX - 1].rule, "hang");
    EXPECT_EQ(seen[RUNNER_HANGS_MAX].verdict, PLAY_INCONCLUSIVE);
    EXPECT_EQ(seen[59].verdict, PLAY_INCONCLUSIVE);
}

TEST(Workers, KeepWhatASlavePrintsWithItsCase)
{
    for (const unsigned jobs : {0u, 2u}) {
        Set set(5);
        set.behave(2, FAKE_PRINT);
        testing::internal::CaptureStdout();
        const std::vector<Seen> seen = play(set, jobs);
        EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
        EXPECT_EQ(seen[2].log, "hello from the slave\n");
        EXPECT_EQ(seen[1].log, "");
        EXPECT_EQ(seen[3].log, "");
    }
}

TEST(Workers, BoundWhatASlavePrints)
{
    const Seen seen = play_one(FAKE_PRINT_MUCH);
    EXPECT_EQ(seen.verdict, PLAY_PASS);
    EXPECT_EQ(seen.log.size(), static_cast<size_t>(WORKER_LOG_BYTES - 1));
    EXPECT_LE(seen.log_bytes, static_cast<uint32_t>(WORKER_LOG_FILE_BYTES));
}

TEST(Workers, BoundAResultThatASlaveHasWrittenOver)
{
    const Seen seen = play_one(FAKE_GARBAGE);
    EXPECT_EQ(seen.verdict, PLAY_ERROR);
    EXPECT_LT(seen.message.size(), sizeof(play_finding{}.message));
}

TEST(Workers, EndTheirRunWhenTheResultCannotBeTaken)
{
    const Set set(500);
    char message[256];
    unsigned taken = 0;
    runner_options options = {};
    options.set = set.get();
    options.limits.jobs = 2;
    options.count = 500;
    options.on_result = [](void *ctx, const play_case *, const play_result *, const worker_log *) {
        return ++*static_cast<unsigned *>(ctx) < 10;
    };
    options.on_result_ctx = &taken;
    EXPECT_EQ(runner_play(&options, message, sizeof message), RUNNER_STOPPED);
    EXPECT_EQ(taken, 10u);
    EXPECT_TRUE(no_children_left());
}

// In a process of its own, since a caught signal ends all later runs.
TEST(Workers, AreGoneAfterASignal)
{
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
        Set set(100);
        set.behave(50, FAKE_SPIN_OURS);
        std::vector<Seen> seen;
        char message[256];
        runner_options options = {};
        options.set = set.get();
        options.limits.jobs = 2;
        options.count = 100;
        options.on_result = keep;
        options.on_result_ctx = &seen;
        options.on_progress = [](void *, uint32_t done) {
            if (done == 50)
                raise(SIGTERM);
        };
        runner_catch_signals();
        const bool fine = runner_play(&options, message, sizeof message) == RUNNER_INTERRUPTED &&
                          runner_caught() == SIGTERM && seen.size() == 50 && no_children_left();
        _exit(fine ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(AJobApart, TellsHowItEnded)
{
    runner_limits limits = {};
    limits.case_ms = 1000;
    const auto end_of = [&](runner_job_fn *job, bool expected) {
        char end[128] = "unset";
        EXPECT_EQ(runner_apart(&limits, job, nullptr, end, sizeof end), expected);
        return std::string(end);
    };
    EXPECT_EQ(end_of([](void *) { return true; }, true), "");
    EXPECT_EQ(end_of([](void *) { return false; }, false), "");
    EXPECT_EQ(end_of([](void *) { return raise(SIGBUS) == 0; }, false), "was ended by SIGBUS");
    EXPECT_EQ(end_of([](void *) -> bool { _exit(7); }, false), "ended with status 7");
    // An exit status of the job's own making is no success.
    EXPECT_EQ(end_of([](void *) -> bool { _exit(0); }, false), "ended with status 0");
    EXPECT_EQ(end_of([](void *) -> bool { exit(0); }, false), "called exit(0)");
    EXPECT_EQ(end_of(
                  [](void *) -> bool {
                      runner_apart_step(1000, "its constructor");
                      exit(3);
                  },
                  false),
              "its constructor called exit(3)");
    EXPECT_EQ(end_of([](void *) { return pause() == 0; }, false), "did not come back within 1 s");
    EXPECT_TRUE(no_children_left());
}

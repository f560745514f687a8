#include "tests/mutation/process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace mutation
{

namespace
{

using Clock = std::chrono::steady_clock;

std::vector<char *> pointers(std::vector<std::string> &words)
{
    std::vector<char *> list;
    for (std::string &one : words)
        list.push_back(one.data());
    list.push_back(nullptr);
    return list;
}

/// The environment, with `variables` in place of those of the same name.
std::vector<std::string> environment_with(const std::vector<std::string> &variables)
{
    std::vector<std::string> all = variables;
    for (char **one = environ; *one != nullptr; one++) {
        const std::string name = std::string(*one).substr(0, std::strcspn(*one, "=") + 1);
        bool replaced = false;
        for (const std::string &other : variables)
            replaced = replaced || other.compare(0, name.size(), name) == 0;
        if (!replaced)
            all.push_back(*one);
    }
    return all;
}

/// Both of its outputs go into the pipe; its input is empty. It leads a process group of its own.
pid_t start(std::vector<std::string> words, const std::vector<std::string> &variables, int pipe_end)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    std::vector<std::string> environment = environment_with(variables);
    pid_t child = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe_end, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe_end, STDERR_FILENO);
    const int error = posix_spawnp(&child, words[0].c_str(), &actions, &attributes,
                                   pointers(words).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        throw std::runtime_error(words[0] + ": " + std::strerror(error));
    return child;
}

/// Gathers what comes until the other end is closed. False when that takes too long.
bool gather(int from, Clock::time_point until, std::string *text)
{
    char block[4096];
    for (;;) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd one = {from, POLLIN, 0};
        if (left <= 0 || poll(&one, 1, static_cast<int>(left)) == 0)
            return false;
        const ssize_t got = read(from, block, sizeof block);
        if (got == 0 || (got < 0 && errno != EINTR))
            return true;
        if (got > 0)
            text->append(block, static_cast<size_t>(got));
    }
}

} // namespace

Ended run(const std::vector<std::string> &words, const std::vector<std::string> &variables,
          unsigned seconds)
{
    const Clock::time_point until = Clock::now() + std::chrono::seconds(seconds);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    pid_t child = 0;
    try {
        child = start(words, variables, ends[1]);
    } catch (...) {
        close(ends[0]);
        close(ends[1]);
        throw;
    }
    close(ends[1]);
    Ended ended = {};
    int status = 0;
    if (!gather(ends[0], until, &ended.out))
        kill(-child, SIGKILL);
    close(ends[0]);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return ended;
}

} // namespace mutation

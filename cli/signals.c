#include "cli/runner_private.h"

#include <signal.h>
#include <stdatomic.h>
#include <time.h>

/// Signal handlers reach nothing but globals; a process has one run at a time.
static volatile sig_atomic_t caught_signal;
static _Atomic uint32_t *volatile event_of_run;

static void wake_run(void)
{
    _Atomic uint32_t *event = event_of_run;
    if (event != NULL)
        atomic_fetch_add(event, 1);
}

void signals_wake(_Atomic uint32_t *event)
{
    event_of_run = event;
}

static void on_end_signal(int signal_number)
{
    caught_signal = signal_number;
    wake_run();
}

void signals_on_child(int signal_number)
{
    (void)signal_number;
    wake_run();
}

void signals_handle(int signal_number, void (*handler)(int))
{
    // Without SA_RESTART: the parent's sleep shall end.
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

void runner_catch_signals(void)
{
    signals_handle(SIGINT, on_end_signal);
    signals_handle(SIGTERM, on_end_signal);
}

int runner_caught(void)
{
    return caught_signal;
}

uint64_t clock_wall_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

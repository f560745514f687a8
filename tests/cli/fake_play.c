#define _POSIX_C_SOURCE 200809L // clock_gettime
#include "tests/cli/fake_play.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct play_set {
    uint32_t count;
    fake_behaviour *behaviour;
    bool without_stage;
    slave_description slave;
    master_spec spec;
};

struct play_stage {
    const play_set *set;
    unsigned played;
    volatile bool in_slave;
    volatile uint64_t now_ps;
    volatile uint64_t holds_scl_ps;
};

play_set *fake_set_new(uint32_t count)
{
    play_set *set = calloc(1, sizeof *set);
    assert(set != NULL);
    set->count = count;
    set->behaviour = calloc(count + 1u, sizeof *set->behaviour);
    set->slave.name = "fake";
    snprintf(set->spec.text, sizeof set->spec.text, "standard");
    return set;
}

void fake_set_free(play_set *set)
{
    free(set->behaviour);
    free(set);
}

void fake_set_behave(play_set *set, uint32_t index, fake_behaviour behaviour)
{
    assert(index < set->count);
    set->behaviour[index] = behaviour;
}

void fake_set_without_stage(play_set *set)
{
    set->without_stage = true;
}

uint32_t play_set_count(const play_set *set)
{
    return set->count;
}

void play_set_case(const play_set *set, uint32_t i, play_case *one)
{
    assert(i < set->count);
    memset(one, 0, sizeof *one);
    one->index = i;
    one->sweep = -1;
    one->point = -1;
    snprintf(one->id, sizeof one->id, "fake/case/standard/n=%u", i);
}

const slave_description *play_set_slave(const play_set *set)
{
    return &set->slave;
}

const master_spec *play_set_master(const play_set *set, unsigned i)
{
    (void)i;
    return &set->spec;
}

const char *play_verdict_text(play_verdict verdict)
{
#define TEXT(name, text) text,
    static const char *const texts[] = {PLAY_VERDICT_MAP(TEXT)};
#undef TEXT
    return texts[verdict];
}

play_stage *play_stage_new(const play_set *set, const play_stage_options *options)
{
    (void)options;
    play_stage *stage = set->without_stage ? NULL : calloc(1, sizeof *stage);
    if (stage != NULL)
        stage->set = set;
    return stage;
}

void play_stage_free(play_stage *stage)
{
    free(stage);
}

bool play_stage_in_slave(const play_stage *stage)
{
    return stage->in_slave;
}

void play_stage_crashes(const play_stage *stage, slave_crash *crash)
{
    (void)stage;
    (void)crash;
}

bool play_stage_tell_crash(const play_stage *stage, slave_crash *crash, char *text, size_t bytes)
{
    (void)stage;
    (void)crash;
    (void)text;
    (void)bytes;
    return false;
}

uint64_t play_stage_now_ps(const play_stage *stage)
{
    return stage->now_ps;
}

uint64_t play_stage_holds_scl_ps(const play_stage *stage)
{
    return stage->holds_scl_ps;
}

void play_finding_by_runner(play_finding *finding, const char *rule, uint64_t at_ps,
                            const char *message)
{
    memset(finding, 0, sizeof *finding);
    snprintf(finding->rule, sizeof finding->rule, "%s", rule);
    snprintf(finding->title, sizeof finding->title, "title of %s", rule);
    snprintf(finding->message, sizeof finding->message, "%s", message);
    finding->at_ps = at_ps;
    finding->verdict = PLAY_FAIL;
    finding->point = -1;
}

static void spin(void)
{
    for (volatile unsigned n = 0;; n++) {
    }
}

static void work(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    const time_t end_s = now.tv_sec + (now.tv_nsec >= 700000000);
    const long end_ns = (now.tv_nsec + 300000000) % 1000000000;
    while (now.tv_sec < end_s || (now.tv_sec == end_s && now.tv_nsec < end_ns))
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
}

static void crash(void)
{
    raise(SIGSEGV);
}

static void eat(void)
{
    for (;;) {
        char *more = malloc(1 << 20);
        if (more == NULL)
            crash();
        else
            memset(more, 1, 1 << 20);
    }
}

/// Kept where the compiler must believe in it: it may take an unused malloc() away.
static char *volatile kept;

static void keep(void)
{
    kept = malloc(40 << 20); // less than the runner allows a process
    assert(kept != NULL);
    kept[0] = 1;
}

static void print_much(void)
{
    for (int i = 0; i < 1 << 16; i++)
        fputs("thirty-two bytes of slave's talk\n", stdout);
}

static void fail(play_result *result)
{
    result->verdict = PLAY_FAIL;
    result->findings = 1;
    play_finding_by_runner(&result->finding[0], "I2C-RD-03", 1000, "pulls SDA");
}

static void act_as_slave(const play_stage *stage, fake_behaviour behaviour)
{
    switch (behaviour) {
    case FAKE_SEGV:
        crash();
        break;
    case FAKE_SPIN:
        spin();
        break;
    case FAKE_EXIT:
        exit(7);
    case FAKE_ABORT:
        abort();
    case FAKE_CLOSE:
        close(1);
        close(2);
        break;
    case FAKE_EAT:
        eat();
        break;
    case FAKE_KEEP:
        keep();
        break;
    case FAKE_KILL:
        raise(SIGKILL);
        break;
    case FAKE_PRINT:
        puts("hello from the slave");
        break;
    case FAKE_PRINT_MUCH:
        print_much();
        break;
    case FAKE_ONCE:
        if (stage->played > 1)
            crash();
        break;
    default:
        break;
    }
}

void play_run(play_stage *stage, const play_case *one, play_result *result)
{
    const fake_behaviour behaviour = stage->set->behaviour[one->index];
    memset(result, 0, sizeof *result);
    result->index = one->index;
    result->simulated_ps = 1000 + one->index;
    stage->played++;
    stage->now_ps = 500;
    stage->in_slave = true;
    act_as_slave(stage, behaviour);
    stage->in_slave = false;
    if (behaviour == FAKE_HOLD_SCL)
        for (;; stage->now_ps += I2C_PS_PER_US)
            stage->holds_scl_ps = stage->now_ps > I2C_PS_PER_S ? I2C_PS_PER_S : stage->now_ps;
    if (behaviour == FAKE_SPIN_OURS)
        spin();
    if (behaviour == FAKE_WORK)
        work();
    if (behaviour == FAKE_SEGV_OURS)
        crash();
    if (behaviour == FAKE_FAIL)
        fail(result);
    if (behaviour == FAKE_GARBAGE) {
        memset(result, 0xA5, sizeof *result);
        result->index = one->index;
    }
}

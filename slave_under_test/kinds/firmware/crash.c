#include "slave_under_test/kinds/firmware/crash.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { WHO_BYTES = 80 };
_Static_assert((int)WHO_BYTES >= (int)FIRMWARE_ROUTINE_BYTES, "a routine's name fits");

static const char *what_lies_there(const firmware_scene *scene, uintptr_t address)
{
    if (address == 0)
        return "a null pointer";
    const char *what = scene->family->lies_at(scene->part, address);
    return what != NULL ? what : "a wild pointer";
}

/// A hook, in which nothing goes wrong but what its caller has brought about.
static bool is_ours(const char *function)
{
    return (strncmp(function, "i2cproof_", 9) == 0 && strcmp(function, "i2cproof_main") != 0) ||
           strncmp(function, "__tsan", 6) == 0 || strncmp(function, "__sanitizer", 11) == 0;
}

static void name_culprit(const firmware_scene *scene, const slave_crash *crash, char *who)
{
    // It is the instruction itself, where these ask for what a call returns to.
    const char *function = firmware_object_function(scene->object, crash->pc + 1);
    (void)snprintf(who, WHO_BYTES, "it");
    if (crash->vector >= 0 && scene->family->vector(scene->part, (unsigned)crash->vector) != NULL)
        scene->family->routine(scene->part, (unsigned)crash->vector, who);
    if (function[0] == '\0' || is_ours(function))
        return;
    char place[WHO_BYTES];
    if (firmware_lines_name(scene->lines, crash->pc + 1, place, sizeof place))
        (void)snprintf(who, WHO_BYTES, "%s", place);
}

bool firmware_tell_crash(const firmware_scene *scene, const slave_crash *crash, char *text,
                         size_t bytes)
{
    const bool access = crash->signal == SIGSEGV || crash->signal == SIGBUS;
    char who[WHO_BYTES];
    name_culprit(scene, crash, who);
    if (access && scene->in_guard)
        (void)snprintf(text, bytes, "%s overflows the stack: a recursion, or arrays too large",
                       who);
    else if (access && crash->has_address)
        (void)snprintf(text, bytes, "%s %s address 0x%02zX: %s", who,
                       crash->writes ? "writes" : "reads", (size_t)crash->address,
                       what_lies_there(scene, crash->address));
    else if (access)
        (void)snprintf(text, bytes, "%s accesses memory through a wild pointer", who);
    else if (crash->signal == SIGFPE)
        (void)snprintf(text, bytes, "%s divides the lowest number of its type by -1", who);
    else
        return false;
    return true;
}

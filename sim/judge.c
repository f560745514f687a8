#include "sim/sim_private.h"

#include <string.h>

void i2c_judge_reset(i2c_sim *sim)
{
    memset(&sim->judge, 0, sizeof sim->judge);
    sim->judge.off = sim->config.rules_off;
}
void i2c_judge_node(i2c_sim *sim, unsigned node)
{
    (void)sim;
    (void)node;
}
void i2c_judge_pulls(i2c_sim *sim, unsigned line, uint32_t pulled, uint32_t released)
{
    (void)sim;
    (void)line;
    (void)pulled;
    (void)released;
}
void i2c_judge_scl_rise(i2c_sim *sim)
{
    (void)sim;
}
void i2c_judge_scl_fall(i2c_sim *sim, const i2c_event *event)
{
    (void)sim;
    (void)event;
}
void i2c_judge_sda_edge(i2c_sim *sim, bool high, const i2c_event *event)
{
    (void)sim;
    (void)high;
    (void)event;
}
void i2c_judge_runt(i2c_sim *sim, unsigned line, uint32_t makers)
{
    (void)sim;
    (void)line;
    (void)makers;
}
void i2c_judge_contention(i2c_sim *sim, unsigned line, uint32_t highs, uint32_t pulls)
{
    (void)sim;
    (void)line;
    (void)highs;
    (void)pulls;
}
void i2c_judge_finish(i2c_sim *sim)
{
    (void)sim;
}
void i2c_sim_set_profile(i2c_sim *sim, i2c_node node, const i2c_profile *profile)
{
    (void)node;
    sim->judge.profile = *profile;
    sim->judge.has_profile = true;
    sim->judge.slaves |= 1u << node;
}
void i2c_sim_set_master_profile(i2c_sim *sim, i2c_node node, const i2c_master_profile *profile)
{
    (void)sim;
    (void)node;
    (void)profile;
}
const i2c_rule *i2c_rule_at(unsigned i)
{
    (void)i;
    return NULL;
}
const i2c_rule *i2c_rule_find(const char *id)
{
    (void)id;
    return NULL;
}

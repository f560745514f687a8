// Names and parameters of masters.
#include "tests/models/masters_bench.h"

#include <gtest/gtest.h>

extern "C" {
#include "models/masters/quantity.h"
}

namespace
{

std::string error_of(const std::string &text)
{
    master_spec spec = {};
    char error[512] = "";
    return master_spec_read(&spec, text.c_str(), error, sizeof error) ? "" : error;
}

std::string canonical(const std::string &text)
{
    master_spec spec = {};
    char error[512] = "";
    if (!master_spec_read(&spec, text.c_str(), error, sizeof error))
        return std::string("error: ") + error;
    return spec.text;
}

} // namespace

TEST(MasterNames, AreWrittenAsShortAsTheyCanBe)
{
    EXPECT_EQ(canonical("arduino"), "arduino@100k");
    EXPECT_EQ(canonical("arduino@400kHz"), "arduino@400k");
    EXPECT_EQ(canonical("standard@100k,timing=typ"), "standard");
    EXPECT_EQ(canonical("standard@50k"), "standard@50k");
    EXPECT_EQ(canonical("nxt,fw=1.05,tick=42.618us"), "nxt,fw=1.05");
    EXPECT_EQ(canonical("nxt,fw=1.05,tick=52083ns"), "nxt,tick=52.083us,fw=1.05");
    EXPECT_EQ(canonical("arduino@100k,rp=4k7,cb=100pF"), "arduino@100k");
    EXPECT_EQ(canonical("arduino@100k,cb=220pF,rp=2200"), "arduino@100k,rp=2k2,cb=220pF");
    EXPECT_EQ(canonical("fast,timing=min,ideal=1"), "fast,timing=min,ideal=1");
}

TEST(MasterNames, ReadBackAsThemselves)
{
    for (const char *text : {"fast,timing=min,t_hd_sta=1.5us,pause=3ms,pause_in=ack,rp=3k3,tf=25ns",
                             "nxt,tick=52.083us,fw=1.05,eps=150ns,threshold=70"})
        EXPECT_EQ(canonical(canonical(text)), text);
}

TEST(MasterNames, ThatAreWrongNameTheNearest)
{
    EXPECT_EQ(error_of("ardiuno").substr(0, 35), "no master \"ardiuno\"; known: arduino");
    EXPECT_EQ(error_of("nxt,fww=1.05").substr(0, 37), "nxt has no parameter \"fww\"; known: fw");
    EXPECT_EQ(error_of("nxt,fw=1.06"), "nxt has no fw \"1.06\"; known: 1.05 1.29 enhanced");
    EXPECT_EQ(error_of("fast,t_hd_sta=600"), "fast: t_hd_sta=600 is not a time such as 600ns");
    EXPECT_EQ(error_of("fast@1M"), "fast@1M is out of range: 100001Hz to 400kHz");
    EXPECT_EQ(error_of("fast,rp=10"), "fast: rp=10 is out of range: 100 to 1M");
    EXPECT_EQ(error_of("fast,rp"), "\"fast,rp\": expected key=value behind the comma, got \"rp\"");
    EXPECT_EQ(error_of("fast,rp=1k,rp=2k"), "\"fast,rp=1k,rp=2k\": rp is given twice");
    EXPECT_EQ(error_of("fast@quick"), "fast@quick: \"quick\" is not a frequency such as 400k");
    EXPECT_EQ(error_of("fast,rp=1M,cb=10nF"),
              "fast: rp times cb is out of range: at most 2.147 ms");
    EXPECT_NE(error_of(std::string(500, 'x')), "");
    const std::string full =
        "standard,timing=min,t_hd_sta=1us,t_su_sta=1us,t_hd_dat=1us,t_su_dat=1us,"
        "t_su_sto=1us,t_buf=1us,t_low=1us,t_high=1us,ack_release=1us,pause=1us,"
        "pause_in=ack";
    EXPECT_EQ(error_of(full), "");
    EXPECT_NE(error_of(full + ",rp=4k8"), "");
    EXPECT_NE(error_of(""), "");
    EXPECT_NE(error_of("@,=,"), "");
}

TEST(MasterNames, AreAllFilledIn)
{
    for (unsigned i = 0; i < master_model_count(); i++) {
        const master_info *info = master_model_info(i);
        for (const char *text :
             {info->name, info->about, info->source, info->confidence, info->duty, info->stretch,
              info->limits, info->not_modelled, info->speeds[0]})
            ASSERT_TRUE(text != nullptr && text[0] != '\0') << info->name;
        EXPECT_EQ(error_of(info->name), "");
        for (const char *const *speed = info->speeds; *speed != nullptr; speed++)
            EXPECT_EQ(error_of(std::string(info->name) + "@" + *speed), "");
        for (const master_parameter *p = info->parameter; p->name != nullptr; p++)
            EXPECT_TRUE(p->values != nullptr && p->initial != nullptr && p->about != nullptr);
    }
}

TEST(Quantities, AreReadExactly)
{
    uint64_t v = 0;
    EXPECT_TRUE(quantity_read("42.618us", QUANTITY_TIME, &v));
    EXPECT_EQ(v, 42618000u);
    EXPECT_TRUE(quantity_read("0", QUANTITY_TIME, &v));
    EXPECT_TRUE(quantity_read("4k7", QUANTITY_RESISTANCE, &v));
    EXPECT_EQ(v, 4700u);
    EXPECT_TRUE(quantity_read("1.5M", QUANTITY_RESISTANCE, &v));
    EXPECT_EQ(v, 1500000u);
    for (const char *bad : {"", "us", "1", "1.5ps", "-1us", "1 us", "99999999999999999999us",
                            "1e3us", "1..5us", "4k7"})
        EXPECT_FALSE(quantity_read(bad, QUANTITY_TIME, &v)) << bad;
    EXPECT_FALSE(quantity_read("k7", QUANTITY_RESISTANCE, &v));
    EXPECT_FALSE(quantity_read("4.k7", QUANTITY_RESISTANCE, &v));
}

// Waveforms of whole cases: the player, a real slave, files.
#include "tests/cli/wave_support.h"

extern "C" {
#include "scenarios/lang/lang.h"
#include "scenarios/lang/suite.h"
#include "scenarios/play/play.h"
#include "slave_under_test/kind.h"
}

#include <gtest/gtest.h>

#include <cstring>

using namespace wave_test;

namespace
{

// A shipped slave, built, with its cases on one master.
class Cases
{
  public:
    Cases(const std::string &slave_file, const char *master_text)
    {
        char text[8192] = "";
        lang_diagnostics *diagnostics = lang_diagnostics_new();
        const std::string path = SLAVES_SHIPPED "/" + slave_file;
        EXPECT_EQ(lang_slave_read_file(&slave, path.c_str(), diagnostics), LANG_OK);
        lang_diagnostics_free(diagnostics);
        adapter = slave_adapter_find("hosted");
        const slave_build_options build = {};
        image = adapter->prepare(slave, &build, text, sizeof text);
        EXPECT_NE(image, nullptr) << text;
        EXPECT_TRUE(master_spec_read(&spec, master_text, text, sizeof text)) << text;
        programs[0] = suite_program();
        play_set_options options = {};
        options.programs = programs;
        options.program_count = 1;
        options.masters = &spec;
        options.master_count = 1;
        options.seed = 1;
        set = play_set_new(slave, &options, text, sizeof text);
        EXPECT_NE(set, nullptr) << text;
    }
    ~Cases()
    {
        play_set_free(set);
        adapter->discard(image);
        lang_slave_free(slave);
    }
    Cases(const Cases &) = delete;
    Cases &operator=(const Cases &) = delete;

    play_case find(const std::string &id) const
    {
        play_case one = {};
        EXPECT_TRUE(play_set_find(set, id.c_str(), &one)) << id;
        return one;
    }

    // Plays without a wave.
    play_result play(const play_case &one) const
    {
        play_result result = {};
        play_stage_options options = {};
        options.adapter = adapter;
        options.image = image;
        play_stage *stage = play_stage_new(set, &options);
        play_run(stage, &one, &result);
        play_stage_free(stage);
        return result;
    }

    wave_request request(const play_case *one, i2c_trace *trace, const play_finding *finding) const
    {
        wave_request r = {};
        r.set = set;
        r.one = one;
        r.adapter = adapter;
        r.image = image;
        r.trace = trace;
        r.vcd_name = "x.vcd";
        r.finding = finding;
        return r;
    }

  private:
    slave_description *slave = nullptr;
    const slave_adapter *adapter = nullptr;
    slave_image *image = nullptr;
    master_spec spec = {};
    const lang_program *programs[1] = {};
    play_set *set = nullptr;
};

// Writes the wave of a case; what is shown of the finding as text.
std::string write_case(const Cases &cases, const play_case &one, const play_finding *finding,
                       uint32_t capacity, const std::string &stem)
{
    char message[512] = "";
    char text[WAVE_TEXT_BYTES] = "";
    play_result result = {};
    Trace trace(capacity);
    const std::string vcd = stem + ".vcd";
    const std::string gtkw = stem + ".gtkw";
    wave_request request = cases.request(&one, trace.get(), finding);
    request.vcd_path = vcd.c_str();
    request.gtkw_path = gtkw.c_str();
    EXPECT_TRUE(wave_write_case(&request, &result, message, sizeof message)) << message;
    if (finding != nullptr)
        wave_text(text, sizeof text, trace.get(), finding, 100);
    return text;
}

} // namespace

// A ring that holds the whole case, and one that goes round many times: the same files, and the
// same picture of a finding.
TEST(WaveOfACase, DoesNotDependOnTheSizeOfTheRing)
{
    const Folder folder;
    const Cases cases("broken/late_output.slave", "arduino@100k");
    const play_case one = cases.find("dat.long/arduino@100k/n=0x20");
    const play_result result = cases.play(one);
    ASSERT_GT(result.findings, 0u);
    const play_finding &finding = result.finding[0]; // early in a long case
    const std::string large =
        write_case(cases, one, &finding, WAVE_TRACE_RECORDS, folder.path("x"));
    const std::string vcd = file_text(folder.path("x.vcd"));
    const std::string gtkw = file_text(folder.path("x.gtkw"));
    const std::string small = write_case(cases, one, &finding, 512, folder.path("x"));
    EXPECT_TRUE(file_text(folder.path("x.vcd")) == vcd);
    EXPECT_TRUE(file_text(folder.path("x.gtkw")) == gtkw);
    EXPECT_NE(large, "");
    EXPECT_EQ(small, large);
    expect_vcd2fst_takes(folder.path("x.vcd"));
    EXPECT_EQ(read_vcd(folder.path("x.vcd")).changes("monitor.finding").at(0), finding.rule);
}

// A swept point is played in several simulations, each from reset; the wave is of the one in which
// the finding was made, not of the last.
TEST(WaveOfACase, ShowsTheSimulationWithTheFinding)
{
    const Folder folder;
    const Cases cases("broken/keeps_last_bit.slave", "arduino@100k");
    unsigned seen = 0;
    for (const char *id : {"abt.readn/arduino@100k/freeze", "abt.read1/arduino@100k/vanish",
                           "abt.writen.registers/arduino@100k/stop"}) {
        play_case one = cases.find(id);
        const play_result swept = cases.play(one);
        for (unsigned i = 0; i < swept.findings; i++) {
            const play_finding &finding = swept.finding[i];
            one.point = finding.point;
            write_case(cases, one, &finding, WAVE_TRACE_RECORDS, folder.path("x"));
            const Waves w = read_vcd(folder.path("x.vcd"));
            const uint64_t time = finding.at_ps / w.timescale_ps;
            EXPECT_NE(w.at("monitor.finding", time).find(finding.rule), std::string::npos)
                << id << " " << finding.rule;
            const std::string vcd = file_text(folder.path("x.vcd"));
            write_case(cases, one, &finding, 512, folder.path("x"));
            EXPECT_TRUE(file_text(folder.path("x.vcd")) == vcd) << id << " " << finding.rule;
            seen++;
        }
    }
    EXPECT_GT(seen, 0u);
}

TEST(WaveOfACase, ShowsAllOfACaseWithoutAFinding)
{
    const Folder folder;
    const Cases cases("registers/registers.slave", "standard");
    const play_case one = cases.find("rd.lengths/standard/n=0x10");
    write_case(cases, one, nullptr, WAVE_TRACE_RECORDS, folder.path("x"));
    const Waves w = read_vcd(folder.path("x.vcd"));
    EXPECT_EQ(w.changes("monitor.finding").size(), 0u);
    EXPECT_GE(w.changes("monitor.decode").size(), 2 * 16u);
    EXPECT_EQ(w.changes("monitor.decode").back(), "P");
    expect_vcd2fst_takes(folder.path("x.vcd"));
}

// The process that played has died: the parent writes what lies in the shared ring.
TEST(WaveOfACase, IsFinishedFromTheRingOfADeadProcess)
{
    const Folder folder;
    const std::string vcd = folder.path("x.vcd");
    const std::string gtkw = folder.path("x.gtkw");
    char message[512] = "";
    Trace trace(WAVE_TRACE_RECORDS);
    trace.node("slave");
    for (uint64_t i = 0; i < 3 * WAVE_TRACE_RECORDS; i++)
        trace.pulls(i * US, I2C_SDA, i % 2);
    play_finding crash = {};
    std::snprintf(crash.rule, sizeof crash.rule, "crash");
    crash.at_ps = (3 * WAVE_TRACE_RECORDS + 5) * US;
    wave_request request = {};
    request.trace = trace.get();
    request.vcd_path = vcd.c_str();
    request.gtkw_path = gtkw.c_str();
    request.vcd_name = "x.vcd";
    request.finding = &crash;
    ASSERT_TRUE(wave_finish_case(&request, message, sizeof message)) << message;
    const Waves w = read_vcd(vcd);
    EXPECT_EQ(w.values.at("bus.scl").begin()->second, "x");
    EXPECT_GT(w.changes("bus.sda").size(), WAVE_TRACE_RECORDS / 3u);
    EXPECT_EQ(w.changes("monitor.finding").at(0), "crash");
    EXPECT_NE(file_text(gtkw).find("[dumpfile] \"x.vcd\""), std::string::npos);
    expect_vcd2fst_takes(vcd);
}

TEST(WaveOfACase, IsAnEmptyOneWhenADeadProcessOverwroteTheRing)
{
    const Folder folder;
    const std::string vcd = folder.path("x.vcd");
    const std::string gtkw = folder.path("x.gtkw");
    char message[512] = "";
    Trace trace(WAVE_TRACE_RECORDS);
    memset(static_cast<void *>(trace.get()), 0xA5, i2c_trace_bytes(WAVE_TRACE_RECORDS));
    wave_request request = {};
    request.trace = trace.get();
    request.vcd_path = vcd.c_str();
    request.gtkw_path = gtkw.c_str();
    request.vcd_name = "x.vcd";
    ASSERT_TRUE(wave_finish_case(&request, message, sizeof message)) << message;
    EXPECT_EQ(read_vcd(vcd).changes("bus.scl").size(), 0u);
}

TEST(WaveOfACase, IsReadableWhateverADeadProcessWroteIntoTheRing)
{
    const Folder folder;
    const std::string vcd = folder.path("x.vcd");
    const std::string gtkw = folder.path("x.gtkw");
    char message[512] = "";
    char text[WAVE_TEXT_BYTES];
    uint64_t random = 1;
    for (unsigned round = 0; round < 8; round++) {
        Trace trace(WAVE_TRACE_RECORDS);
        auto *bytes = reinterpret_cast<unsigned char *>(trace.get());
        for (size_t i = 0; i < i2c_trace_bytes(WAVE_TRACE_RECORDS); i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = static_cast<unsigned char>(random >> 56);
        }
        i2c_trace *t = trace.get();
        t->capacity = WAVE_TRACE_RECORDS;
        t->nodes = 32;
        t->tracks = I2C_TRACE_TRACK_MAX;
        t->texts = I2C_TRACE_TEXT_MAX;
        t->written = round % 2 == 0 ? WAVE_TRACE_RECORDS / 2 : random;
        for (uint64_t i = 0; i < WAVE_TRACE_RECORDS; i++) // some order, or all but one is dropped
            t->record[i] = {i * US + t->record[i].at_ps % US,
                            static_cast<uint8_t>(t->record[i].kind % 7), t->record[i].a,
                            static_cast<uint16_t>(t->record[i].b % 128), t->record[i].value};
        play_finding crash = {};
        std::snprintf(crash.rule, sizeof crash.rule, "crash");
        std::snprintf(crash.blame, sizeof crash.blame, "slave");
        crash.at_ps = WAVE_TRACE_RECORDS / 4 * US;
        wave_request request = {};
        request.trace = t;
        request.vcd_path = vcd.c_str();
        request.gtkw_path = gtkw.c_str();
        request.vcd_name = "x.vcd";
        request.finding = &crash;
        ASSERT_TRUE(wave_finish_case(&request, message, sizeof message)) << message;
        EXPECT_GT(read_vcd(vcd).values.size(), 32u);
        expect_vcd2fst_takes(vcd);
        wave_text(text, sizeof text, t, &crash, 100);
    }
}

TEST(WaveOfACase, ThatCannotBeWrittenSaysWhy)
{
    const Cases cases("broken/keeps_last_bit.slave", "arduino@100k");
    const play_case one = cases.find("rd.lengths/arduino@100k/n=0x01");
    char message[512] = "";
    play_result result = {};
    for (const uint32_t capacity : {uint32_t{512}, uint32_t{WAVE_TRACE_RECORDS}}) {
        Trace trace(capacity);
        wave_request request = cases.request(&one, trace.get(), nullptr);
        request.vcd_path = "/dev/full";
        request.gtkw_path = "/dev/full";
        EXPECT_FALSE(wave_write_case(&request, &result, message, sizeof message));
        EXPECT_STREQ(message, "/dev/full: cannot write: No space left on device");
    }
}

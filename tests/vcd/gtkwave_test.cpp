// GTKWave's own converter as a second reader.

#include "support.h"

#include <cstdlib>
#include <fstream>

using vcd_test::file_bytes;
using vcd_test::Folder;

namespace
{

void write_everything(const std::string &path, bool strict)
{
    vcd_writer *w = nullptr;
    vcd_writer_config config{};
    config.timescale = 100;
    config.unit = VCD_PS;
    config.version = "libvcd test";
    config.comment = "every kind of variable";
    config.strict = strict;
    ASSERT_EQ(vcd_writer_open_path(&w, path.c_str(), &config, nullptr), VCD_OK);
    vcd_signal signals[6] = {};
    const vcd_var vars[] = {
        {VCD_VAR_WIRE, 1, "scl", false, 0, 0},    {VCD_VAR_REG, 8, "data", true, 7, 0},
        {VCD_VAR_INTEGER, 32, "n", false, 0, 0},  {VCD_VAR_REAL, 64, "volts", false, 0, 0},
        {VCD_VAR_STRING, 1, "note", false, 0, 0}, {VCD_VAR_REG, 130, "wide", true, 129, 0}};
    for (size_t i = 0; i < std::size(vars); i++) {
        vcd_writer_scope(w, static_cast<vcd_scope_type>(i % VCD_SCOPE_OTHER),
                         ("s" + std::to_string(i)).c_str());
        ASSERT_EQ(vcd_writer_var(w, &vars[i], &signals[i]), VCD_OK);
    }
    vcd_writer_start(w, 5);
    for (uint64_t i = 1; i < 300; i++) {
        vcd_writer_time(w, 5 + i * 47);
        vcd_writer_bit(w, signals[0], static_cast<vcd_bit>(i % 4));
        vcd_writer_masked(w, signals[1], i, i % 7 == 0 ? 0xF0 : 0, i % 11 == 0 ? 0x0F : 0);
        vcd_writer_int(w, signals[2], 0 - i);
        vcd_writer_real(w, signals[3], static_cast<double>(i) / 3);
        const std::string note = i % 5 == 0 ? "" : "byte " + std::to_string(i) + " \\ \xc3\xa9\n";
        vcd_writer_string(w, signals[4], note.data(), note.size());
        vcd_writer_bits(w, signals[5], i % 2 ? "z1" : "x01");
        if (i == 100)
            vcd_writer_dump_off(w);
        if (i == 150)
            vcd_writer_dump_on(w);
        if (i == 200)
            vcd_writer_dump_all(w);
    }
    ASSERT_EQ(vcd_writer_finish(w), VCD_OK) << vcd_writer_error(w)->text;
    vcd_writer_free(w);
}

} // namespace

TEST(VcdInGtkwave, ConvertsWithoutAComplaint)
{
    ASSERT_EQ(std::system("command -v vcd2fst >/dev/null"), 0)
        << "vcd2fst is missing: apt-get install gtkwave";
    const Folder folder;
    for (const bool strict : {false, true}) {
        write_everything(folder.path("a.vcd"), strict);
        const std::string command = "vcd2fst '" + folder.path("a.vcd") + "' '" +
                                    folder.path("a.fst") + "' >'" + folder.path("log") + "' 2>&1";
        EXPECT_EQ(std::system(command.c_str()), 0);
        EXPECT_EQ(file_bytes(folder.path("log")), "");
        EXPECT_GT(file_bytes(folder.path("a.fst")).size(), 300u);
    }
}

// GTKWave takes the escapes of strings for what they mean: they come back from its own format.
TEST(VcdInGtkwave, KeepsTheStrings)
{
    ASSERT_EQ(std::system("command -v vcd2fst fst2vcd >/dev/null"), 0)
        << "vcd2fst and fst2vcd are missing: apt-get install gtkwave";
    const Folder folder;
    write_everything(folder.path("a.vcd"), false);
    const std::string command = "vcd2fst '" + folder.path("a.vcd") + "' '" + folder.path("a.fst") +
                                "' && fst2vcd '" + folder.path("a.fst") + "' -o '" +
                                folder.path("b.vcd") + "'";
    ASSERT_EQ(std::system(command.c_str()), 0);
    const vcd_test::Told told = vcd_test::read_text(file_bytes(folder.path("b.vcd")));
    EXPECT_EQ(told.status, VCD_OK) << told.error.text;
    EXPECT_NE(told.all().find("=string byte 13 \\ \xc3\xa9\n\n"), std::string::npos);
}

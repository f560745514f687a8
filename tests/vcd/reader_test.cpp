// What the reader tells, what it refuses and where, and that no input harms it.

#include "support.h"

#include <random>
#include <sys/resource.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VCD_HAS_ASAN
#endif
#endif

using vcd_test::read_text;
using vcd_test::Told;

namespace
{

const char *const small = "$timescale 1ns $end\n"
                          "$scope module top $end\n"
                          "$var wire 1 ! scl $end\n"
                          "$var reg 8 \" data [7:0] $end\n"
                          "$var real 64 # volts $end\n"
                          "$var string 1 $ note $end\n"
                          "$upscope $end\n"
                          "$enddefinitions $end\n";

/// The error of the small header with `rest` behind it.
vcd_error error_after_header(const std::string &rest)
{
    return read_text(small + rest).error;
}

} // namespace

TEST(VcdReader, TellsDeclarationsTimesAndChanges)
{
    const Told told = read_text(std::string("$date  Nov 21\n 2026 $end $version v $end\n"
                                            "$comment $end\n") +
                                small +
                                "#0 $dumpvars x! bx \" r0 # s $ $end\n#5\n1!\nb101 \"\n"
                                "r-1.5e3 #\nsa\\x20b\\\\ $\n$comment on the way $end\n"
                                "#7 $dumpoff x! $end\n#8\n$dumpon 0! $end $dumpall 0! $end\n");
    EXPECT_EQ(told.status, VCD_OK) << told.error.text;
    EXPECT_EQ(told.all(), "text 0 Nov 21 2026\ntext 1 v\ntext 2 \ntimescale 1 2\nscope 0 top\n"
                          "var 0 wire 1 scl\nvar 1 reg 8 data [7:0]\nvar 2 real 64 volts\n"
                          "var 3 string 1 note\nupscope\nenddefinitions\n#0\ndump 0 begins\n"
                          "0=x\n1=xxxxxxxx\n2=real 0x0p+0\n3=string \ndump 0 ends\n#5\n0=1\n"
                          "1=00000101\n2=real -0x1.77p+10\n3=string a b\\\ntext 2 on the way\n"
                          "#7\ndump 3 begins\n0=x\ndump 3 ends\n#8\ndump 2 begins\n0=0\n"
                          "dump 2 ends\ndump 1 begins\n0=0\ndump 1 ends\n");
}

TEST(VcdReader, TakesPiecesOfAnySize)
{
    const std::string file =
        std::string(small) + "#0 $dumpvars 0! b1z0 \" r1 # sx\\x41 $ $end\n#12\n1!\n";
    const Told whole = read_text(file);
    EXPECT_EQ(whole.status, VCD_OK) << whole.error.text;
    for (size_t piece = 1; piece < file.size(); piece++) {
        const Told told = read_text(file, piece);
        EXPECT_EQ(told.status, VCD_OK) << told.error.text;
        EXPECT_EQ(told.events, whole.events) << piece;
    }
}

TEST(VcdReader, TakesSectionsInAnyOrderAndLayout)
{
    const Told told =
        read_text("$var\twire 1 ! a$b [3] $end $scope begin s $end $var wire 2 !! b "
                  "[ 1 : 0 ] $end $upscope $end\r\n$comment c $end $timescale\n100\nfs\n$end "
                  "$enddefinitions\n$end 1! b1 !! #3 0! ");
    EXPECT_EQ(told.status, VCD_OK) << told.error.text;
    EXPECT_EQ(told.all(), "var 0 wire 1 a$b [3:3]\nscope 4 s\nvar 1 wire 2 b [1:0]\nupscope\n"
                          "text 2 c\ntimescale 100 0\nenddefinitions\n0=1\n1=01\n#3\n0=0\n");
}

// IEEE 1364-2005 18.2.3.8: the reference may have a bit select or a range.
TEST(VcdReader, SplitsAttachedRangesThatFitTheWidth)
{
    const std::pair<const char *, const char *> cases[] = {
        {"8 ! d[7:0]", "var 0 wire 8 d [7:0]"},
        {"8 ! d[0:7]", "var 0 wire 8 d [0:7]"},
        {"1 ! d[3]", "var 0 wire 1 d [3:3]"},
        {"8 ! memory[3]", "var 0 wire 8 memory[3]"},
        {"8 ! m[3][7:0]", "var 0 wire 8 m[3] [7:0]"},
        {"8 ! \\d[7:0]", "var 0 wire 8 \\d[7:0]"},
        {"3 ! f [1:-1]", "var 0 wire 3 f [1:-1]"},
        {"8 ! [7:0]", "var 0 wire 8 [7:0]"},
        {"2 ! d[1 : 0]", nullptr}};
    for (const auto &[declared, expected] : cases) {
        const Told told = read_text("$var wire " + std::string(declared) + " $end\n");
        if (expected)
            EXPECT_EQ(told.all(), std::string(expected) + "\n");
        else
            EXPECT_EQ(told.status, VCD_SYNTAX);
    }
}

TEST(VcdReader, ExtendsVectorsToTheLeft)
{
    const std::pair<const char *, const char *> cases[] = {{"b1", "00000001"},
                                                           {"b0", "00000000"},
                                                           {"bx1", "xxxxxxx1"},
                                                           {"BZ0", "zzzzzzz0"},
                                                           {"b10101010", "10101010"}};
    for (const auto &[written, value] : cases)
        EXPECT_EQ(read_text(small + std::string(written) + " \"\n").events.back(),
                  "1=" + std::string(value));
}

TEST(VcdReader, ReadsForeignStringEscapes)
{
    const Told told = read_text(std::string(small) + "sa\\n\\101\\q\\x4\\\" $\n");
    EXPECT_EQ(told.events.back(), "3=string a\nA\\q\\x4\"");
}

TEST(VcdReader, GivesOneNumberToAnIdentifierOfTwoNames)
{
    const Told told = read_text("$var wire 1 ! a $end $var reg 1 ! b $end\n");
    EXPECT_EQ(told.all(), "var 0 wire 1 a\nvar 0 reg 1 b\n");
    EXPECT_EQ(read_text("$var wire 1 ! a $end $var wire 2 ! b $end\n").status, VCD_SYNTAX);
}

TEST(VcdReader, SaysLineAndColumnOfAnError)
{
    const struct {
        const char *rest;
        vcd_status status;
        uint64_t line, column;
        const char *text;
    } cases[] = {
        {"#1\n  1?\n", VCD_UNKNOWN_ID, 10, 4, "line 10, column 4: identifier '?' was not declared"},
        {"1!\n2!\n", VCD_SYNTAX, 10, 1, "line 10, column 1: '2!' is no time, change or keyword"},
        {"b12 \"\n", VCD_BAD_VALUE, 9, 1,
         "line 9, column 1: value 'b12' has other digits than 0, 1, x, z"},
        {"b000000000 \"\n", VCD_BAD_VALUE, 9, 1,
         "line 9, column 1: value 'b000000000' has more digits than its variable"},
        {"b \"\n", VCD_BAD_VALUE, 9, 1, "line 9, column 1: value 'b' has no digits"},
        {"r1.5x #\n", VCD_BAD_VALUE, 9, 1, "line 9, column 1: value 'r1.5x' is no number"},
        {"r1 !\n", VCD_BAD_VALUE, 9, 1,
         "line 9, column 1: value 'r1' for a variable that holds bits"},
        {"1#\n", VCD_BAD_VALUE, 9, 1,
         "line 9, column 1: value '1' for a variable that holds a real"},
        {"#5\n#4\n", VCD_TIME_BACKWARDS, 10, 1,
         "line 10, column 1: time goes backwards: 4 after 5"},
        {"#18446744073709551616\n", VCD_SYNTAX, 9, 1,
         "line 9, column 1: '#18446744073709551616' is no time of 64 bits"},
        {"$dumpvars #1\n", VCD_SYNTAX, 9, 11, "line 9, column 11: '#1' inside a dump section"},
        {"$end\n", VCD_SYNTAX, 9, 1, "line 9, column 1: '$end' without a section"},
        {"$var wire 1 % a $end\n", VCD_SYNTAX, 9, 1,
         "line 9, column 1: '$var' after $enddefinitions"},
        {"$dump\x01\n", VCD_SYNTAX, 9, 1, "line 9, column 1: '$dump\\x01' is no keyword"},
        {"0 !\n", VCD_SYNTAX, 9, 1, "line 9, column 1: '0' has no identifier behind it"},
    };
    for (const auto &c : cases) {
        const vcd_error error = error_after_header(c.rest);
        EXPECT_EQ(error.status, c.status) << c.rest;
        EXPECT_EQ(error.line, c.line) << c.rest;
        EXPECT_EQ(error.column, c.column) << c.rest;
        EXPECT_STREQ(error.text, c.text);
    }
}

// Found by the fuzzer: compared as a C string, such an identifier equalled a declared one.
TEST(VcdReader, RefusesAnIdentifierWithAZeroByte)
{
    const std::string change("b1 \"\0\0\0\0\0\0\0\0 ", 13);
    EXPECT_EQ(read_text(small + change).status, VCD_UNKNOWN_ID);
}

TEST(VcdReader, RefusesBrokenDeclarations)
{
    for (const char *text : {"$var wire 1 ! $end",
                             "$var wire 0 ! a $end",
                             "$var wire 65537 ! a $end",
                             "$var wir 1 ! a $end",
                             "$var wire 1 \x7f a $end",
                             "$var wire 1 ! a b $end",
                             "$var wire 1 ! a [1:0:2] $end",
                             "$var wire 1 ! a [] $end",
                             "$var wire x ! a $end",
                             "$var wire 1 ! a [ 1 : 2 ] ] $end",
                             "$scope module $end",
                             "$scope module a b $end",
                             "$upscope $end",
                             "$timescale 2 ns $end",
                             "$timescale 1 xs $end",
                             "$timescale 1 $end",
                             "$timescale $end",
                             "$timescale 1ns ns $end",
                             "$timescale 1ns $end $timescale 1ns $end",
                             "$enddefinitions now $end",
                             "#0",
                             "1!",
                             "$dumpvars",
                             "hello"}) {
        const Told told = read_text(std::string(text) + "\n");
        EXPECT_EQ(told.status, VCD_SYNTAX) << text << ": " << told.error.text;
        EXPECT_EQ(told.error.line, 1u) << text;
    }
}

// Every prefix: what was told is a prefix of the whole, and the cut is noticed wherever it leaves
// something open.
TEST(VcdReader, TellsEverythingBeforeACutAtAnyByte)
{
    const std::string file = std::string("$comment two words $end\n") + small +
                             "#0\n$dumpvars\n0!\nb1z0 \"\nr1 #\nsx $\n$end\n#120\n1!\nb11 \"\n";
    const Told whole = read_text(file);
    ASSERT_EQ(whole.status, VCD_OK) << whole.error.text;
    const size_t body = file.find("#0");
    const size_t dump_end = file.find("$end\n#120") + 4;
    for (size_t cut = 0; cut < file.size(); cut++) {
        const Told told = read_text(file.substr(0, cut));
        ASSERT_LE(told.events.size(), whole.events.size());
        for (size_t i = 0; i < told.events.size(); i++)
            ASSERT_EQ(told.events[i], whole.events[i]) << cut;
        const bool between = cut > 0 && file[cut - 1] == '\n' && cut >= body;
        const bool in_dump = cut > body + 3 && cut < dump_end;
        const bool whole_end = cut == dump_end || cut == body - 1;
        const bool complete = (between && !in_dump) || whole_end;
        EXPECT_EQ(told.status, complete ? VCD_OK : VCD_TRUNCATED) << cut << told.error.text;
    }
}

TEST(VcdReader, SaysWhereAFileWasCut)
{
    EXPECT_STREQ(read_text("").error.text,
                 "line 1, column 1: the file ends before $enddefinitions");
    EXPECT_STREQ(error_after_header("#12").text, "line 9, column 4: the file ends inside a word");
    EXPECT_STREQ(error_after_header("b1 ").text,
                 "line 9, column 4: the file ends between a value and its identifier");
}

TEST(VcdReader, StopsWhenACallbackSaysSo)
{
    vcd_reader *reader = nullptr;
    vcd_reader_config config{};
    config.on_time = [](void *, uint64_t time) { return time < 5; };
    ASSERT_EQ(vcd_reader_new(&reader, &config), VCD_OK);
    const std::string file = std::string(small) + "#4 #5 nonsense ";
    EXPECT_EQ(vcd_reader_feed(reader, file.data(), file.size()), VCD_STOPPED);
    EXPECT_EQ(vcd_reader_feed(reader, "x", 1), VCD_STOPPED);
    EXPECT_EQ(vcd_reader_finish(reader), VCD_STOPPED);
    vcd_reader_free(reader);
}

TEST(VcdReader, RefusesMoreAfterTheEnd)
{
    vcd_reader *reader = nullptr;
    const vcd_reader_config config{};
    ASSERT_EQ(vcd_reader_new(&reader, &config), VCD_OK);
    ASSERT_EQ(vcd_reader_feed(reader, small, std::string(small).size()), VCD_OK);
    ASSERT_EQ(vcd_reader_finish(reader), VCD_OK);
    EXPECT_EQ(vcd_reader_feed(reader, "#1\n", 3), VCD_BAD_ORDER);
    vcd_reader_free(reader);
}

TEST(VcdReader, NamesAFileThatCannotBeReadOrParsed)
{
    const vcd_test::Folder folder;
    const vcd_reader_config config{};
    for (const bool exists : {false, true}) {
        vcd_reader *reader = nullptr;
        ASSERT_EQ(vcd_reader_new(&reader, &config), VCD_OK);
        const std::string path = exists ? folder.path("") : folder.path("none.vcd");
        EXPECT_EQ(vcd_reader_read_path(reader, path.c_str()),
                  exists ? VCD_READ_FAILED : VCD_OPEN_FAILED);
        EXPECT_EQ(std::string(vcd_reader_error(reader)->text),
                  path + (exists ? ": cannot read: Is a directory"
                                 : ": cannot open: No such file or directory"));
        vcd_reader_free(reader);
    }
}

TEST(VcdReader, LimitsWordsAndSections)
{
    const std::string word(2000, 'a');
    EXPECT_EQ(read_text(word, SIZE_MAX, 1000).status, VCD_TOO_LONG);
    EXPECT_EQ(read_text(word, 10, 1000).status, VCD_TOO_LONG);
    std::string comment = "$comment";
    for (int i = 0; i < 1000; i++)
        comment += " word";
    const Told told = read_text(comment, SIZE_MAX, 1000);
    EXPECT_EQ(told.status, VCD_TOO_LONG);
    EXPECT_STREQ(told.error.text, "line 1, column 1: a section of more than 1000 bytes, or its "
                                  "$end is missing");
}

// 10 MB without any structure: quickly refused, and memory stays where it was. (Peak memory is that
// of the process, so this says most when the test runs alone, as CTest does it.)
TEST(VcdReader, SurvivesTenMegabytesOfGarbage)
{
    constexpr size_t size = 10u << 20;
    constexpr size_t piece = 65536;
    std::mt19937_64 random(7);
    std::string noise(size, '\0');
    for (char &c : noise)
        c = static_cast<char>(random());
    std::string letters(size, 'x');
    std::string words(size, 'x');
    for (size_t i = 0; i < size; i += 8)
        words[i] = ' ';
    rusage before{};
    getrusage(RUSAGE_SELF, &before);
    for (const std::string &head :
         {std::string("$comment "), std::string(small), std::string(small) + "s",
          std::string(small) + "b1 ", std::string("$attrbegin "), std::string("$var ")}) {
        for (std::string *tail : {&noise, &letters, &words}) {
            vcd_reader *reader = nullptr;
            const vcd_reader_config config{};
            ASSERT_EQ(vcd_reader_new(&reader, &config), VCD_OK);
            vcd_status status = vcd_reader_feed(reader, head.data(), head.size());
            for (size_t at = 0; at < size && status == VCD_OK; at += piece)
                status = vcd_reader_feed(reader, tail->data() + at, piece);
            EXPECT_NE(vcd_reader_finish(reader), VCD_OK);
            vcd_reader_free(reader);
        }
    }
    rusage after{};
    getrusage(RUSAGE_SELF, &after);
#if !defined(__SANITIZE_ADDRESS__) && !defined(VCD_HAS_ASAN) // it holds freed memory back
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 8 * 1024) << "KiB";
#endif
}

// Words of the format in random order reach deeper than random bytes.
TEST(VcdReader, SurvivesRandomWords)
{
    const char *const words[] = {"$var",
                                 "wire",
                                 "8",
                                 "!",
                                 "a",
                                 "[7:0]",
                                 "$end",
                                 "real",
                                 "$scope",
                                 "module",
                                 "$upscope",
                                 "#10",
                                 "b101",
                                 "r1.5",
                                 "sabc",
                                 "0!",
                                 "x\"",
                                 "$dumpvars",
                                 "$dumpoff",
                                 "$comment",
                                 "$enddefinitions $end",
                                 "$var wire 1 ! a $end",
                                 "\n",
                                 "$timescale",
                                 "1ns"};
    std::mt19937_64 random(11);
    for (int run = 0; run < 20000; run++) {
        std::string text;
        for (uint64_t i = random() % 40; i > 0; i--)
            text += std::string(words[random() % std::size(words)]) + " ";
        const Told told = read_text(text, 1 + random() % 50);
        const Told again = read_text(text);
        ASSERT_EQ(told.events, again.events) << text;
        ASSERT_STREQ(told.error.text, again.error.text) << text;
    }
}

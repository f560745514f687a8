// report.html as a reader and a parser meet it.
#include "tests/cli/program.h"

extern "C" {
#include "cli/markup.h"
}

#include <gtest/gtest.h>
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include <cstdlib>
#include <regex>

namespace
{

/// The page as XML, which forgives nothing. XPath without namespaces.
class Page
{
  public:
    explicit Page(const std::string &path) : text(read_file(path))
    {
        const std::string space = " xmlns=\"http://www.w3.org/1999/xhtml\"";
        std::string plain = std::regex_replace(text, std::regex(space), "");
        plain = std::regex_replace(plain, std::regex(" xmlns=\"http://www.w3.org/2000/svg\""), "");
        const int quiet = XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET;
        document = xmlReadMemory(plain.c_str(), (int)plain.size(), "report.html", nullptr, quiet);
        context = document == nullptr ? nullptr : xmlXPathNewContext(document);
    }
    ~Page()
    {
        xmlXPathFreeContext(context);
        xmlFreeDoc(document);
    }
    Page(const Page &) = delete;
    Page &operator=(const Page &) = delete;

    bool is_whole() const
    {
        return context != nullptr;
    }
    std::vector<std::string> texts(const std::string &path) const
    {
        std::vector<std::string> found;
        xmlXPathObject *object =
            context == nullptr ? nullptr
                               : xmlXPathEvalExpression((const xmlChar *)path.c_str(), context);
        for (int i = 0;
             object != nullptr && object->nodesetval != nullptr && i < object->nodesetval->nodeNr;
             i++) {
            xmlChar *content = xmlNodeGetContent(object->nodesetval->nodeTab[i]);
            found.emplace_back((const char *)content);
            xmlFree(content);
        }
        xmlXPathFreeObject(object);
        return found;
    }
    unsigned count(const std::string &path) const
    {
        return (unsigned)texts(path).size();
    }
    std::string text_at(const std::string &path) const
    {
        const std::vector<std::string> found = texts(path);
        return found.empty() ? "" : found[0];
    }

    std::string text;

  private:
    xmlDoc *document = nullptr;
    xmlXPathContext *context = nullptr;
};

std::string broken(const std::string &name)
{
    return std::string(SLAVES_SHIPPED) + "/broken/" + name + ".slave";
}

/// Reads of a slave that leaves its last bit on the line.
Words reads(const std::string &slave, const std::string &out)
{
    return {"run", slave, "--filter", "*rd.*", "--master", "standard", "--out", out};
}

std::string page_of(const Folder &folder)
{
    return folder.path("out/report.html");
}

std::string marked_up(const std::string &text)
{
    char *made = nullptr;
    size_t bytes = 0;
    FILE *out = open_memstream(&made, &bytes);
    markup_text(out, text.c_str());
    fclose(out);
    const std::string result(made, bytes);
    free(made);
    return result;
}

} // namespace

TEST(ReportPage, ShowsEachFindingWithWaveCodeRequirementAndLinesToCopy)
{
    const Folder folder;
    const Outcome outcome = i2cproof(reads(broken("sends_after_nack"), folder.path("out")));
    ASSERT_EQ(outcome.status, 1) << outcome;
    EXPECT_TRUE(contains(outcome.out, "report.html#F1")) << outcome;
    const Page page(page_of(folder));
    ASSERT_TRUE(page.is_whole());
    const std::string first = "//section[@id='F1']";
    EXPECT_TRUE(contains(page.text_at(first), "SDA not released after NACK"));
    EXPECT_TRUE(contains(page.text_at(first), "If the master refuses, the slave stops"));
    EXPECT_TRUE(contains(page.text_at(first + "//pre/b"), "PULL_SDA();")) << "the line of code";
    EXPECT_EQ(page.count(first + "/div/*[local-name()='svg']"), 1u);
    EXPECT_TRUE(contains(page.text_at(first + "//*[local-name()='svg']"), "rule broken"));
    const std::vector<std::string> lines = page.texts(first + "//div[@class='copy']/code");
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_TRUE(contains(outcome.out, lines[0])) << lines[0];
    EXPECT_TRUE(contains(lines[1], " --gdb")) << lines[1];
    EXPECT_EQ(lines[2], "accept I2C-RD-03 because \"REASON\" until YYYY-MM-DD");
}

TEST(ReportPage, CountsAsTheResultDoes)
{
    const Folder folder;
    i2cproof(reads(broken("sends_after_nack"), folder.path("out")));
    const Json result = result_of(folder);
    const Page page(page_of(folder));
    ASSERT_TRUE(page.is_whole());
    const cJSON *summary = at(result.get(), "summary");
    const std::vector<std::string> cells = page.texts("(//table)[1]/tbody/tr/td");
    ASSERT_GE(cells.size(), 6u);
    EXPECT_EQ(cells[0], "standard");
    EXPECT_EQ(cells[1], std::to_string((int)number_at(summary, "pass")));
    EXPECT_EQ(cells[2], std::to_string((int)number_at(summary, "fail")));
    unsigned numbered = 0;
    const cJSON *finding = nullptr;
    cJSON_ArrayForEach(finding, at(result.get(), "findings")) numbered +=
        cJSON_IsNumber(at(finding, "number")) ? 1u : 0u;
    EXPECT_EQ(page.count("//section"), numbered);
    EXPECT_EQ(page.count("//details[summary/span[@class='mono']]//tbody/tr"),
              (unsigned)cJSON_GetArraySize(at(result.get(), "rows")))
        << "a line for each row, whatever became of it";
    EXPECT_EQ(page.count("//tr[td[1]='I2C-RD-03'][td[3]='failed']"), 1u);
}

TEST(ReportPage, SetsAGoodRunBesideAFindingAndMarksWhereTheyPart)
{
    const Folder folder;
    i2cproof({"run", broken("stale_byte"), "--quick", "--out", folder.path("out")});
    const Page page(page_of(folder));
    ASSERT_TRUE(page.is_whole());
    const std::string good = "//section[h3[starts-with(.,'A good run')]]";
    ASSERT_GE(page.count(good), 1u);
    const std::string id = page.text_at("(" + good + ")[1]/h3/span");
    const Json result = result_of(folder);
    const cJSON *one = case_of(result, id);
    ASSERT_NE(one, nullptr) << id;
    EXPECT_EQ(text_at(one, "verdict"), "pass");
    EXPECT_EQ(
        page.count("(" + good + ")[1]//*[local-name()='text'][contains(.,'first difference')]"),
        2u);
}

TEST(ReportPage, HasTheSameBytesForAnyNumberOfWorkers)
{
    std::string pages[2];
    for (unsigned i = 0; i < 2; i++) {
        const Folder folder;
        Words words = {"run",      broken("usi_loads_before_ack"),
                       "--filter", "*rd.*",
                       "--master", "standard",
                       "--jobs",   i == 0 ? "1" : "3"};
        How how;
        how.folder = folder.path("");
        i2cproof(words, how);
        pages[i] = read_file(folder.path("i2cproof-out/report.html"));
    }
    EXPECT_GT(pages[0].size(), 10000u);
    EXPECT_EQ(pages[0], pages[1]);
}

TEST(ReportPage, OfARightSlaveIsSmallAndHasNoWaves)
{
    const Folder folder;
    i2cproof(quick_run(good_slave(), folder));
    const Page page(page_of(folder));
    ASSERT_TRUE(page.is_whole());
    EXPECT_EQ(page.count("//*[local-name()='svg']"), 0u);
    EXPECT_EQ(page.count("//section"), 0u);
    EXPECT_TRUE(contains(page.text_at("//h1"), "passed"));
    EXPECT_LT(page.text.size(), 200000u);
}

TEST(ReportPage, NeedsNothingFromOutside)
{
    const Folder folder;
    i2cproof(reads(broken("sends_after_nack"), folder.path("out")));
    const Page page(page_of(folder));
    ASSERT_TRUE(page.is_whole());
    EXPECT_EQ(page.count("//*[@src]|//link|//iframe|//object"), 0u);
    for (const std::string &target : page.texts("//@href"))
        EXPECT_TRUE(target[0] == '#' || target.rfind("waves/", 0) == 0) << target;
    EXPECT_FALSE(contains(page.text, "url(")) << "no fonts, no pictures";
    EXPECT_FALSE(contains(page.text, "@import"));
}

TEST(ReportPage, IsHtmlToAParserOfHtml)
{
    const Folder folder;
    i2cproof(reads(broken("sends_after_nack"), folder.path("out")));
    const std::string text = read_file(page_of(folder));
    const int quiet = HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET;
    htmlDocPtr document =
        htmlReadMemory(text.c_str(), (int)text.size(), "report.html", "UTF-8", quiet);
    ASSERT_NE(document, nullptr);
    EXPECT_NE(xmlDocGetRootElement(document), nullptr);
    xmlFreeDoc(document);
    EXPECT_EQ(text.rfind("<!DOCTYPE html>", 0), 0u);
}

TEST(ReportPage, ShowsNamesFromOutsideAsTheyAre)
{
    const Folder folder;
    const std::string slave =
        folder.write("<b>&\"'.slave", "slave odd\n    like " + broken("sends_after_nack") + "\n");
    const Outcome outcome = i2cproof(reads(slave, folder.path("out")));
    ASSERT_EQ(outcome.status, 1) << outcome;
    const Page page(page_of(folder));
    ASSERT_TRUE(page.is_whole());
    EXPECT_TRUE(contains(page.text_at("//section[@id='F1']//div[@class='copy']/code"), "<b>&"));
    EXPECT_EQ(page.count("//code/b"), 0u);
}

TEST(ReportPage, WritesOnlyWhatEveryParserTakes)
{
    EXPECT_EQ(marked_up("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
    EXPECT_EQ(marked_up("\x1b[1m\x7f"), "\\x1b[1m\\x7f");
    EXPECT_EQ(marked_up("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
              "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    EXPECT_EQ(marked_up("\xc3(\xff\xed\xa0\x80\xc0\xaf"), "\\xc3(\\xff\\xed\\xa0\\x80\\xc0\\xaf");
    EXPECT_EQ(marked_up("\xf4\x90\x80\x80\xef\xbf\xbf"), "\\xf4\\x90\\x80\\x80\\xef\\xbf\\xbf");
}

#include "harness/generation/samples_out.h"

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

using namespace tests;
using Existing = SamplesOut::Existing;

TEST_CASE("a line is there when add() returns, with its number, and is found again", "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl";
  {
    auto out = SamplesOut::open(file, "", "g1", Existing::resume);
    REQUIRE(out);
    CHECK(out->add("T/0", 0, "x = 1\n", "answer \xc3\xa9", "") == 0U);
    CHECK(out->add("T/0", 1, "x = 2\n", "", "") == 1U);
    CHECK(read_file(file).starts_with(
        R"({"task_id": "T/0", "sample_id": 0, "solution": "x = 1\n", "answer": "answer \u00e9", "generation": "g1"})"));
    CHECK(!out->has("T/0", 0));  // what was there when it was opened
  }
  auto again = SamplesOut::open(file, "", "g1", Existing::resume);
  REQUIRE(again);
  CHECK(again->kept() == 2);
  CHECK(again->has("T/0", 1));
  CHECK(!again->has("T/1", 0));
  CHECK(again->add("T/1", 0, "", "", "") == 2U);
}

TEST_CASE("a place that cannot be written is known before anything is drawn, and nothing is made", "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl", nowhere = folder / "missing/out.jsonl";
  CHECK(SamplesOut::check(file, ""));
  CHECK(SamplesOut::check("out.jsonl", ""));
  CHECK(!std::filesystem::exists(file));
  write_file(file, "");
  CHECK(SamplesOut::check(file, folder / "traces.jsonl"));
  CHECK(SamplesOut::check(nowhere, "").error().message ==
        nowhere.string() + ": cannot be opened: No such file or directory");
  CHECK(SamplesOut::check(file, nowhere).error().code == Errc::io);
  CHECK(SamplesOut::check(folder.path(), "").error().message.find("no ordinary file") != std::string::npos);
}

TEST_CASE("an answer that is cut off, held back or empty is known as such, also when the file is opened again",
          "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl";
  {
    auto out = SamplesOut::open(file, "", "g", Existing::resume);
    REQUIRE(out);
    REQUIRE(out->add("T/0", 0, "", "x", "", "length"));
    REQUIRE(out->add("T/0", 1, "", "x", "", "stop"));
    REQUIRE(out->add("T/0", 2, "x", "", "", "content_filter"));
    CHECK(out->is(AnswerFlaw::cut_off, "T/0", 0));
    CHECK(out->is(AnswerFlaw::filtered, "T/0", 2));
    CHECK(read_file(file).find(R"("answer": "x", "finish_reason": "stop", "generation": "g"})") != std::string::npos);
  }
  const auto again = SamplesOut::open(file, "", "g", Existing::resume);
  REQUIRE(again);
  const auto found = [&](AnswerFlaw flaw) {
    std::vector<std::uint32_t> samples;
    for (const std::uint32_t sample : {0U, 1U, 2U})
      if (again->is(flaw, "T/0", sample)) samples.push_back(sample);
    return samples;
  };
  CHECK(found(AnswerFlaw::cut_off) == std::vector{0U});
  CHECK(found(AnswerFlaw::filtered) == std::vector{2U});
  CHECK(found(AnswerFlaw::empty) == std::vector{2U});
}

TEST_CASE("a sample that was drawn without a trace is known by it", "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl", traces = folder / "traces.jsonl";
  REQUIRE(SamplesOut::open(file, "", "g", Existing::resume)->add("T/0", 0, "", "", "\"steps\": []"));
  REQUIRE(SamplesOut::open(file, traces, "g", Existing::resume)->add("T/0", 1, "", "", "\"steps\": []"));
  const auto out = SamplesOut::open(file, traces, "g", Existing::resume);
  REQUIRE(out);
  CHECK(!out->has_trace("T/0", 0));
  CHECK(out->has_trace("T/0", 1));
}

TEST_CASE("what a killed process left of a last line is cut off, of a trace without its sample too", "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl", traces = folder / "traces.jsonl";
  {
    auto out = SamplesOut::open(file, traces, "g", Existing::resume);
    REQUIRE(out);
    REQUIRE(out->add("T/0", 0, "", "", "\"steps\": []"));
  }
  const std::string sample = read_file(file), trace = read_file(traces);
  const auto torn = GENERATE(as<std::string>{}, "", "{", "{\"task_id\": \"T/1\", \"sample_id\": 0, \"solu");
  write_file(file, sample + torn);
  write_file(traces, trace + "{\"task_id\": \"T/1\", \"sample_id\": 0, \"steps\": [], \"generation\": \"g\"}\n" + torn);
  const auto out = SamplesOut::open(file, traces, "g", Existing::resume);
  REQUIRE(out);
  CHECK(out->kept() == 1);
  CHECK(read_file(file) == sample);
  CHECK(read_file(traces) == trace);
}

TEST_CASE("a file of anything else is refused as it is, and replaced when asked", "[generation]") {
  const TemporaryFolder folder;
  const auto text = GENERATE(as<std::string>{}, "{\"task_id\": \"T/0\", \"sample_id\": 0, \"generation\": \"other\"}\n",
                             "{\"task_id\": \"T/0\", \"solution\": \"\"}\n", "no JSON\n", "[]\n", "\n",
                             "{\"precious\": 1}", "no line end", "\x1f\x8b\x08 packed");
  CAPTURE(text);
  const auto file = write_file(folder / "out.jsonl", text);
  {
    const auto refused = SamplesOut::open(file, "", "g", Existing::resume);
    REQUIRE(!refused);
    CHECK(refused.error().message.find("--force") != std::string::npos);
    CHECK(read_file(file) == text);
  }
  CHECK(SamplesOut::open(file, "", "g", Existing::replace));
  CHECK(read_file(file).empty());
  const auto traces = write_file(folder / "traces.jsonl", text);
  CHECK(!SamplesOut::open(file, traces, "g", Existing::resume));
  CHECK(read_file(traces) == text);
}

TEST_CASE("being told to replace a file of the same generation loses nothing", "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl";
  REQUIRE(SamplesOut::open(file, "", "g", Existing::replace)->add("T/0", 0, "", "", ""));
  const auto again = SamplesOut::open(file, "", "g", Existing::replace);
  REQUIRE(again);
  CHECK(again->kept() == 1);
}

TEST_CASE("traces that are replaced are written anew for the samples that are drawn again", "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl", traces = folder / "traces.jsonl";
  {
    auto out = SamplesOut::open(file, traces, "g", Existing::resume);
    REQUIRE(out);
    REQUIRE(out->add("T/0", 0, "", "", "\"steps\": [0]"));
    REQUIRE(out->add("T/1", 0, "", "", "\"steps\": [1]"));
  }
  // The first sample was taken out by hand, and a line of something else put behind the traces.
  write_file(file, read_file(file).substr(read_file(file).find('\n') + 1));
  write_file(traces, read_file(traces) + "something else\n");
  auto out = SamplesOut::open(file, traces, "g", Existing::replace);
  REQUIRE(out);
  REQUIRE(out->add("T/0", 0, "", "", "\"steps\": [0]"));
  CHECK(read_file(traces).find("T/0") != std::string::npos);
}

TEST_CASE("one process at a time writes a file, and traces go elsewhere", "[generation]") {
  const TemporaryFolder folder;
  const auto file = folder / "out.jsonl";
  {
    const auto first = SamplesOut::open(file, "", "g", Existing::resume);
    REQUIRE(first);
    const auto second = SamplesOut::open(file, "", "g", Existing::resume);
    REQUIRE(!second);
    CHECK(second.error().message.find("another process") != std::string::npos);
  }
  CHECK(!SamplesOut::open(file, file, "g", Existing::resume));
  CHECK(!SamplesOut::open("/dev/null", "", "g", Existing::resume));
  CHECK(SamplesOut::open(file, folder / "traces.jsonl", "g", Existing::resume));
}

}  // namespace
}  // namespace assay::harness

// A model's tokenizer by itself, and the programs in chat answers: from file to file.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "harness/sanitize/needed_code.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace {

const std::filesystem::path model = ASSAY_SOURCE_DIR "/tests/engine/tokenizer/golden/split";

std::string ids_line(const boost::json::array& ids) {
  return boost::json::serialize(boost::json::object{{"ids", ids}}) + "\n";
}

}  // namespace

TEST_CASE("texts become the package's ids and texts again, a JSON line each", "[model]") {
  const Workplace place;
  std::string texts, ids, decoded;
  std::ifstream cases(model.parent_path() / "cases.jsonl");
  for (std::string line; std::getline(cases, line);) {
    const auto row = boost::json::parse(line).as_object();
    const auto& text = row.at("text");
    texts += boost::json::serialize(boost::json::object{{"text", text}}) + "\n";
    ids += ids_line(row.at("ids").as_array());
    decoded += boost::json::serialize(row.contains("decoded") ? row.at("decoded") : text) + "\n";
  }
  write_file(place / "texts", texts);
  const Ended to_ids = place.assay({"model", "tokenize", model.string(), "--in", (place / "texts").string()});
  CAPTURE(to_ids.err);
  REQUIRE(to_ids.code == 0);
  std::string compact = to_ids.out;
  compact.erase(std::remove(compact.begin(), compact.end(), ' '), compact.end());
  CHECK(compact == ids);
  write_file(place / "ids", to_ids.out);
  const Ended back = place.assay({"model", "detokenize", model.string(), "--in", (place / "ids").string()});
  REQUIRE(back.code == 0);
  std::istringstream lines(back.out), expected(decoded);
  for (std::string line, text; std::getline(expected, text);) {
    REQUIRE(std::getline(lines, line));
    CHECK(boost::json::parse(line).at("text") == boost::json::parse(text));
  }
}

TEST_CASE("a line that is no text ends the command with its number", "[model]") {
  const Workplace place;
  write_file(place / "texts", "\"a\"\n\n{\"ids\": [1]}\n");
  const std::string in = (place / "texts").string();
  const Ended ended = place.assay({"model", "tokenize", model.string(), "--in", in});
  CHECK(ended.code == 3);
  CHECK(ended.err == "assay: " + in + ":3: no text; a line is {\"text\": \"…\"} [input.bad_data]\n");
  CHECK(place.assay({"model"}).code == 2);
}

TEST_CASE("chat answers become samples that pass", "[sanitize]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  if (!assay::harness::have_tree_sitter()) ASSAY_SKIP("tree-sitter's sources; scripts/setup");
  const Workplace place;
  std::string answers;
  std::ifstream mini(ASSAY_SOURCE_DIR "/datasets/mini/mini.jsonl");
  std::size_t count = 0;
  for (std::string line; std::getline(mini, line); ++count) {
    const auto problem = boost::json::parse(line).as_object();
    const std::string program =
        std::string(problem.at("prompt").as_string()) + std::string(problem.at("canonical_solution").as_string());
    answers += boost::json::serialize(
                   boost::json::object{{"task_id", problem.at("task_id")},
                                       {"solution", "Sure, here it is:\n```python\n" + program + "\n```\nIt works!"}}) +
               "\n";
  }
  write_file(place / "raw.jsonl", answers);
  const Ended ended = place.assay({"sanitize", "--samples", (place / "raw.jsonl").string(), "--dataset", "mini"});
  CAPTURE(ended.out, ended.err);
  REQUIRE(ended.code == 0);
  // Once more it would replace what is there; the answers themselves it never does, by whatever name.
  const std::string raw = (place / "raw.jsonl").string(), made = (place / "raw-sanitized.jsonl").string();
  const auto sanitize = [&](const Words& more) {
    Words words{"sanitize", "--samples", raw, "--dataset", "mini"};
    words.insert(words.end(), more.begin(), more.end());
    return place.assay(words);
  };
  const std::string sanitized = read_file(made);
  write_file(made, "mine");
  const Ended again = sanitize({});
  CHECK(again.code == 2);
  CHECK_THAT(again.err, Catch::Contains("is there already; give another --out, or --force"));
  CHECK(read_file(made) == "mine");
  std::filesystem::create_hard_link(raw, place / "hard");
  std::filesystem::create_symlink(raw, place / "soft");
  for (const char* name : {"raw.jsonl", "hard", "soft"}) {
    const Ended same = sanitize({"--force", "--out", (place / name).string()});
    CAPTURE(name);
    CHECK(same.code == 2);
    CHECK_THAT(same.err, Catch::Contains("these are the samples themselves"));
  }
  CHECK(read_file(raw) == answers);
  const Ended printed_lines = sanitize({"--out", "-"});
  CHECK(printed_lines.out == sanitized);
  CHECK_THAT(printed_lines.err, Catch::Contains("samples changed"));
  CHECK(sanitize({"--force"}).code == 0);
  CHECK(read_file(made) == sanitized);
  const auto report = printed(place.assay(place.eval("mini", place / "raw-sanitized.jsonl")));
  const auto entries = read_results(place / "results.json");
  CHECK(entries.size() == count);
  CHECK(assay::tests::count(entries, true) == count);
}

#include "harness/generation/kept_traces.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::harness {
namespace {

struct DrawnTraces {
  tests::TemporaryFolder folder;
  std::vector<Sample> samples;
  std::string lines, traces;

  /// A trace is written before its sample; here all traces come first, in another order.
  explicit DrawnTraces(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string key = fmt::format(R"({{"task_id": "T/{}", "sample_id": {}, )", i % 3, i / 3);
      samples.push_back({fmt::format("T/{}", i % 3), "pass", static_cast<std::uint32_t>(i)});
      lines += key + "\"solution\": \"pass\"}\n";
      traces.insert(0, key + fmt::format("\"steps\": [{{\"filled\": [{}]}}]}}\n", i));
    }
  }
  [[nodiscard]] Result<void> keep(Store& store, RunId run) const {
    return keep_traces(store, run, tests::write_file(folder / "s.jsonl", lines),
                       tests::write_file(folder / "t.jsonl", traces));
  }
};

TEST_CASE("traces reach their samples, whatever their order, and what is there stays", "[generation]") {
  const DrawnTraces drawn(9);
  auto store = Store::open(drawn.folder / "r.db").value();
  const RunId run = store.open_or_create_run({"a", "d", "d1", "s1", "4 s", "python"}).value();
  REQUIRE(store.keep_samples(run, "d1", drawn.samples));
  REQUIRE(store.put_traces(run, {{4, "kept from before"}}));
  REQUIRE(drawn.keep(store, run));
  CHECK(store.traced(run).value().size() == 9);
  REQUIRE(drawn.keep(store, run));
  CHECK(store.traced(run).value().size() == 9);
}

TEST_CASE("a sample without a trace, and a trace without a sample, are no failure", "[generation]") {
  DrawnTraces drawn(6);
  drawn.traces =
      drawn.traces.substr(drawn.traces.find('\n') + 1) + "{\"task_id\": \"T/9\", \"sample_id\": 0, \"steps\": []}\n";
  auto store = Store::open(drawn.folder / "r.db").value();
  const RunId run = store.open_or_create_run({"a", "d", "d1", "s1", "4 s", "python"}).value();
  REQUIRE(store.keep_samples(run, "d1", drawn.samples));
  REQUIRE(drawn.keep(store, run));
  CHECK(store.traced(run).value() == std::set<std::uint32_t>{0, 1, 2, 3, 4});
}

TEST_CASE("a line that is no trace is told with its place", "[generation]") {
  DrawnTraces drawn(3);
  auto store = Store::open(drawn.folder / "r.db").value();
  const RunId run = store.open_or_create_run({"a", "d", "d1", "s1", "4 s", "python"}).value();
  REQUIRE(store.keep_samples(run, "d1", drawn.samples));
  drawn.traces += GENERATE("[]\n", "{\"task_id\": 3, \"sample_id\": 0}\n", "{\"task_id\": \"T/0\"\n");
  const auto kept = drawn.keep(store, run);
  REQUIRE_FALSE(kept);
  CHECK(kept.error().code == Errc::bad_data);
  CHECK_THAT(kept.error().message, Catch::Contains("t.jsonl:4: "));
}

}  // namespace
}  // namespace assay::harness

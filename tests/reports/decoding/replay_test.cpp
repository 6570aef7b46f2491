#include "reports/decoding/replay.h"

#include <fmt/format.h>

#include "tests/catch.h"
#include "tests/reports/decoding/made_trace.h"

namespace assay::reports {
namespace {

using tests::left_to_right, tests::made_trace;

std::string number(std::int64_t token) { return fmt::format("t{}", token); }

TEST_CASE("a replay has each position's token, and the positions of each step", "[decoding]") {
  TextBudget budget(1000);
  const Replay replay = replay_of(made_trace({{1, 2}, {}, {0}}), number, {}, budget);
  CHECK(replay.texts == std::vector<std::string>{"t100", "t101", "t102"});
  CHECK(replay.steps == std::vector<std::vector<std::size_t>>{{1, 2}, {}, {0}});
  CHECK(replay_json(replay) ==
        R"({"name": "T/0, sample 3", "texts": ["t100", "t101", "t102"], "steps": [[1, 2], [], [0]]})");
}

TEST_CASE("a replay is cut at its bounds, and knows how much there was", "[decoding]") {
  ReplayBounds bounds;
  bounds.steps = 3;
  bounds.positions = 2;
  bounds.token_bytes = 3;
  TextBudget budget(4);
  const Replay replay = replay_of(left_to_right(9), number, bounds, budget);
  CHECK(replay.all_steps == 9);
  CHECK(replay.all_positions == 9);
  CHECK(replay.steps == std::vector<std::vector<std::size_t>>{{0}, {1}, {}});
  CHECK(replay.texts == std::vector<std::string>{"t10", "…"});
}

TEST_CASE("a trace without tokens or fills is no failure", "[decoding]") {
  TextBudget budget(1000);
  Trace trace = made_trace({{0}});
  trace.steps[0].tokens.clear();
  CHECK(replay_of(trace, number, {}, budget).texts == std::vector<std::string>{"?"});
  CHECK(replay_of(made_trace({}), number, {}, budget).texts.empty());
}

}  // namespace
}  // namespace assay::reports

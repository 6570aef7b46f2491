#include "harness/progress.h"

#include <stdio.h>
#include <stdlib.h>

#include <string>
#include <vector>

#include "tests/catch.h"

namespace assay::harness {
namespace {

using namespace std::chrono_literals;

/// What a progress of four samples, 6 s apart, writes.
std::string written(Progress::Mode mode) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  Progress::Clock::time_point now{};
  {
    Progress progress(mode, 4, stream, [&] { return now; });
    for (int i = 0; i < 4; ++i) {
      now += 6s;
      progress.add(i != 1);
    }
    progress.finish();
    progress.finish();
  }
  std::fclose(stream);
  std::string all(text, size);
  ::free(text);
  return all;
}

TEST_CASE("without a terminal progress is a line every ten seconds, and one at the end", "[progress]") {
  CHECK(written(Progress::Mode::lines) ==
        "assay: 2/4 samples, 1 passed, 0.2/s, 0:12 left\n"
        "assay: 4/4 samples, 3 passed, 0.2/s\n"
        "assay: 4/4 samples, 3 passed\n");
  CHECK(written(Progress::Mode::automatic) == written(Progress::Mode::lines));
}

TEST_CASE("on a terminal progress redraws one line and ends it", "[progress]") {
  const std::string bar = written(Progress::Mode::bar);
  CHECK_THAT(bar,
             Catch::StartsWith("\r[#######.......................] 1/4 samples, 1 passed, 0.2/s, 0:18 left\x1b[K\r") &&
                 Catch::EndsWith("\r[##############################] 4/4 samples, 3 passed\x1b[K\n"));
}

TEST_CASE("progress with news is drawn at once", "[progress]") {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  {
    const Progress::Clock::time_point now{};
    Progress progress(Progress::Mode::lines, 4, stream, [&] { return now; });
    progress.tell([] { return std::string("it waits"); });
    progress.add(true);
    progress.refresh();
    progress.finish();
    progress.refresh();
  }
  std::fclose(stream);
  const std::string all(text, size);
  ::free(text);
  CHECK(all == "assay: 1/4 samples, it waits\nassay: 1/4 samples, it waits\n");
}

TEST_CASE("what is done besides samples is told in place of their rate, and counts for none", "[progress]") {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  {
    Progress::Clock::time_point now{};
    Progress progress(Progress::Mode::lines, 4, stream, [&] { return now; });
    for (int i = 1; i <= 3; ++i) {
      now += 8s;
      progress.busy_with(std::to_string(i) + "/3 expected results");
    }
    progress.busy_with("");
    for (int i = 0; i < 2; ++i) {
      now += 6s;
      progress.add(true);
    }
    now += 20s;
    progress.busy_with("2 once more");
    progress.finish();
  }
  std::fclose(stream);
  const std::string all(text, size);
  ::free(text);
  CHECK(all ==
        "assay: 0/4 samples, 0 passed, 2/3 expected results\n"
        "assay: 1/4 samples, 1 passed, 0.2/s, 0:18 left\n"
        "assay: 2/4 samples, 2 passed, 2 once more\n"
        "assay: 2/4 samples, 2 passed\n");
}

TEST_CASE("what is said meanwhile has a line of its own, and the bar goes on below", "[progress]") {
  const auto mode = GENERATE(Progress::Mode::silent, Progress::Mode::lines, Progress::Mode::bar);
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  {
    const Progress::Clock::time_point now{};
    Progress progress(mode, 4, stream, [&] { return now; });
    progress.say("news");
  }
  std::fclose(stream);
  const std::string all(text, size);
  ::free(text);
  if (mode == Progress::Mode::bar)
    CHECK_THAT(all, Catch::StartsWith("\r\x1b[Knews\n\r") && Catch::Contains("0/4 samples, 0 passed"));
  else
    CHECK(all == "news\n");
}

TEST_CASE("silent progress writes nothing, nor does one without samples", "[progress]") {
  CHECK(written(Progress::Mode::silent).empty());
  Progress never(Progress::Mode::lines, 0);
  never.finish();
}

/// The last line of a bar over `total` samples of which each of `times` ends one, after `kept` at once.
std::string last_line(std::size_t total, std::size_t kept, const std::vector<std::chrono::seconds>& times,
                      std::size_t columns = 80) {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  Progress::Clock::time_point now{};
  std::string all;
  {
    Progress progress(
        Progress::Mode::bar, total, stream, [&] { return now; }, [&] { return columns; });
    for (std::size_t i = 0; i < kept; ++i) progress.add(true);
    for (const auto& time : times) {
      now += time;
      progress.add(true);
    }
    std::fflush(stream);
    all.assign(text, size);
  }
  std::fclose(stream);
  ::free(text);
  const std::size_t start = all.rfind('\r') + 1;
  return all.substr(start, all.rfind("\x1b[K") - start);
}

std::vector<std::chrono::seconds> equal(std::size_t count, std::chrono::seconds each) { return {count, each}; }

TEST_CASE("what was kept from before does not count as fast", "[progress]") {
  CHECK_THAT(last_line(2000, 1000, equal(10, 1s)),
             Catch::Contains("1010/2000") && Catch::EndsWith(" 1.0/s, 16:30 left"));
}

TEST_CASE("a few long samples promise nothing, and are soon forgotten", "[progress]") {
  CHECK_THAT(last_line(1000, 0, equal(9, 25s)), Catch::EndsWith(" 9/1000 samples, 9 passed"));
  CHECK_THAT(last_line(1000, 0, equal(10, 25s)), Catch::EndsWith(", 2.4/min, 6:52:30 left"));
  std::vector<std::chrono::seconds> times = equal(10, 25s);
  times.resize(times.size() + 40, 1s);
  CHECK_THAT(last_line(1000, 0, times), Catch::EndsWith(" 1.0/s, 15:50 left"));
}

TEST_CASE("the line fits the terminal: the bar gives way first, the count last", "[progress]") {
  const auto line = [](std::size_t columns) { return last_line(12'040, 12'000, equal(10, 1s), columns); };
  const std::string text = "12010/12040 samples, 12010 passed, 1.0/s, 0:30 left";
  CHECK(line(200) == "[" + std::string(29, '#') + ".] " + text);
  CHECK(line(80).size() == 79);
  CHECK_THAT(line(80), Catch::StartsWith("[####") && Catch::EndsWith(text));
  CHECK(line(60) == text);
  CHECK(line(40) == "12010/12040 samples, 1.0/s, 0:30 left");
  CHECK(line(31) == "12010/12040 samples, 0:30 left");
  CHECK(line(12) == "12010/12040");
}

}  // namespace
}  // namespace assay::harness

#include "harness/progress.h"

#include <stdio.h>
#include <stdlib.h>

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
        "assay: 4/4 samples, 3 passed, 0.2/s\n");
  CHECK(written(Progress::Mode::automatic) == written(Progress::Mode::lines));
}

TEST_CASE("on a terminal progress redraws one line and ends it", "[progress]") {
  const std::string bar = written(Progress::Mode::bar);
  CHECK_THAT(bar,
             Catch::StartsWith("\r[#######.......................] 1/4 samples, 1 passed, 0.2/s, 0:18 left\x1b[K\r") &&
                 Catch::EndsWith("\r[##############################] 4/4 samples, 3 passed, 0.2/s\x1b[K\n"));
}

TEST_CASE("silent progress writes nothing, nor does one without samples", "[progress]") {
  CHECK(written(Progress::Mode::silent).empty());
  Progress never(Progress::Mode::lines, 0);
  never.finish();
}

TEST_CASE("what was kept from before does not count as fast", "[progress]") {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* stream = ::open_memstream(&text, &size);
  Progress::Clock::time_point now{};
  Progress progress(Progress::Mode::bar, 2000, stream, [&] { return now; });
  for (int i = 0; i < 1000; ++i) progress.add(true);
  for (int i = 0; i < 2; ++i) {
    now += 1s;
    progress.add(true);
  }
  std::fflush(stream);
  const std::string all(text, size);
  CHECK_THAT(all.substr(all.rfind('\r')), Catch::Contains("1002/2000") && Catch::Contains(" 1.0/s, 16:38 left"));
  progress.finish();
  std::fclose(stream);
  ::free(text);
}

}  // namespace
}  // namespace assay::harness

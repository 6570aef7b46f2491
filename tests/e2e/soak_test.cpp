// Many samples in one run: nothing grows, nothing leaks, and the same sample has the same verdict each time.
#include "tests/e2e/workplace.h"

using namespace assay::tests;

TEST_CASE("a thousand mixed samples leave memory flat, nothing behind, and every repeat with its verdict", "[soak]") {
  ASSAY_NEEDS(shared_dir() / "data/HumanEvalPlus.jsonl.gz");
  ASSAY_NEEDS(shared_dir() / "fixtures/containment/probes.jsonl");
  if (!std::filesystem::exists("/usr/bin/python3")) ASSAY_SKIP("/usr/bin/python3 is not there");
  const Workplace place;
  const Ended ended =
      Command({"/usr/bin/python3", ASSAY_SOURCE_DIR "/scripts/soak", "--samples", "1000", "--assay", ASSAY_BINARY},
              place.environment())
          .wait(patience);
  CAPTURE(ended.out, ended.err, ended.signal, ended.hung);
  CHECK(ended.code == 0);
  CHECK_THAT(ended.out, Catch::Contains("flat, nothing left, every repeat with the same verdict"));
}

// A verdict is a function of the sample alone: neither the number of slots nor the machine's load changes it.
#include <list>
#include <thread>

#include "datasets/load.h"
#include "tests/e2e/json_lines.h"
#include "tests/e2e/workplace.h"

using namespace assay::tests;
namespace datasets = assay::datasets;

namespace {

struct Odd {
  const char* what;
  const char* program;  ///< before it stands the canonical solution; NAME is the entry point
};

constexpr Odd odd_ones[] = {
    {"spins", "def NAME(*a):\n    while True: pass\n"},
    {"spins at the third call",
     "_real, _calls = NAME, []\ndef NAME(*a):\n    _calls.append(0)\n    while len(_calls) == 3: pass\n"
     "    return _real(*a)\n"},
    {"a loop in C without memory", "import itertools\ndef NAME(*a):\n    return sum(itertools.repeat(1))\n"},
    {"a loop in C with memory",
     "import itertools\ndef NAME(*a):\n    return list(itertools.product(range(99), repeat=9))\n"},
    {"a huge power", "def NAME(*a):\n    return 7 ** 10 ** 8\n"},
    {"a catastrophic expression", "import re\ndef NAME(*a):\n    return re.match('(a+)+$', 'a' * 60 + 'b')\n"},
    {"sleeps", "import time\ndef NAME(*a):\n    time.sleep(1000)\n"},
    {"waits for itself",
     "import threading\ndef NAME(*a):\n    threading.Lock().acquire() and threading.Event().wait()\n"},
    // Untouched: to fill 4 GiB takes about as long as a call may, and which of the two ends it would be a race.
    {"allocates too much", "def NAME(*a):\n    return [bytes(1 << 29) for _ in range(99)]\n"},
    {"allocates too much while it is loaded", "_all = [bytes(1 << 29) for _ in range(99)]\n"},
    {"allocates 128 MiB", "_real = NAME\ndef NAME(*a):\n    _text = b'x' * (128 << 20)\n    return _real(*a)\n"},
    {"keeps 256 MiB", "_kept = b'x' * (256 << 20)\n"},
    {"ends", "import sys\ndef NAME(*a):\n    sys.exit()\n"},
    {"ends at once", "import os\nos._exit(0)\n"},
    {"ends at the second call",
     "_real, _calls = NAME, []\ndef NAME(*a):\n    _calls.append(0)\n"
     "    if len(_calls) == 2: raise SystemExit\n    return _real(*a)\n"},
    {"recurses for ever", "def NAME(*a):\n    return NAME(*a)\n"},
    {"starts threads",
     "import threading\n_real = NAME\ndef NAME(*a):\n    _all = [threading.Thread(target=list) for _ in range(8)]\n"
     "    for t in _all: t.start()\n    for t in _all: t.join()\n    return _real(*a)\n"},
    {"writes much", "_real = NAME\ndef NAME(*a):\n    print('x' * 10000)\n    return _real(*a)\n"},
    {"is absent", "del NAME\n"},
    {"is no program", "def NAME(:\n"},
    {"returns None", "def NAME(*a): return None\n"},
};

constexpr std::size_t quick_ones = 130;

/// Samples of mini, right and wrong ones, and the odd ones among them.
std::string mixed_bag() {
  const auto mini = datasets::load("mini");
  REQUIRE(mini);
  std::istringstream quick(read_file(ASSAY_SOURCE_DIR "/datasets/mini/samples.jsonl"));
  std::string lines, line;
  for (std::size_t i = 0; i < quick_ones && std::getline(quick, line); ++i) {
    lines += line + "\n";
    if (i >= std::size(odd_ones)) continue;
    const datasets::Problem& problem = mini->dataset.problems[2 * i];
    std::string program = odd_ones[i].program;
    replace_all(program, "NAME", problem.entry_point);
    lines += sample_line(problem.task_id, problem.prompt + problem.canonical_solution + "\n" + program);
  }
  return lines;
}

/// Two a core, for as long as it lives.
class Hogs {
 public:
  explicit Hogs(const Workplace& place) {
    for (unsigned i = 0; i < 2 * std::max(1U, std::thread::hardware_concurrency()); ++i)
      hogs_.emplace_back(Words{place.environment().at("ASSAY_PYTHON"), "-c", "while True: pass"}, place.environment());
  }

 private:
  std::list<Command> hogs_;
};

std::vector<Entry> judged(const Workplace& place, const std::string& samples, const char* slots) {
  printed(place.assay(place.eval("mini", write_file(place / "samples.jsonl", samples),
                                 {"--allow-missing", "--min-time-limit", "0.5", "--parallel", slots})));
  return read_results(place / "results.json");
}

}  // namespace

TEST_CASE("verdicts and failed tests are the same on 1, 2, 8 and 32 slots, and beside two CPU hogs a core",
          "[steady]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const std::string samples = mixed_bag();
  const auto expected = judged(Workplace(), samples, "1");
  REQUIRE(expected.size() == quick_ones + std::size(odd_ones));
  for (const char* slots : {"2", "8", "32"}) {
    CAPTURE(slots);
    check_same(judged(Workplace(), samples, slots), expected);
  }
  const Workplace place;
  const Hogs hogs(place);
  check_same(judged(place, samples, "2"), expected);
}

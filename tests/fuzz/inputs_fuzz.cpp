/// What users give: data sets of any format, gzip, samples files. All or nothing comes of each, and a line of text.
///
/// Input: a byte that says what the rest is.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "datasets/content.h"
#include "datasets/formats/format.h"
#include "harness/samples.h"
#include "tests/fuzz/require.h"

using namespace assay;

using assay::tests::require_one_line;

namespace {

void read_as_samples(std::string_view content) {
  static const datasets::Dataset dataset = [] {
    datasets::Dataset made;
    made.name = "fuzz";
    made.problems.resize(2);
    made.problems[0].task_id = "T/0";
    made.problems[1].task_id = "HumanEval/1";
    return made;
  }();
  const int fd = ::memfd_create("samples", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, content.data(), content.size()) != static_cast<ssize_t>(content.size())) std::abort();
  const auto samples = harness::read_samples("/proc/self/fd/" + std::to_string(fd), dataset, {true});
  ::close(fd);
  if (!samples) return require_one_line(samples.error().message);
  for (const harness::Sample& sample : samples->samples)
    if (sample.task_id != "T/0" && sample.task_id != "HumanEval/1") std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) {
    const auto contents = datasets::read_problems(content, "fuzz.jsonl");
    if (!contents) require_one_line(contents.error().message);
  } else if (data[0] % 3 == 1) {
    const auto plain = datasets::unpacked(std::string(content), "fuzz.gz", 1 << 20);
    if (!plain) require_one_line(plain.error().message);
  } else {
    read_as_samples(content);
  }
  return 0;
}

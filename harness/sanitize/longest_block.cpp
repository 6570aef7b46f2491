#include "harness/sanitize/longest_block.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/evaluation/sandbox_error.h"

// The program lies in the binary, as the sandbox's runner does.
__asm__(
    ".pushsection .rodata\n"
    "assay_longest_block_begin:\n"
    ".incbin \"" ASSAY_LONGEST_BLOCK_FILE
    "\"\n"
    ".byte 0\n"
    ".popsection\n");
extern "C" const char assay_longest_block_begin[];

namespace assay::harness {
namespace {

constexpr std::chrono::minutes time_limit{1};

struct LineRun {
  std::size_t first = 0, last = 0;
};

/// "FIRST LAST\n" of a text with so many lines. What the jail says is checked like all that comes from there.
bool parse_run(std::string_view said, std::size_t lines, LineRun& run) {
  const char* end = said.data() + said.size();
  const auto first = std::from_chars(said.data(), end, run.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return false;
  const auto last = std::from_chars(first.ptr + 1, end, run.last);
  return last.ec == std::errc() && std::string_view(last.ptr, static_cast<std::size_t>(end - last.ptr)) == "\n" &&
         run.first <= run.last && run.last < lines;
}

std::vector<std::size_t> line_begins(std::string_view text) {
  std::vector<std::size_t> begins = {0};
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text[at] == '\n') begins.push_back(at + 1);
  return begins;
}

}  // namespace

Result<std::string> longest_block(sandbox::Executor& executor, const std::string& text, std::stop_token stop) {
  sandbox::ProgramJob job;
  job.program = assay_longest_block_begin;
  job.input = text;
  job.time_limit = time_limit;
  const auto outcome = executor.run(job, std::move(stop));
  if (!outcome) return tl::unexpected(of_sandbox(outcome.error()));
  if (outcome->status == sandbox::Status::call_timeout || outcome->status == sandbox::Status::set_timeout)
    return tl::unexpected(Error{Errc::bad_data, "its code is not found within a minute"});
  const std::vector<std::size_t> begins = line_begins(text);
  LineRun run;
  if (outcome->status != sandbox::Status::ok || !parse_run(outcome->out, begins.size(), run))
    return tl::unexpected(Error{Errc::bad_data, "Python's parser ended on it"});
  const std::size_t end = run.last + 1 < begins.size() ? begins[run.last + 1] - 1 : text.size();
  return text.substr(begins[run.first], end - begins[run.first]);
}

}  // namespace assay::harness

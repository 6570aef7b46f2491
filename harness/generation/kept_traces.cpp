#include "harness/generation/kept_traces.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "harness/line_file.h"

namespace assay::harness {
namespace {

namespace json = boost::json;

/// A drawn sample: its problem, and its number there.
using Key = std::pair<std::string, std::int64_t>;

std::optional<Key> key_of(std::string_view line) {
  json::error_code wrong;
  const json::value value = json::parse(line, wrong);
  const auto* object = wrong ? nullptr : value.if_object();
  const auto* task = object ? object->if_contains("task_id") : nullptr;
  const auto* sample = object ? object->if_contains("sample_id") : nullptr;
  if (!task || !task->is_string() || !sample || !sample->is_int64()) return std::nullopt;
  return Key{std::string(task->get_string()), sample->get_int64()};
}

Result<void> for_each_sample(const std::filesystem::path& path,
                             const std::function<Result<void>(const Key&, std::string_view line)>& take) {
  return for_each_line(path, [&](std::string_view line, const LineFile& file) -> Result<void> {
    const auto key = key_of(line);
    if (!key)
      return tl::unexpected(
          Error{Errc::bad_data, fmt::format("{}: no line with a task_id and the number of a sample_id", file.place())});
    return take(*key, line);
  });
}

}  // namespace

Result<void> keep_traces(Store& store, RunId run, const std::filesystem::path& samples,
                         const std::filesystem::path& traces) {
  constexpr std::size_t most_bytes = 8U << 20;  // at once
  const auto kept = store.traced(run);
  if (!kept) return tl::unexpected(kept.error());
  std::map<Key, std::uint32_t> missing;
  std::uint32_t ordinal = 0;
  const auto listed = for_each_sample(samples, [&](const Key& key, std::string_view) -> Result<void> {
    if (!kept->contains(ordinal)) missing.emplace(key, ordinal);
    ++ordinal;
    return {};
  });
  if (!listed) return listed;
  std::vector<DecodeTrace> waiting;
  std::size_t bytes = 0;
  const auto put = [&]() -> Result<void> {
    auto done = store.put_traces(run, waiting);
    waiting.clear();
    bytes = 0;
    return done;
  };
  const auto read = for_each_sample(traces, [&](const Key& key, std::string_view line) -> Result<void> {
    const auto found = missing.find(key);
    if (found == missing.end()) return {};
    waiting.push_back({found->second, std::string(line)});
    missing.erase(found);
    bytes += line.size();
    return bytes < most_bytes ? Result<void>{} : put();
  });
  return read ? put() : read;
}

}  // namespace assay::harness

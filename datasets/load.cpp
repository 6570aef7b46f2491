#include "datasets/load.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

#include "datasets/cache.h"
#include "datasets/content.h"
#include "datasets/digest.h"
#include "datasets/embedded.h"
#include "datasets/formats/format.h"
#include "datasets/registry.h"

namespace assay::datasets {
namespace {

/// Bytes, and what to call them in messages.
struct Source {
  std::string content;
  std::string name;
  std::vector<std::string> warnings;
};

Result<Loaded> parse(Source source, std::string name, const Entry* entry) {
  auto contents = read_problems(source.content, source.name);
  if (!contents) return tl::unexpected(contents.error());
  if (entry != nullptr && (contents->format != entry->format || contents->family != entry->family)) {
    return tl::unexpected(Error{Errc::malformed, fmt::format("{}: it is not the data set \"{}\": {} with tasks like "
                                                             "\"{}\" was found",
                                                             source.name, entry->name, datasets::name(contents->format),
                                                             contents->problems.front().task_id)});
  }
  Loaded loaded;
  loaded.dataset.name = std::move(name);
  loaded.dataset.family = contents->family;
  loaded.dataset.has_plus = contents->format == Format::evalplus;
  loaded.dataset.sha256 = sha256(source.content);
  loaded.dataset.md5 = md5(source.content);
  loaded.dataset.problems = std::move(contents->problems);
  loaded.warnings = std::move(source.warnings);
  loaded.warnings.insert(loaded.warnings.end(), contents->warnings.begin(), contents->warnings.end());
  return loaded;
}

/// The file that EvalPlus's own variable names for this data set, or "".
std::string override_path(const Entry& entry) {
  if (entry.format != Format::evalplus) return {};
  const char* path = std::getenv(entry.family == Family::humaneval ? "HUMANEVAL_OVERRIDE_PATH" : "MBPP_OVERRIDE_PATH");
  return path == nullptr ? std::string() : path;
}

/// What who loads a data set, and did not ask for a download as such, may do besides.
Error with_other_way(Error error) {
  if (error.code == Errc::network || error.code == Errc::offline) error.message += ", or give the file as --dataset";
  return error;
}

Result<Source> source_of(const Entry& entry, const LoadOptions& options) {
  const std::string file = options.data_file.empty() ? override_path(entry) : options.data_file;
  if (file.empty()) {
    auto fetched = fetch(entry, options.offline ? Network::forbidden : Network::allowed);
    if (!fetched) return tl::unexpected(with_other_way(fetched.error()));
    return Source{std::move(fetched->content), fetched->path.string(), std::move(fetched->warnings)};
  }
  auto content = read_content(file);
  if (!content) return tl::unexpected(content.error());
  Source source{std::move(*content), file, {}};
  if (const std::string found = sha256(source.content); found != entry.sha256) {
    source.warnings.push_back(
        fmt::format("{}: not the published {}: its sha256 is {}, not {}", file, entry.name, found, entry.sha256));
  }
  return source;
}

Result<Loaded> load_file(const std::string& file) {
  auto content = read_content(file);
  if (!content && content.error().code == Errc::not_found) {
    return tl::unexpected(
        Error{Errc::not_found, fmt::format("{}: neither a data set nor a file; known are {}", file, known_names())});
  }
  if (!content) return tl::unexpected(content.error());
  const std::string name = std::filesystem::path(file).filename().string();
  return parse({std::move(*content), file, {}}, name.substr(0, name.find('.', 1)), nullptr);
}

std::string_view suffix_of(const LoadOptions& options) {
  return options.mini ? "-mini" : options.noextreme ? "-noextreme" : "";
}

}  // namespace

Result<Loaded> load(const std::string& name_or_file, const LoadOptions& options) {
  const auto misused = [](std::string message) { return tl::unexpected(Error{Errc::misused, std::move(message)}); };
  if (options.mini && options.noextreme) return misused("--mini and --noextreme exclude each other; give one");
  const std::string_view suffix = suffix_of(options);
  const bool named = find_entry(name_or_file) != nullptr || name_or_file == mini_name;
  if (!named && !options.data_file.empty())
    return misused(
        fmt::format("{}: --data gives a known data set's content; known are {}", name_or_file, known_names()));
  if (!named && suffix.empty()) return load_file(name_or_file);
  const Entry* entry = find_entry(name_or_file + std::string(suffix));
  if (entry == nullptr && !suffix.empty())
    return misused(fmt::format("{}: it has no set for -{}; leave that out", name_or_file, suffix));
  if (entry == nullptr && options.data_file.empty())
    return parse({std::string(embedded_mini()), std::string(mini_name), {}}, std::string(mini_name), nullptr);
  if (entry == nullptr) return misused("mini: it is part of the command; give the file itself as the data set");
  auto source = source_of(*entry, options);
  if (!source) return tl::unexpected(source.error());
  return parse(std::move(*source), std::string(entry->dataset), entry);
}

}  // namespace assay::datasets

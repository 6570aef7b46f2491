#include "harness/samples_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "datasets/ascii.h"
#include "datasets/json_reader.h"
#include "harness/input_file.h"
#include "harness/line_file.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), datasets::is_digit);
  std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

/// Below 0, 0 or above 0; numbers inside the names as numbers.
int compare_names(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (datasets::is_digit(a.front()) && datasets::is_digit(b.front())) {
      const std::string_view left = take_digits(a), right = take_digits(b);
      if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
      if (const int order = left.compare(right); order != 0) return order;
    } else if (a.front() != b.front()) {
      return a.front() < b.front() ? -1 : 1;
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
}

bool before(const std::string& a, const std::string& b) {
  const int order = compare_names(a, b);
  return order != 0 ? order < 0 : a < b;  // "1" and "01"
}

/// Names in a folder for which `wanted` holds, sorted.
template <class Wanted>
Result<std::vector<std::string>> names_in(const fs::path& folder, const Wanted& wanted) {
  std::vector<std::string> names;
  std::error_code code;
  fs::directory_iterator entry(folder, code);
  for (; !code && entry != fs::directory_iterator(); entry.increment(code))
    if (wanted(*entry)) names.push_back(entry->path().filename().string());
  if (code)
    return tl::unexpected(
        Error{Errc::bad_data, fmt::format("{}: cannot be read: {}", folder.string(), code.message())});
  std::sort(names.begin(), names.end(), before);
  return names;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_directory(ignored);
}

bool is_program(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.path().extension() == ".py" && entry.is_regular_file(ignored);
}

}  // namespace

Result<std::vector<SampleFile>> list_samples(const fs::path& folder) {
  std::vector<SampleFile> files;
  const auto tasks = names_in(folder, is_folder);
  if (!tasks) return tl::unexpected(tasks.error());
  for (const std::string& task : *tasks) {
    const auto programs = names_in(folder / task, is_program);
    if (!programs) return tl::unexpected(programs.error());
    for (const std::string& program : *programs) files.push_back({task, folder / task / program});
  }
  return files;
}

Result<std::string> read_program(const fs::path& path) {
  const auto text = read_input(path.string(), LineFile::most_line_bytes);
  if (!text) return text;
  if (const std::size_t at = datasets::invalid_utf8(*text); at != std::string::npos)
    return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: byte {} is not UTF-8", path.string(), at)});
  std::string program;
  program.reserve(text->size());
  for (std::size_t i = 0; i < text->size(); ++i) {
    const char c = (*text)[i];
    if (c != '\r')
      program += c;
    else if (i + 1 == text->size() || (*text)[i + 1] != '\n')
      program += '\n';
  }
  return program;
}

}  // namespace assay::harness

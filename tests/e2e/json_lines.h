#pragma once
/// Rows of the corpora, and text in them.
#include <boost/algorithm/string/replace.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/content.h"
#include "tests/catch.h"

namespace assay::tests {

using boost::replace_all;

/// The lines of a JSON lines file, compressed or not.
inline std::vector<boost::json::value> rows_of(const std::filesystem::path& path) {
  const auto content = datasets::read_content(path);
  REQUIRE(content);
  std::istringstream lines(*content);
  std::vector<boost::json::value> rows;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) rows.push_back(boost::json::parse(line));
  return rows;
}

inline std::string text(const boost::json::value& row, const char* key) { return std::string(row.at(key).as_string()); }

}  // namespace assay::tests

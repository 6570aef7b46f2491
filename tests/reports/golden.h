#pragma once
/// Values of the statistics that were computed apart from the code (fixtures/statistics), and how near is near enough.
#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "reports/pass_at_k.h"
#include "reports/statistics/interval.h"
#include "tests/catch.h"

namespace assay::tests {

inline boost::json::array golden(const std::string& name) {
  std::ifstream file(shared_dir() / "fixtures/statistics" / name);
  std::stringstream text;
  text << file.rdbuf();
  return boost::json::parse(text.str()).as_array();
}

inline std::uint64_t whole(const boost::json::value& value) { return value.to_number<std::uint64_t>(); }
inline double real(const boost::json::value& value) { return value.to_number<double>(); }

constexpr double tolerance = 1e-9;

/// |x − y| ≤ 1e-9; null is none.
inline bool near(std::optional<double> value, const boost::json::value& expected) {
  if (expected.is_null() || !value) return expected.is_null() && !value;
  return std::abs(*value - real(expected)) <= tolerance;
}

inline bool near(const std::optional<reports::Interval>& value, const boost::json::value& expected) {
  if (expected.is_null() || !value) return expected.is_null() && !value;
  return near(value->low, expected.at(0)) && near(value->high, expected.at(1));
}

/// |x − y| ≤ 1e-9 · y: p-values reach down to 1e-163.
inline bool near_p(double value, const boost::json::value& expected) {
  return std::abs(value - real(expected)) <= tolerance * real(expected);
}

/// `correct` of a list, each out of `samples`.
inline std::vector<reports::SampleCounts> counts(const boost::json::value& correct, std::uint64_t samples) {
  std::vector<reports::SampleCounts> all;
  for (const boost::json::value& value : correct.as_array()) all.push_back({samples, whole(value)});
  return all;
}

inline std::vector<reports::SampleCounts> counts(const boost::json::value& correct, const boost::json::value& samples) {
  std::vector<reports::SampleCounts> all;
  for (std::size_t i = 0; i < correct.as_array().size(); ++i)
    all.push_back({whole(samples.at(i)), whole(correct.at(i))});
  return all;
}

}  // namespace assay::tests

#pragma once
/// Values of the engine that were computed apart from the code: fixtures/engine, gzipped JSON arrays.
#include <zlib.h>

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/engine/device.h"

namespace assay::tests {

/// Whether the golden values are there. On a device that was asked for they must be: passed over, it would seem tried.
inline bool have_golden() {
  const auto folder = shared_dir() / "fixtures/engine";
  const bool there = std::filesystem::exists(folder);
  if (!there && device_given()) FAIL("ASSAY_TEST_DEVICE is set, and the golden values are absent: " << folder);
  return there;
}

/// The cases of `name`.json.gz; none where the file is absent.
inline boost::json::array engine_cases(const std::string& name) {
  const auto path = shared_dir() / "fixtures/engine" / (name + ".json.gz");
  std::string text;
  gzFile file = ::gzopen(path.c_str(), "rb");
  if (!file) return {};
  char buffer[1 << 16];
  for (int read = 0; (read = ::gzread(file, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(read));
  ::gzclose(file);
  return boost::json::parse(text).as_array();
}

template <class Number>
std::vector<Number> numbers_of(const boost::json::value& list) {
  std::vector<Number> numbers;
  for (const auto& number : list.as_array()) numbers.push_back(number.to_number<Number>());
  return numbers;
}

}  // namespace assay::tests

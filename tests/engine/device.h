#pragma once
/// The device that the engine's tests compute on.
#include <cstdlib>
#include <string>

namespace assay::tests {

inline bool device_given() { return std::getenv("ASSAY_TEST_DEVICE") != nullptr; }

/// "cpu", or what ASSAY_TEST_DEVICE says ("cuda").
inline std::string test_device() {
  const char* device = std::getenv("ASSAY_TEST_DEVICE");
  return device ? device : "cpu";
}

}  // namespace assay::tests

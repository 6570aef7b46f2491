#pragma once
#include <cstdlib>
#include <string>

namespace assay::tests {

/// Where the engine's tests compute: "cpu", or what ASSAY_TEST_DEVICE says ("cuda").
inline std::string test_device() {
  const char* device = std::getenv("ASSAY_TEST_DEVICE");
  return device ? device : "cpu";
}

}  // namespace assay::tests

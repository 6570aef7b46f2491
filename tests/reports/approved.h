#pragma once
/// Whole outputs held against files that somebody looked at: tests/reports/approved. After a change that is meant,
/// ASSAY_APPROVE=1 writes them anew; the diff is what is to be looked at.
#include <cstdlib>
#include <string>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace assay::tests {

inline void check_approved(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/reports/approved" / name;
  if (std::getenv("ASSAY_APPROVE")) write_file(path, text);
  INFO("approved file: tests/reports/approved/" << name);
  CHECK(read_file(path) == text);
}

}  // namespace assay::tests

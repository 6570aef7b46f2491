#pragma once
/// Catch2 2.13 (Debian 12) with the `SKIP` that only version 3 has: prints why and ends the test case as passed.
#include <catch2/catch.hpp>

#include <filesystem>
#include <iostream>
#include <string>

#define ASSAY_SKIP(reason)                                              \
  do {                                                                  \
    std::cout << "SKIPPED: " << (reason) << std::endl; /* NOLINT */     \
    SUCCEED();                                                          \
    return;                                                             \
  } while (false)

namespace assay::tests {
/// Where the shared data lies (real benchmarks, fixtures); it may be absent: then tests skip.
inline std::filesystem::path shared_dir() { return ASSAY_SHARED_DIR; }
inline bool have_shared() { return std::filesystem::exists(shared_dir() / "data"); }
}  // namespace assay::tests

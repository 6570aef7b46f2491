#pragma once
/// Catch2 2.13 (Debian 12) or 3, with a `SKIP` as only version 3 has it: prints why and ends the test case as passed.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <filesystem>
#include <iostream>
#include <string>

#define ASSAY_SKIP(reason)                                          \
  do {                                                              \
    std::cout << "SKIPPED: " << (reason) << std::endl; /* NOLINT */ \
    SUCCEED();                                                      \
    return;                                                         \
  } while (false)

namespace assay::tests {
/// Where the shared data lies (real benchmarks, fixtures); it may be absent: then tests skip.
inline std::filesystem::path shared_dir() { return ASSAY_SHARED_DIR; }
inline bool have_shared() { return std::filesystem::exists(shared_dir() / "data"); }
}  // namespace assay::tests

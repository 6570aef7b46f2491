#pragma once
/// Results of samples as rows of `verdicts`: one a set of tests.
#include <cstdint>
#include <optional>

#include "harness/store/database.h"
#include "harness/store/store.h"
#include "harness/verdict.h"

namespace assay::harness {

[[nodiscard]] const char* word(TestSet set);  ///< "base", "plus"
/// Replaces what was there; to be called inside a transaction.
[[nodiscard]] Result<void> write_verdict(Database& database, RunId run, std::uint32_t ordinal,
                                         const SampleResult& result);
[[nodiscard]] Result<std::optional<SampleResult>> read_verdict(Database& database, RunId run, std::uint32_t ordinal);

}  // namespace assay::harness

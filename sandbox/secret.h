#pragma once
#include <cstdint>

namespace assay::sandbox {

/// A number that no sample can know, from which tests that draw at random draw: made once for a user
/// ($XDG_DATA_HOME/assay/secret, or ~/.local/share), so that the same samples meet the same tests again. Where it can
/// be neither read nor kept it is new for each process.
[[nodiscard]] std::uint64_t installation_secret();

}  // namespace assay::sandbox

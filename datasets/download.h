#pragma once
/// Gets a file over HTTPS.
#include <cstdint>
#include <string>

#include "datasets/error.h"

namespace assay::datasets {

struct DownloadLimits {
  std::uint64_t bytes = 64ULL << 20;  ///< the largest published file has 1 MB
  int tries = 3;                      ///< after refused connections, broken transfers, 429 and 5xx
};

/// The body at `address`; follows redirects to https only. Plain http is taken where `address` itself begins with it
/// (a mirror of the user's). Stalled transfers end after half a minute. May be called from any thread.
[[nodiscard]] Result<std::string> download(const std::string& address, const DownloadLimits& limits = {});

}  // namespace assay::datasets

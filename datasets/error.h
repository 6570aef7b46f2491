#pragma once
#include <string>
#include <tl/expected.hpp>

namespace assay::datasets {

enum class Errc {
  not_found,  ///< no such file, data set or address
  misused,    ///< options that exclude each other, or ask of a data set what it does not have
  io,         ///< reading or writing failed
  malformed,  ///< not what the format says; the message names file, line and field
  checksum,   ///< content differs from the registry's sha256
  network,    ///< a download failed
  offline,    ///< not in the cache, and --offline was given
};

struct Error {
  Errc code;
  std::string message;  ///< one line: where, what was found, what to do
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace assay::datasets

#pragma once
/// What can go wrong in reports, in their own words.
#include <string>
#include <tl/expected.hpp>

namespace assay::reports {

enum class Errc {
  not_found,   ///< no run of that name, no such file
  bad_data,    ///< a results file, store or trace is not what it should be
  comparison,  ///< two runs that may not be compared
  store,       ///< the store cannot be opened, read or written
};

struct Error {
  Errc code;
  std::string message;  ///< one line: where, what was found, what to do
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace assay::reports

#pragma once
/// What can go wrong in the engine, in its own words.
#include <string>
#include <tl/expected.hpp>

namespace assay::engine {

enum class Errc {
  not_found,    ///< a file of the model is not there or cannot be read
  bad_data,     ///< a file, or an input, is not what it should be
  unsupported,  ///< well-formed, but not what this engine computes
};

struct Error {
  Errc code;
  std::string message;  ///< one line: where, what was found, what to do
};

template <class T>
using Result = tl::expected<T, Error>;

}  // namespace assay::engine

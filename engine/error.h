#pragma once
/// What can go wrong in the engine, in its own words.
#include <string>
#include <utility>
#if __has_include(<tl/expected.hpp>)
#include <tl/expected.hpp>
#else  // a machine with nothing but LibTorch: the standard's has all that the engine uses
#include <expected>
namespace tl {
using std::expected;
using std::unexpected;
}  // namespace tl
#endif

namespace assay::engine {

enum class Errc {
  not_found,    ///< a file of the model is not there or cannot be read
  bad_data,     ///< a file, or an input, is not what it should be
  unsupported,  ///< well-formed, but not what this engine computes
  no_memory,    ///< the device has not enough, for one row alone
  device,       ///< the device is not there, or LibTorch failed on it
};

struct Error {
  Errc code;
  std::string message;  ///< one line: where, what was found, what to do
};

template <class T>
using Result = tl::expected<T, Error>;

/// An error of that code, to be returned as a Result.
[[nodiscard]] inline tl::unexpected<Error> bad_data(std::string message) {
  return tl::unexpected(Error{Errc::bad_data, std::move(message)});
}

}  // namespace assay::engine

#pragma once
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "sandbox/error.h"

namespace assay::sandbox {

/// A call to the kernel that has just failed, as errno says: "sandbox: cannot open PATH: Permission denied".
[[nodiscard]] inline tl::unexpected<Error> failed_call(std::string_view what, std::string_view path) {
  return tl::unexpected(Error{Errc::unavailable, fmt::format("sandbox: {} {}: {}", what, path, std::strerror(errno))});
}

}  // namespace assay::sandbox

#include "sandbox/secret.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>
#include <tuple>

#include "sandbox/installation.h"
#include "sandbox/unique_fd.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;

std::optional<std::uint64_t> read_secret(const fs::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::uint64_t secret = 0;
  return file && ::read(file.get(), &secret, sizeof secret) == sizeof secret ? std::optional(secret) : std::nullopt;
}

/// Whole or not at all: another process may be at it as well, and the first one's stays.
void keep(const fs::path& path, std::uint64_t secret) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::string made = fmt::format("{}-XXXXXX", path.string());
  const UniqueFd file(::mkstemp(made.data()));  // nobody else may read it
  if (!file) return;
  if (::write(file.get(), &secret, sizeof secret) == sizeof secret) std::ignore = ::link(made.c_str(), path.c_str());
  ::unlink(made.c_str());
}

}  // namespace

std::uint64_t installation_secret() {
  const fs::path path = installed("ASSAY_SECRET", "secret");
  if (const auto known = read_secret(path)) return *known;
  std::uint64_t secret = 0;
  std::ignore = ::getrandom(&secret, sizeof secret, 0);
  keep(path, secret);
  return read_secret(path).value_or(secret);
}

}  // namespace assay::sandbox

#include "harness/thread_body.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "harness/errors.h"

namespace assay::harness {

Error bug(std::string_view what) {
  return {Errc::bug, fmt::format("bug: {}; please report it with the command that led here", what)};
}

Result<void> or_bug(const std::function<Result<void>()>& body) {
  try {
    return body();
  } catch (const std::exception& thrown) {
    return tl::unexpected(bug(thrown.what()));
  } catch (...) {
    return tl::unexpected(bug("an unknown exception"));
  }
}

void or_end(const std::function<void()>& body) {
  const auto done = or_bug([&]() -> Result<void> {
    body();
    return {};
  });
  if (done) return;
  const Error& error = done.error();
  std::fputs(fmt::format("assay: {} [{}]\n", error.message, code_word(error.code)).c_str(), stderr);
  std::_Exit(exit_code(error.code));
}

}  // namespace assay::harness

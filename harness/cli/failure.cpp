#include "harness/cli/failure.h"

#include <fmt/format.h>

#include <cstdio>

#include "harness/errors.h"

namespace assay::harness {

int fail(const Error& error) {
  fmt::print(stderr, "assay: {} [{}]\n", error.message, code_word(error.code));
  return exit_code(error.code);
}

void warn(std::string_view message) { fmt::print(stderr, "assay: warning: {}\n", message); }

}  // namespace assay::harness

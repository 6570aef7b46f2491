#include "harness/cli/failure.h"

#include <fmt/format.h>

#include <cstdio>

#include "harness/errors.h"
#include "reports/output/printable.h"

namespace assay::harness {
namespace {

/// Unlike fmt::print does not throw where nobody can be told.
void say(const std::string& line) { std::fputs(line.c_str(), stderr); }

}  // namespace

int fail(const Error& error) {
  say(fmt::format("assay: {} [{}]\n", reports::printable(error.message), code_word(error.code)));
  return exit_code(error.code);
}

std::string warning(std::string_view message) { return fmt::format("assay: warning: {}", reports::printable(message)); }

void warn(std::string_view message) { say(warning(message) + '\n'); }

}  // namespace assay::harness

/// The `assay` command: reads its arguments, hands over to one subcommand, and returns that one's exit code.
#include <malloc.h>

#include <cstdio>
#include <exception>
#include <system_error>

#include "harness/cli/command_line.h"
#include "harness/cli/failure.h"
#include "harness/cli/output.h"
#include "harness/cli/usage.h"
#include "harness/errors.h"
#include "harness/thread_body.h"

namespace {

using namespace assay::harness;

int run(int argc, char** argv) {
  CommandLine line;
  line.app().set_version_flag("--version", "assay " ASSAY_VERSION);
  try {
    line.app().parse(words_of(line.app(), argc, argv));
  } catch (const CLI::ParseError& error) {
    return explain(line.app(), error);
  }
  if (const auto flaw = empty_value(line.app())) return fail(*flaw);
  return line.run();
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_descriptors();
  // Results of many megabytes come and go: memory given back each time would be faulted in again each time.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
  try {
    return finish_output(run(argc, argv));
  } catch (const std::system_error& error) {  // fmt::print throws it where a stream cannot be written
    if (std::ferror(stdout) != 0) return finish_output(0);
    return std::ferror(stderr) != 0 ? exit_code(Errc::io) : fail(bug(error.what()));
  } catch (const std::exception& error) {
    return fail(bug(error.what()));
  } catch (...) {
    return fail(bug("an unknown exception"));
  }
}

#include "harness/evaluation/sandbox_error.h"

namespace assay::harness {

Error of_sandbox(const sandbox::Error& error) {
  return {error.code == sandbox::Errc::cancelled ? Errc::interrupted : Errc::sandbox, error.message};
}

sandbox::Error killed_from_outside() {
  return {sandbox::Errc::unavailable,
          "sandbox: a sample was killed from outside, below its own limits; if the machine is short of memory, lower "
          "--parallel, or give it more"};
}

bool is_large(const sandbox::Outcome& outcome) { return outcome.memory_peak_bytes >= 256ULL << 20; }

}  // namespace assay::harness

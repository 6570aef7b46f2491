#include "harness/evaluation/sandbox_error.h"

namespace assay::harness {

Error of_sandbox(const sandbox::Error& error) {
  return {error.code == sandbox::Errc::cancelled ? Errc::interrupted : Errc::sandbox, error.message};
}

}  // namespace assay::harness

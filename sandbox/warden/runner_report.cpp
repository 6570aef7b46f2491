#include "sandbox/warden/runner_report.h"

#include "sandbox/wire/job_parts.h"
#include "sandbox/wire/packer.h"

namespace assay::sandbox {

std::optional<RunnerReport> read_report(std::string_view bytes) {
  Unpacker in(bytes);
  RunnerReport report;
  report.wait_status = in.get<std::int32_t>();
  report.files = get_files(in);
  if (!in.ok() || !in.rest().empty()) return std::nullopt;
  return report;
}

}  // namespace assay::sandbox

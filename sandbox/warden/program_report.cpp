#include "sandbox/warden/program_report.h"

#include <string>
#include <utility>

#include "sandbox/wire/packer.h"

namespace assay::sandbox {

std::optional<ProgramReport> read_report(std::string_view bytes) {
  Unpacker in(bytes);
  ProgramReport report;
  report.wait_status = in.get<std::int32_t>();
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string path(in.text());
    report.files.push_back({std::move(path), std::string(in.text())});
  }
  if (!in.ok() || !in.rest().empty()) return std::nullopt;
  return report;
}

}  // namespace assay::sandbox

#include "harness/trace_source.h"

#include <fmt/format.h>

#include <filesystem>

#include "harness/errors.h"
#include "harness/line_file.h"
#include "reports/decoding/stored_traces.h"

namespace assay::harness {
namespace {

using Take = std::function<void(const reports::Trace&)>;

Result<void> read_file(const std::string& path, const Take& take) {
  bool any = false;
  auto read = for_each_line(path, [&](std::string_view line, const LineFile& file) -> Result<void> {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return {};
    const auto trace = reports::parse_trace(line);
    if (!trace)
      return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: {}", file.place(), trace.error().message)});
    take(*trace);
    any = true;
    return {};
  });
  if (read && !any) return tl::unexpected(Error{Errc::bad_data, path + ": is empty: there is no trace in it"});
  return read;
}

Result<void> read_run(const std::string& wanted, const std::string& path, const Take& take) {
  using reports::Connection;
  auto store = Connection::open(path, Connection::Access::read);
  if (!store && store.error().code == reports::Errc::not_found)
    return tl::unexpected(Error{Errc::bad_data, fmt::format("{}: no such file, and there is no store at {}; give the "
                                                            "path of a file of traces, or --store",
                                                            wanted, path)});
  if (!store) return tl::unexpected(of_reports(store.error()));
  const auto run = reports::find_run(*store, wanted);
  if (!run) return tl::unexpected(of_reports(run.error()));
  const auto read = reports::read_stored_traces(*store, *run, [&](std::string_view json) -> reports::Result<void> {
    const auto trace = reports::parse_trace(json);
    if (!trace)
      return tl::unexpected(reports::Error{
          trace.error().code, fmt::format("store: {}: a trace of run {}: {}", path, run->name, trace.error().message)});
    take(*trace);
    return {};
  });
  if (!read) return tl::unexpected(of_reports(read.error()));
  return {};
}

}  // namespace

Result<void> for_each_trace(const std::string& wanted, const std::string& store, const Take& take) {
  std::error_code ignored;
  const auto there = std::filesystem::status(wanted, ignored);
  const bool file = std::filesystem::exists(there) && !std::filesystem::is_directory(there);
  return file ? read_file(wanted, take) : read_run(wanted, store, take);
}

}  // namespace assay::harness

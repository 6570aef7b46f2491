#pragma once
/// Files that commands are told to write: what they may take the place of.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/error.h"

namespace assay::harness {

/// What is known by how it begins.
enum class OutputKind : std::uint8_t {
  page,     ///< HTML
  junit,    ///< JUnit XML
  ctrf,     ///< Common Test Report Format
  run,      ///< `assay runs export`
  results,  ///< eval_results.json, EvalPlus's or ours
};

struct OutputFile {
  std::string_view option;  ///< that named it: "--html"
  std::string path;         ///< empty: it was not given
  OutputKind kind = OutputKind::page;
};

/// Whether these may be written, asked before anything is: in a place where nothing is, over an empty file or an
/// earlier one of the same kind, to a device or pipe. Standard output has something else, so that `-` is none of them.
/// @param inputs what the command reads; those that name no file are skipped
/// @return Errc::usage
[[nodiscard]] Result<void> may_write(const std::vector<OutputFile>& files, const std::vector<std::string>& inputs);

/// Whether one file, whose kind is looked at elsewhere, is none of the command's inputs and not `-`. Nothing makes it
/// right to lose these. @return Errc::usage
[[nodiscard]] Result<void> is_no_input(std::string_view option, const std::string& path,
                                       const std::vector<std::string>& inputs);

/// The files that a store is made of, as inputs.
[[nodiscard]] std::vector<std::string> files_of_store(const std::string& path);
/// The files that runs are read from, as `assay report` takes their names: several by commas, folders, and the store.
[[nodiscard]] std::vector<std::string> files_of_runs(const std::vector<std::string>& runs, const std::string& store);

/// Writes the whole file or nothing.
[[nodiscard]] Result<void> write_output(const std::string& path, std::string_view text);

}  // namespace assay::harness

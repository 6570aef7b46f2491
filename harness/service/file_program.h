#pragma once
/// A program that finds files in its working folder, and whose files are read when it is done.
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/executor.h"

namespace assay::harness {

struct FileProgram {
  std::string code, input;
  std::vector<std::pair<std::string, std::string>> files;  ///< path, content in base64
  std::vector<std::string> fetch;                          ///< paths
  std::chrono::milliseconds limit{10'000};
};

/// A job that writes the files, runs the code in a process of its own, and says at the end of its stderr what the files
/// to fetch hold (program_report.h). Without files it is the code itself.
[[nodiscard]] sandbox::ProgramJob file_job(FileProgram program, std::string_view mark);

struct FetchedFiles {
  std::vector<std::pair<std::string, std::string>> files;  ///< path, content in base64; those that were there
  std::optional<int> signal;                               ///< that ended the code
};
/// Takes the report off the outcome's stderr.
[[nodiscard]] FetchedFiles take_files(sandbox::Outcome& outcome, std::string_view mark);

}  // namespace assay::harness

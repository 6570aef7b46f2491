#pragma once
/// Which languages /run_code knows, and how their programs become processes: one table.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/service/toolchains.h"
#include "sandbox/executor.h"

namespace assay::harness {

/// Words of a command may hold {bin} (the toolchain's folder), {link} (its libraries; a word of its own) and
/// {memory_mb} (three quarters of what the program may use, for runtimes that must be told).
struct Runtime {
  std::string_view language;      ///< SandboxFusion's word
  std::string_view run = {};      ///< words; empty: the language is not served
  std::optional<Tool> tool = {};  ///< none: the samples' Python itself
  std::string_view source = {};   ///< the file that the code becomes
  std::string_view compile = {};  ///< words; empty: nothing to compile
  std::string_view built = {};    ///< what compiling makes: a file, or "folder/"
};

/// Null where SandboxFusion knows no such language either. Case counts.
[[nodiscard]] const Runtime* find_runtime(std::string_view language);
[[nodiscard]] bool is_served(const Runtime& runtime);
/// One line for who asks for a language that is not served.
[[nodiscard]] std::string served_languages();

/// A program of a client's, whatever its language.
struct FileProgram {
  std::string code, input;
  std::vector<sandbox::ProgramFile> files;
  std::vector<std::string> fetch;
  std::chrono::milliseconds compile_limit{10'000}, run_limit{10'000};
  std::optional<std::uint64_t> memory_bytes;  ///< less than the executor's limit
};

/// `limits` are the executor's. Compilers get more files, processes and scratch, and no limit of addresses.
[[nodiscard]] sandbox::ProgramJob compile_job(const Runtime& runtime, const Toolchain& tools,
                                              const FileProgram& program, const sandbox::Limits& limits);
/// `built`: what compiling made, where the language compiles. `tools` null: the samples' Python.
[[nodiscard]] sandbox::ProgramJob run_job(const Runtime& runtime, const Toolchain* tools, const FileProgram& program,
                                          const std::vector<sandbox::ProgramFile>& built,
                                          const sandbox::Limits& limits);

}  // namespace assay::harness

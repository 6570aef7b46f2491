#include "harness/service/runtimes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/python_json.h"

namespace assay::harness {
namespace {

using sandbox::Limits;
using sandbox::ProgramJob;

/// What compiling makes has to fit into the scratch of the program's own jail, beside its files.
constexpr std::uint64_t most_built_bytes = 48ULL << 20;

/// Imports pytest from a folder that holds it and nothing else.
constexpr std::string_view pytest_program = R"(import sys
sys.dont_write_bytecode = True
sys.path.insert(0, {})
import pytest
sys.exit(pytest.main(["-p", "no:cacheprovider", "test_program.py"]))
)";

// Commands as SandboxFusion has them. Source: bytedance/SandboxFusion sandbox/runners.
constexpr Runtime runtime_table[] = {
    {"python", "python"},
    {"pytest", "python", Tool::pytest, "test_program.py"},
    {"bash", "{bin}/bash main.sh", Tool::bash, "main.sh"},
    {"nodejs", "{bin}/node --max-old-space-size={memory_mb} main.js", Tool::node, "main.js"},
    {"cpp", "./test", Tool::cpp, "main.cpp", "{bin}/g++ -std=c++17 main.cpp -o test -Wl,--as-needed {link}", "test"},
    {"go", "./out", Tool::go, "main.go", "{bin}/go build -o out main.go", "out"},
    {"java", "{bin}/java -ea -XX:+UseSerialGC -Xmx{memory_mb}m -cp classes Main", Tool::java, "Main.java",
     "{bin}/javac -d classes Main.java", "classes/"},
    {"rust", "./test", Tool::rust, "main.rs", "{bin}/rustc main.rs -o test", "test"},
    {"go_test"},
    {"php"},
    {"csharp"},
    {"typescript"},
    {"sql"},
    {"cuda"},
    {"lua"},
    {"R"},
    {"perl"},
    {"D_ut"},
    {"ruby"},
    {"scala"},
    {"julia"},
    {"jest"},
    {"verilog"},
    {"python_gpu"},
    {"lean"},
    {"swift"},
    {"racket"},
    {"junit"},
    {"kotlin_script"},
};

std::vector<std::string> words(std::string_view command, const Toolchain& tools, std::uint64_t memory_bytes) {
  std::vector<std::string> all;
  while (!command.empty()) {
    std::string word(command.substr(0, command.find(' ')));
    command.remove_prefix(std::min(command.size(), word.size() + 1));
    if (word == "{link}") {
      all.insert(all.end(), tools.link.begin(), tools.link.end());
      continue;
    }
    const auto put = [&word](std::string_view what, const std::string& value) {
      if (const auto at = word.find(what); at != word.npos) word.replace(at, what.size(), value);
    };
    put("{bin}", tools.folder);
    put("{memory_mb}", std::to_string(std::max<std::uint64_t>(16, memory_bytes / 4 * 3 >> 20)));
    all.push_back(std::move(word));
  }
  return all;
}

/// For a compiler or a virtual machine: its threads are few, but more than a sample's own, and it reserves far more
/// addresses than it uses.
Limits wider(Limits limits) {
  limits.address_space = false;
  limits.processes = std::max<std::uint32_t>(limits.processes, 128);
  return limits;
}

}  // namespace

const Runtime* find_runtime(std::string_view language) {
  const auto* found = std::find_if(std::begin(runtime_table), std::end(runtime_table),
                                   [language](const Runtime& runtime) { return runtime.language == language; });
  return found == std::end(runtime_table) ? nullptr : found;
}

bool is_served(const Runtime& runtime) { return !runtime.run.empty(); }

std::string served_languages() {
  std::string text;
  for (const Runtime& runtime : runtime_table)
    if (is_served(runtime)) text += fmt::format("{}{}", text.empty() ? "" : ", ", runtime.language);
  return text;
}

ProgramJob compile_job(const Runtime& runtime, const Toolchain& tools, const FileProgram& program,
                       const Limits& limits) {
  constexpr std::uint64_t scratch_bytes = 512ULL << 20;
  constexpr std::uint32_t scratch_inodes = 65'536;
  ProgramJob job;
  Limits own = wider(limits);
  own.scratch_bytes = std::max(own.scratch_bytes, scratch_bytes);
  own.scratch_inodes = std::max(own.scratch_inodes, scratch_inodes);
  job.command = words(runtime.compile, tools, own.memory_bytes);
  job.environment = tools.environment;
  job.shows = tools.shows;
  job.files = program.files;
  job.files.push_back({std::string(runtime.source), program.code});
  job.fetch = {std::string(runtime.built)};
  job.fetch_bytes = most_built_bytes;
  job.time_limit = program.compile_limit;
  job.limits = own;
  return job;
}

ProgramJob run_job(const Runtime& runtime, const Toolchain* tools, const FileProgram& program,
                   const std::vector<sandbox::ProgramFile>& built, const Limits& limits) {
  ProgramJob job;
  Limits own = limits;
  if (program.memory_bytes && *program.memory_bytes < own.memory_bytes) {
    own.memory_bytes = *program.memory_bytes;
    own.address_space = false;  // a client says what may be used, not what may be reserved
  }
  if (tools != nullptr) own = wider(own);
  job.limits = own;
  job.files = program.files;
  job.fetch = program.fetch;
  job.input = program.input;
  job.time_limit = program.run_limit;
  if (tools != nullptr) job.shows = tools->shows;
  if (!runtime.source.empty() && runtime.compile.empty())
    job.files.push_back({std::string(runtime.source), program.code});
  job.files.insert(job.files.end(), built.begin(), built.end());
  if (tools == nullptr) {
    job.program = program.code;
  } else if (runtime.tool == Tool::pytest) {
    std::string folder;
    append_json(folder, tools->folder);  // a literal of Python's, too
    job.program = fmt::format(pytest_program, folder);
  } else {
    job.command = words(runtime.run, *tools, own.memory_bytes);
    job.environment = tools->environment;
  }
  return job;
}

}  // namespace assay::harness

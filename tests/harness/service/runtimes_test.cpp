#include "harness/service/runtimes.h"

#include "tests/catch.h"

using namespace assay;
using namespace assay::harness;
using Words = std::vector<std::string>;

namespace {

const Toolchain tools{"/tools/bin", {"/tools"}, {"A=b"}, {"-la", "-lb"}};

FileProgram program() {
  FileProgram made;
  made.code = "code";
  made.input = "in";
  made.files = {{"data", "1"}};
  made.fetch = {"out"};
  made.compile_limit = std::chrono::milliseconds(1500);
  made.run_limit = std::chrono::milliseconds(2500);
  return made;
}

std::string content(const sandbox::ProgramJob& job, const std::string& path) {
  for (const auto& file : job.files)
    if (file.path == path) return file.content;
  return "(none)";
}

}  // namespace

TEST_CASE("every language of SandboxFusion is known, and what is served has a command", "[service]") {
  for (const char* language :
       {"python", "cpp",   "nodejs",        "go",   "go_test", "java",       "php",  "csharp", "bash",  "typescript",
        "sql",    "rust",  "cuda",          "lua",  "R",       "perl",       "D_ut", "ruby",   "scala", "julia",
        "pytest", "junit", "kotlin_script", "jest", "verilog", "python_gpu", "lean", "swift",  "racket"}) {
    CAPTURE(language);
    const Runtime* runtime = find_runtime(language);
    REQUIRE(runtime != nullptr);
    CHECK(runtime->language == language);
    const bool served = served_languages().find(language) != std::string::npos && std::string(language) != "go_test";
    CHECK((is_served(*runtime) || !served));
  }
  for (const char* language : {"js", "", "Python", "c++"}) CHECK(find_runtime(language) == nullptr);
}

TEST_CASE("a program that compiles is two jobs, and what the first makes is the second's", "[service]") {
  const Runtime& cpp = *find_runtime("cpp");
  const sandbox::Limits limits;
  const auto compile = compile_job(cpp, tools, program(), limits);
  CHECK(compile.command ==
        Words{"/tools/bin/g++", "-std=c++17", "main.cpp", "-o", "test", "-Wl,--as-needed", "-la", "-lb"});
  CHECK(content(compile, "main.cpp") == "code");
  CHECK(content(compile, "data") == "1");
  CHECK(compile.fetch == Words{"test"});
  CHECK(compile.input.empty());
  CHECK(compile.time_limit == std::chrono::milliseconds(1500));
  CHECK(compile.shows == tools.shows);
  CHECK(compile.environment == tools.environment);
  const auto run = run_job(cpp, &tools, program(), {{"test", "binary"}}, limits);
  CHECK(run.command == Words{"./test"});
  CHECK(content(run, "test") == "binary");
  CHECK(content(run, "main.cpp") == "(none)");
  CHECK(content(run, "data") == "1");
  CHECK(run.fetch == Words{"out"});
  CHECK(run.input == "in");
  CHECK(run.time_limit == std::chrono::milliseconds(2500));
}

TEST_CASE("a client's memory limit lowers the executor's and never raises it", "[service]") {
  sandbox::Limits limits;
  limits.memory_bytes = 1ULL << 30;
  FileProgram small = program(), large = program();
  small.memory_bytes = 200ULL << 20;
  large.memory_bytes = 2ULL << 30;
  const Runtime &node = *find_runtime("nodejs"), &python = *find_runtime("python");
  const auto run = run_job(node, &tools, small, {}, limits);
  CHECK(run.limits->memory_bytes == 200ULL << 20);
  CHECK(run.command == Words{"/tools/bin/node", "--max-old-space-size=150", "main.js"});
  CHECK(content(run, "main.js") == "code");
  CHECK(run_job(node, &tools, large, {}, limits).limits->memory_bytes == 1ULL << 30);
  const auto plain = run_job(python, nullptr, large, {}, limits);
  CHECK(plain.program == "code");
  CHECK(plain.limits->address_space);
  CHECK_FALSE(run_job(python, nullptr, small, {}, limits).limits->address_space);
}

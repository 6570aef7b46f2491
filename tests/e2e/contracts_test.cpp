// The service against programs that others wrote: a client of its API, and a fuzzer that reads its schema.
#include "tests/e2e/service_client.h"

using namespace assay::tests;

namespace {

/// Of the packages that scripts/setup --with-checks installs; empty where it is absent.
std::string installed(const char* name) {
  const std::filesystem::path path = std::filesystem::path(ASSAY_SOURCE_DIR) / ".venv-checks/bin" / name;
  return std::filesystem::exists(path) ? path.string() : std::string();
}

std::string address(const Service& service) { return "http://127.0.0.1:" + std::to_string(service.port()); }

/// In the folder, so that what it leaves behind goes with it.
Ended run(const Words& argv, const TemporaryFolder& folder, int seconds) {
  Words words{"/usr/bin/env", "-C", folder.path().string()};
  words.insert(words.end(), argv.begin(), argv.end());
  Command command(
      words, {{"PATH", "/usr/bin:/bin"}, {"HOME", folder.path().string()}, {"LC_ALL", "C.UTF-8"}, {"COLUMNS", "200"}});
  return command.wait(seconds);
}

}  // namespace

TEST_CASE("SandboxFusion's own client reads every answer", "[contracts]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const std::string python = installed("python");
  const TemporaryFolder folder;
  if (python.empty() || run({python, "-c", "import sandbox_fusion"}, folder, 60).code != 0)
    ASSAY_SKIP("the client sandbox-fusion is not installed: scripts/setup --with-checks");
  const Service service;
  const std::string script = std::string(ASSAY_SOURCE_DIR) + "/tests/e2e/fusion_client.py";
  const Ended ended = run({python, "-B", script, address(service)}, folder, 120);
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(ended.out.find("held") != std::string::npos);
}

TEST_CASE("requests made from its schema get no 5xx, and no answer that its schema does not have", "[contracts]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const std::string schemathesis = installed("schemathesis");
  if (schemathesis.empty()) ASSAY_SKIP("schemathesis is not installed: scripts/setup --with-checks");
  const TemporaryFolder folder;
  const Service service({"--dataset", "mini"});
  const Words words{schemathesis,
                    "--no-color",
                    "run",
                    address(service) + "/openapi.json",
                    "--checks",
                    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
                    "response_schema_conformance,unsupported_method",
                    "--phases",
                    "examples,coverage,fuzzing",
                    "--max-examples",
                    "40",
                    "--seed",
                    "1",
                    "--continue-on-failure",
                    "--report-dir",
                    folder.path().string()};
  const Ended ended = run(words, folder, 300);
  INFO(ended.out << ended.err);
  CHECK(ended.code == 0);
  CHECK(ended.out.find("Tested: 8") != std::string::npos);
}

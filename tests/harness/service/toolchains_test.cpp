#include "harness/service/toolchains.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <future>

#include "sandbox/unique_fd.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

using namespace assay;
using namespace assay::harness;

namespace {

namespace fs = std::filesystem;

/// A variable of the environment, as long as this lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* was = std::getenv(name)) was_ = was;
    ::setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { was_ ? ::setenv(name_, was_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> was_;
};

}  // namespace

TEST_CASE("a tool that is not there is not looked for again at once", "[service]") {
  const tests::TemporaryFolder folder;
  const Variable place("ASSAY_PYTEST", folder.path());
  Toolchains patient, eager(std::chrono::seconds(0));
  CHECK(patient.find(Tool::pytest) == nullptr);
  CHECK(eager.find(Tool::pytest) == nullptr);
  tests::write_file(folder / "pytest/__init__.py", "");
  CHECK(patient.find(Tool::pytest) == nullptr);
  const Toolchain* found = eager.find(Tool::pytest);
  REQUIRE(found != nullptr);
  CHECK(found->folder == folder.path());
  fs::remove_all(folder / "pytest");
  CHECK(eager.find(Tool::pytest) == found);
}

TEST_CASE("who looks for one tool keeps nobody waiting who wants another", "[service]") {
  const tests::TemporaryFolder folder;
  tests::write_file(folder / "pytest/__init__.py", "");
  tests::write_file(folder / "root/bin/go", "");
  // Says where it is installed once it is told.
  const std::string told = folder / "told";
  const fs::path go = tests::write_file(folder / "bin/go", "#!/bin/sh\nread -r root < " + told + "\necho \"$root\"\n");
  fs::permissions(go, fs::perms::owner_all);
  REQUIRE(::mkfifo(told.c_str(), 0600) == 0);
  const Variable pytest("ASSAY_PYTEST", folder.path()), path("PATH", (folder / "bin").string() + ":/usr/bin:/bin");
  Toolchains tools;
  auto looked = std::async(std::launch::async, [&] { return tools.find(Tool::go); });
  const sandbox::UniqueFd tells(::open(told.c_str(), O_WRONLY | O_CLOEXEC));  // returns when the other end is open
  REQUIRE(tells);
  CHECK(tools.find(Tool::pytest) != nullptr);
  const std::string root = (folder / "root").string() + "\n";
  REQUIRE(::write(tells.get(), root.data(), root.size()) == static_cast<ssize_t>(root.size()));
  const Toolchain* found = looked.get();
  REQUIRE(found != nullptr);  // it was told in time
  CHECK(found->folder == (folder / "root/bin").string());
}

#include "harness/service/toolchains.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/process/v2/popen.hpp>
#include <boost/process/v2/stdio.hpp>
#include <chrono>
#include <cstdlib>
#include <iterator>

#include "sandbox/installation.h"

namespace assay::harness {
namespace {

namespace fs = std::filesystem;

/// What the machine's packages are made of. Read-only, and readable by every user of the machine anyway.
const std::vector<std::string> system_paths = {"/usr/bin",     "/usr/lib",         "/usr/lib64", "/usr/libexec",
                                               "/usr/include", "/usr/share",       "/bin",       "/lib",
                                               "/lib64",       "/etc/alternatives"};

std::string home() {
  const char* value = std::getenv("HOME");
  return value != nullptr ? value : "/";
}

/// The executables of that name on PATH, and then in `places`.
std::vector<fs::path> candidates(const std::string& name, std::vector<fs::path> places = {}) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
  std::vector<fs::path> found;
  const auto look = [&](const fs::path& place) {
    std::error_code error;
    if (place.is_absolute() && fs::is_regular_file(place / name, error)) found.push_back(place / name);
  };
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find(':'));
    look(part);
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  for (const fs::path& place : places) look(place);
  return found;
}

/// The first of these, with every link followed; empty where there is none.
fs::path located(const std::string& name, std::vector<fs::path> places = {}) {
  const auto found = candidates(name, std::move(places));
  std::error_code error;
  return found.empty() ? fs::path() : fs::canonical(found.front(), error);
}

/// The first line that a trusted program prints; empty where it fails or takes too long.
std::string asked(const fs::path& executable, const std::vector<std::string>& arguments) {
  namespace bp = boost::process::v2;
  constexpr std::chrono::seconds patience{10};
  std::string text;
  try {
    boost::asio::io_context context;
    bp::popen process(context, executable.string(), arguments, bp::process_stdio{nullptr, {}, nullptr});
    bool read = false;
    boost::asio::async_read(process, boost::asio::dynamic_buffer(text),
                            [&read](const boost::system::error_code&, std::size_t) { read = true; });
    context.run_for(patience);
    if (!read) process.terminate();
    if (process.wait() != 0 || !read) return {};
  } catch (const boost::system::system_error&) {
    return {};
  }
  return text.substr(0, text.find('\n'));
}

bool is_shown(const fs::path& path) {
  for (const std::string& shown : system_paths)
    if (path.string().starts_with(shown + "/")) return true;
  return false;
}

Toolchain of_system(const fs::path& executable) {
  Toolchain tools{executable.parent_path().string(), system_paths, {}, {}};
  if (!is_shown(executable)) tools.shows.push_back(executable.string());
  return tools;
}

std::optional<Toolchain> bash() {
  const fs::path shell = located("bash");
  return shell.empty() ? std::nullopt : std::optional(of_system(shell));
}

/// Linked to by a name that its folder need not have: g++ is g++-12.
std::optional<Toolchain> cpp() {
  for (const char* folder : {"/usr/bin", "/bin"}) {
    std::error_code error;
    if (!fs::exists(fs::path(folder) / "g++", error)) continue;
    Toolchain tools{folder, system_paths, {}, {"-lpthread"}};
    for (const char* library : {"crypto", "ssl"})
      if (fs::exists(std::string("/usr/lib/x86_64-linux-gnu/lib") + library + ".so", error))
        tools.link.push_back(std::string("-l") + library);
    return tools;
  }
  return std::nullopt;
}

/// Packages bring the standard library compiled; from 1.20 on Go's own archives do not, and then each build compiles
/// what it needs of it.
std::optional<Toolchain> go() {
  const fs::path command = located("go", {"/usr/local/go/bin"});
  if (command.empty()) return std::nullopt;
  const std::string root = asked(command, {"env", "GOROOT"});
  std::error_code error;
  if (root.empty() || !fs::exists(fs::path(root) / "bin/go", error)) return std::nullopt;
  Toolchain tools{root + "/bin", system_paths, {}, {}};
  if (!is_shown(root)) tools.shows.push_back(root);
  tools.environment = {"GOROOT=" + root, "GOCACHE=/tmp/.go-cache", "GOPATH=/tmp/.go", "GOTOOLCHAIN=local",
                       "CGO_ENABLED=0"};
  return tools;
}

std::optional<Toolchain> java() {
  const fs::path compiler = located("javac");
  if (compiler.empty()) return std::nullopt;
  Toolchain tools = of_system(compiler);
  const fs::path root = compiler.parent_path().parent_path();
  if (!is_shown(compiler)) tools.shows.back() = root.string();
  // Debian keeps the settings of a JDK apart from it.
  std::error_code error;
  const fs::path settings = fs::canonical(root / "conf/security/java.security", error);
  if (!error && settings.string().starts_with("/etc/"))
    tools.shows.push_back(settings.parent_path().parent_path().string());
  return tools;
}

std::optional<Toolchain> node() {
  const fs::path command = located("node");
  return command.empty() ? std::nullopt : std::optional(of_system(command));
}

/// A folder to import from, where scripts/setup makes it.
std::optional<Toolchain> pytest() {
  const fs::path folder = sandbox::installed("ASSAY_PYTEST", "pytest");
  std::error_code error;
  if (!fs::exists(folder / "pytest/__init__.py", error)) return std::nullopt;
  return Toolchain{folder.string(), {folder.string()}, {}, {}};
}

/// rustup's `rustc` only starts that of a toolchain, and may have none: each is asked for its own.
std::optional<Toolchain> rust() {
  if (!cpp()) return std::nullopt;  // it links with the C compiler
  for (const fs::path& compiler : candidates("rustc", {fs::path(home()) / ".cargo/bin"})) {
    const std::string root = asked(compiler, {"--print", "sysroot"});
    std::error_code error;
    if (root.empty() || !fs::exists(fs::path(root) / "bin/rustc", error)) continue;
    Toolchain tools{root + "/bin", system_paths, {}, {}};
    if (!is_shown(fs::path(root) / "bin")) tools.shows.push_back(root);
    return tools;
  }
  return std::nullopt;
}

struct ToolRow {
  Tool tool;
  std::optional<Toolchain> (*look)();
  std::string_view origin;
};
constexpr ToolRow tool_table[] = {
    {Tool::bash, bash, "bash on PATH"},
    {Tool::cpp, cpp, "g++ in /usr/bin"},
    {Tool::go, go, "go on PATH or in /usr/local/go"},
    {Tool::java, java, "a JDK with javac on PATH"},
    {Tool::node, node, "node on PATH"},
    {Tool::pytest, pytest, "pytest in a folder of its own, which scripts/setup makes"},
    {Tool::rust, rust, "rustc on PATH or by rustup, and g++"},
};
static_assert(std::size(tool_table) == tool_count);

const ToolRow& row_of(Tool tool) {
  for (const ToolRow& row : tool_table)
    if (row.tool == tool) return row;
  std::abort();
}

}  // namespace

const Toolchain* Toolchains::find(Tool tool) {
  Place& place = places_.at(static_cast<std::size_t>(tool));
  const std::lock_guard lock(place.mutex);
  const auto now = [] { return std::chrono::steady_clock::now(); };
  if (!place.found && now() >= place.next_look) {
    place.found = row_of(tool).look();
    place.next_look = now() + missing_;
  }
  return place.found ? &*place.found : nullptr;
}

std::string_view Toolchains::origin(Tool tool) { return row_of(tool).origin; }

}  // namespace assay::harness

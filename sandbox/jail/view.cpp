#include "sandbox/jail/view.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/popen.hpp>
#include <boost/process/v2/stdio.hpp>
#include <cerrno>
#include <filesystem>

#include "sandbox/jail/failed_call.h"
#include "sandbox/runner/embedded.h"
#include "sandbox/unique_fd.h"

namespace assay::sandbox {
namespace {

namespace fs = std::filesystem;
using Kind = InterpreterView::Entry::Kind;

constexpr std::pair<Kind, std::string_view> kind_words[] = {
    {Kind::folder, "folder"}, {Kind::file, "file"}, {Kind::link, "link"}, {Kind::mask, "mask"}, {Kind::empty, "empty"}};

Result<void> bind_read_only(const std::string& from, const std::string& to) {
  constexpr unsigned long locked = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV;
  if (mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) return failed_call("cannot bind", from);
  if (mount(nullptr, to.c_str(), nullptr, locked, nullptr) != 0) return failed_call("cannot make read-only", from);
  return {};
}

Result<void> write_file(const std::string& path, std::string_view content) {
  const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!file) return failed_call("cannot write", path);
  if (!content.empty() && write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()))
    return failed_call("cannot write", path);
  return {};
}

Result<void> place(const InterpreterView::Entry& entry, const std::string& root) {
  const std::string to = root + entry.path;
  std::error_code error;
  const bool itself = entry.kind == Kind::folder || entry.kind == Kind::empty;
  fs::create_directories(itself ? fs::path(to) : fs::path(to).parent_path(), error);
  switch (entry.kind) {
    case Kind::folder:
      return bind_read_only(entry.path, to);
    case Kind::file:
      if (auto made = write_file(to, ""); !made) return made;
      return bind_read_only(entry.path, to);
    case Kind::link:
      if (symlink(entry.target.c_str(), to.c_str()) != 0 && errno != EEXIST) return failed_call("cannot link", to);
      return {};
    case Kind::mask:
      if (mount("mask", to.c_str(), "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "size=4k,nr_inodes=2") != 0)
        return failed_call("cannot mask", to);
      return {};
    case Kind::empty:
      return {};
  }
  return {};
}

/// `root` becomes the root, and what was it before is out of reach. Docker's own profile refuses pivot_root even where
/// mounts are allowed. Then `root` covers the old one: only who may call chroot() gets under it, and no sample may.
Result<void> change_root(const std::string& root) {
  mkdir((root + "/old").c_str(), 0755);
  if (chdir(root.c_str()) != 0) return failed_call("cannot enter", root);
  if (syscall(SYS_pivot_root, ".", "old") == 0) {
    if (chdir("/") != 0 || umount2("/old", MNT_DETACH) != 0) return failed_call("cannot leave", "/old");
  } else if (mount(".", "/", nullptr, MS_MOVE, nullptr) != 0 || chroot(".") != 0 || chdir("/") != 0) {
    return failed_call("cannot enter", root);
  }
  rmdir("/old");
  return {};
}

Result<void> make_devices(const std::string& root) {
  constexpr unsigned long device = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC;
  mkdir((root + "/dev").c_str(), 0755);
  // Semaphores and shared memory by name are files there: a sample's own, as all of its scratch.
  if (symlink("/tmp", (root + "/dev/shm").c_str()) != 0) return failed_call("cannot link", "/dev/shm");
  for (const char* name : {"/dev/null", "/dev/zero", "/dev/urandom"}) {
    if (auto made = write_file(root + name, ""); !made) return made;
    if (mount(name, (root + name).c_str(), nullptr, MS_BIND, nullptr) != 0) return failed_call("cannot bind", name);
    // They are the machine's own: read-only, not even their times change. What they are for works all the same.
    if (mount(nullptr, (root + name).c_str(), nullptr, device, nullptr) != 0)
      return failed_call("cannot protect", name);
  }
  return {};
}

}  // namespace

std::string to_text(const InterpreterView& view) {
  std::string text = fmt::format("version\t{}\nexecutable\t{}\n", view.version, view.executable);
  for (const auto& entry : view.entries) {
    for (const auto& [kind, word] : kind_words)
      if (kind == entry.kind) text += fmt::format("{}\t{}\t{}\n", word, entry.path, entry.target);
  }
  return text;
}

Result<InterpreterView> view_from_text(std::string_view text) {
  InterpreterView view;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto tab = line.find('\t');
    if (tab == line.npos) continue;
    const auto word = line.substr(0, tab);
    const auto rest = line.substr(tab + 1);
    const auto second = rest.find('\t');
    const std::string path(rest.substr(0, second));
    const std::string target(second == rest.npos ? std::string_view() : rest.substr(second + 1));
    if (word == "version") view.version = path;
    if (word == "executable") view.executable = path;
    for (const auto& [kind, known] : kind_words)
      if (word == known) view.entries.push_back({kind, path, target});
  }
  if (view.executable.empty() || view.version.empty())
    return tl::unexpected(Error{Errc::interpreter, "sandbox: the interpreter's description is incomplete"});
  view.numpy = view.version.find("NumPy") != std::string::npos;
  return view;
}

InterpreterView with_paths(const InterpreterView& view, std::span<const std::string> paths) {
  InterpreterView whole = view;
  whole.entries.clear();
  for (const std::string& path : paths) {
    std::error_code error;
    const auto status = fs::symlink_status(path, error);
    if (fs::is_symlink(status))
      whole.entries.push_back({Kind::link, path, fs::read_symlink(path, error).string()});
    else if (fs::is_directory(status))
      whole.entries.push_back({Kind::folder, path, ""});
    else if (fs::is_regular_file(status))
      whole.entries.push_back({Kind::file, path, ""});
  }
  const std::size_t added = whole.entries.size();
  // What lies in a folder that is shown whole is there already; what hides a part of it still has to.
  const auto is_there = [&](const std::string& path) {
    return std::any_of(whole.entries.begin(), whole.entries.begin() + static_cast<std::ptrdiff_t>(added),
                       [&](const InterpreterView::Entry& shown) {
                         return path == shown.path ||
                                (shown.kind == Kind::folder && path.starts_with(shown.path + "/"));
                       });
  };
  whole.entries.push_back({Kind::empty, "/proc", ""});
  for (const auto& [name, target] : {std::pair("/dev/fd", "/proc/self/fd"),
                                     {"/dev/stdin", "/proc/self/fd/0"},
                                     {"/dev/stdout", "/proc/self/fd/1"},
                                     {"/dev/stderr", "/proc/self/fd/2"}})
    whole.entries.push_back({Kind::link, name, target});
  for (const InterpreterView::Entry& entry : view.entries)
    if (entry.kind == Kind::mask || !is_there(entry.path)) whole.entries.push_back(entry);
  return whole;
}

Result<InterpreterView> describe_interpreter(const fs::path& python) {
  namespace bp = boost::process::v2;
  std::string text;
  try {
    boost::asio::io_context context;
    bp::popen process(context, python.string(), {"-I", "-c", std::string(runner::file("describe.py"))},
                      bp::process_stdio{nullptr, {}, nullptr});
    boost::system::error_code error;
    boost::asio::read(process, boost::asio::dynamic_buffer(text), error);
    const int status = process.wait();
    if (status != 0) {
      return tl::unexpected(
          Error{Errc::interpreter, fmt::format("sandbox: {} could not describe itself (status {}); is "
                                               "it a Python of 3.9 or newer?",
                                               python.string(), status)});
    }
  } catch (const boost::system::system_error& error) {
    return tl::unexpected(Error{Errc::interpreter,
                                fmt::format("sandbox: cannot run the samples' interpreter {}: {}; run scripts/setup or "
                                            "give another with --python",
                                            python.string(), error.code().message())});
  }
  auto view = view_from_text(text);
  if (!view) {
    return tl::unexpected(Error{Errc::interpreter, fmt::format("{} ({}); is it a Python of 3.9 or newer?",
                                                               view.error().message, python.string())});
  }
  return view;
}

Result<void> enter_view(const InterpreterView& view,
                        const std::vector<std::pair<std::string, std::string_view>>& runner) {
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return failed_call("cannot make private", "/");
  // A folder that holds no interpreter; the tmpfs over it is seen in this namespace alone.
  const std::string base = access("/dev/shm", F_OK) == 0 ? "/dev/shm" : "/mnt";
  if (mount("view", base.c_str(), "tmpfs", MS_NOSUID, "size=8m,mode=0755") != 0)
    return failed_call("cannot mount", base);
  for (const auto& entry : view.entries)
    if (auto placed = place(entry, base); !placed) return placed;
  if (auto made = make_devices(base); !made) return made;
  for (const char* name : {"/tmp", "/assay"}) mkdir((base + name).c_str(), 0755);
  for (const auto& [name, content] : runner)
    if (auto written = write_file(base + "/assay/" + name, content); !written) return written;
  if (auto entered = change_root(base); !entered) return entered;
  if (mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, nullptr) != 0)
    return failed_call("cannot make read-only", "/");
  return {};
}

}  // namespace assay::sandbox

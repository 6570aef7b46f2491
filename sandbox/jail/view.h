#pragma once
/// What a sample sees of the file system: the interpreter, read-only, and an empty scratch folder. Nothing else exists.
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "sandbox/error.h"

namespace assay::sandbox {

/// The interpreter and everything that it needs, found by asking it (sandbox/runner/describe.py).
struct InterpreterView {
  struct Entry {
    enum class Kind { folder, file, link, mask, empty } kind;
    std::string path;
    std::string target;  ///< link: where it points
  };
  std::string executable;
  std::string version;  ///< "CPython 3.11.2, NumPy 1.24.4"
  bool numpy = false;
  std::vector<Entry> entries;
};

/// Runs the interpreter once, outside any jail: it is trusted, and so must its environment be.
[[nodiscard]] Result<InterpreterView> describe_interpreter(const std::filesystem::path& python);
[[nodiscard]] std::string to_text(const InterpreterView& view);
[[nodiscard]] Result<InterpreterView> view_from_text(std::string_view text);

/// The view with paths of the machine beside the interpreter's own: folders and files as they are, links as links.
/// Those that do not exist are left out. It also has a place for /proc, where compilers look for themselves.
[[nodiscard]] InterpreterView with_paths(const InterpreterView& view, std::span<const std::string> paths);

/// Builds the view in a new tmpfs and makes it this process's root, in a mount namespace that must already be its own.
/// `runner` are the runner's files, put into /assay. Only for a process that has one thread and will exec.
[[nodiscard]] Result<void> enter_view(const InterpreterView& view,
                                      const std::vector<std::pair<std::string, std::string_view>>& runner);

}  // namespace assay::sandbox

#pragma once
/// A local HTTP server (file_server.py) that serves a folder, well or badly, as long as this object lives.
#include <filesystem>
#include <string>

#include "tests/datasets/child.h"

namespace assay::tests {

class FileServer {
 public:
  explicit FileServer(const std::filesystem::path& folder)
      : child_({"python3", ASSAY_SOURCE_DIR "/tests/datasets/file_server.py", folder.string()}), port_(child_.line()) {}
  /// The address of a file by one of the ways that file_server.py lists.
  [[nodiscard]] std::string address(const std::string& way, const std::string& file = {}) const {
    return "http://127.0.0.1:" + port_ + "/" + way + "/" + file;
  }

 private:
  Child child_;
  std::string port_;
};

}  // namespace assay::tests

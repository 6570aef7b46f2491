#include "harness/cli/model_folder.h"

#include <filesystem>
#include <system_error>

namespace assay::harness {

Result<void> is_model_folder(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return {};
  return tl::unexpected(Error{Errc::bad_data, path + (fs::exists(path, ignored) ? ": is a file" : ": no such folder") +
                                                  "; name the folder of a Hugging Face model"});
}

}  // namespace assay::harness

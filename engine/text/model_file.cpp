#include "engine/text/model_file.h"

#include <fstream>
#include <system_error>

namespace assay::engine {

Result<std::string> read_model_file(const std::filesystem::path& path, std::uint64_t most_bytes) {
  const std::string name = path.string();
  std::error_code wrong;
  if (!std::filesystem::exists(path, wrong)) return tl::unexpected(Error{Errc::not_found, name + ": no such file"});
  // A pipe in a model's folder would be waited on for ever; standard input is one that was asked for.
  if (std::filesystem::is_fifo(path, wrong) && name != "/dev/stdin")
    return tl::unexpected(Error{Errc::not_found, name + ": no ordinary file"});
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, wrong))
    return tl::unexpected(Error{Errc::not_found, name + ": cannot be read"});
  std::string text;
  constexpr std::size_t step = 1U << 20;
  while (file) {
    const std::size_t old = text.size();
    text.resize(old + step);
    file.read(text.data() + old, step);
    text.resize(old + static_cast<std::size_t>(file.gcount()));
    if (text.size() > most_bytes)
      return tl::unexpected(
          Error{Errc::bad_data, name + ": more than " + std::to_string(most_bytes) + " bytes; this is no such file"});
  }
  if (file.bad()) return tl::unexpected(Error{Errc::not_found, name + ": cannot be read to its end"});
  return text;
}

}  // namespace assay::engine

#pragma once
/// A text file line by line, however large, or standard input for "-"; gzip is unpacked where the first bytes say so.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/error.h"

struct gzFile_s;

namespace assay::harness {

class LineFile {
 public:
  /// A line longer than this is an error, not a cut.
  static constexpr std::size_t most_line_bytes = 64U << 20;

  [[nodiscard]] static Result<LineFile> open(const std::filesystem::path& path);
  /// The next line without its end, valid until the next call; none at the end of the file.
  [[nodiscard]] Result<std::optional<std::string_view>> next();
  [[nodiscard]] std::uint64_t line() const { return line_; }  ///< of what next() gave last, from 1
  [[nodiscard]] std::string place() const;                    ///< "samples.jsonl:17"

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };
  LineFile(std::unique_ptr<gzFile_s, Close> file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  Result<bool> fill();

  std::unique_ptr<gzFile_s, Close> file_;
  std::string path_;
  std::string buffer_;
  std::size_t at_ = 0;  ///< where the next line begins in the buffer
  std::uint64_t line_ = 0;
};

/// Every line of the file; `take` may ask the file where it stands. Ends at the first error, of reading or of `take`.
[[nodiscard]] Result<void> for_each_line(
    const std::filesystem::path& path,
    const std::function<Result<void>(std::string_view line, const LineFile& file)>& take);

}  // namespace assay::harness

#pragma once
/// JSON read piece by piece from a file of any size, gzip or not, as Python writes it: NaN and Infinity stand bare,
/// lone surrogates are escapes. What is not wanted is passed over without being kept. Nothing recurses.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/error.h"

struct gzFile_s;

namespace assay::reports {

/// Of a program in such a file.
inline constexpr std::size_t most_program_bytes = 64U << 20;

/// One value after another: a file of JSON lines is read like any other.
class JsonPull {
 public:
  [[nodiscard]] static Result<JsonPull> open(const std::string& path);

  enum class Kind { object, array, string, number, literal, end, broken };
  /// Of the value that comes next.
  [[nodiscard]] Kind kind();

  /// Steps into the object or array that comes next. @return false: something else is there.
  [[nodiscard]] bool enter(Kind kind);
  /// Of the object that was entered last: the next key, whose value comes next. None: the object is over and was left.
  [[nodiscard]] std::optional<std::string> next_key();
  /// Of the array that was entered last: whether another item comes next; otherwise the array was left.
  [[nodiscard]] bool next_item();

  /// The string that comes next, lone surrogates as three bytes each. None where it is none, or longer than `most`.
  [[nodiscard]] std::optional<std::string> string(std::size_t most);
  /// The number, true or false that comes next.
  [[nodiscard]] std::optional<double> number();
  [[nodiscard]] std::optional<bool> boolean();
  /// The value's text, cut after `most` bytes; the value is passed over.
  [[nodiscard]] std::optional<std::string> raw(std::size_t most);
  [[nodiscard]] bool skip() { return raw(0).has_value(); }

  /// What was found wrong, with the byte where; once something is, every call fails.
  [[nodiscard]] Error error() const;
  [[nodiscard]] bool failed() const { return !wrong_.empty(); }
  [[nodiscard]] bool at_end();  ///< nothing but white space is left

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };
  JsonPull(std::unique_ptr<gzFile_s, Close> file, std::string path);
  int peek();
  int take();
  void skip_space();
  bool break_off(const char* what);
  void break_off_reading();
  bool take_string(std::string* into, std::size_t most, std::string* raw, std::size_t most_raw);
  bool take_escape(std::string* into, std::string* raw, std::size_t most_raw);
  std::optional<unsigned> take_hex();

  std::unique_ptr<gzFile_s, Close> file_;
  std::string path_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, size_ = 0;
  std::uint64_t before_ = 0;  ///< bytes of the file ahead of the buffer
  std::vector<bool> fresh_;   ///< of each container entered: no item was read yet
  std::string wrong_;
  bool unreadable_ = false;  ///< the file, not what stands in it
};

}  // namespace assay::reports

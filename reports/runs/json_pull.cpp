#include "reports/runs/json_pull.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

namespace assay::reports {
namespace {

constexpr std::size_t buffer_bytes = 1U << 18;
constexpr std::size_t most_depth = 512;
constexpr std::size_t most_key_bytes = 1U << 16;

void append_utf8(std::string& text, unsigned point) {
  const auto byte = [&](unsigned value) { text += static_cast<char>(value); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xc0U | point >> 6U);
    byte(0x80U | (point & 0x3fU));
  } else if (point < 0x10000) {
    byte(0xe0U | point >> 12U);
    byte(0x80U | (point >> 6U & 0x3fU));
    byte(0x80U | (point & 0x3fU));
  } else {
    byte(0xf0U | point >> 18U);
    byte(0x80U | (point >> 12U & 0x3fU));
    byte(0x80U | (point >> 6U & 0x3fU));
    byte(0x80U | (point & 0x3fU));
  }
}

bool is_scalar(int c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.';
}

void keep(std::string* raw, std::size_t most, int c) {
  if (raw && raw->size() < most) *raw += static_cast<char>(c);
}

}  // namespace

void JsonPull::Close::operator()(gzFile_s* file) const { ::gzclose(file); }

JsonPull::JsonPull(std::unique_ptr<gzFile_s, Close> file, std::string path)
    : file_(std::move(file)), path_(std::move(path)), buffer_(buffer_bytes) {}

Result<JsonPull> JsonPull::open(const std::string& path) {
  errno = 0;
  std::unique_ptr<gzFile_s, Close> file(::gzopen(path.c_str(), "rb"));
  if (!file)
    return tl::unexpected(Error{Errc::not_found, fmt::format("{}: cannot be read: {}", path, std::strerror(errno))});
  return JsonPull(std::move(file), path);
}

int JsonPull::peek() {
  if (at_ == size_) {
    before_ += size_;
    const int read = ::gzread(file_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
    size_ = read > 0 ? static_cast<std::size_t>(read) : 0;
    at_ = 0;
    if (size_ == 0) {
      break_off_reading();
      return -1;
    }
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

int JsonPull::take() {
  const int c = peek();
  if (c >= 0) ++at_;
  return c;
}

void JsonPull::skip_space() {
  for (int c = peek(); c == ' ' || c == '\n' || c == '\r' || c == '\t'; c = peek()) ++at_;
}

bool JsonPull::break_off(const char* what) {
  if (wrong_.empty()) wrong_ = fmt::format("{} at byte {}", what, before_ + at_);
  return false;
}

/// At what looks like the end. A file that ends inside its gzip stream reads like one that ends; only the code tells.
void JsonPull::break_off_reading() {
  int code = Z_OK;
  ::gzerror(file_.get(), &code);
  if (code == Z_OK || code == Z_STREAM_END || failed()) return;
  unreadable_ = true;
  break_off(code == Z_BUF_ERROR ? "the gzip data end too early" : "damaged or unreadable");
}

Error JsonPull::error() const {
  return {Errc::bad_data, fmt::format("{}: {}: {}", path_, unreadable_ ? "cannot be read" : "not JSON",
                                      wrong_.empty() ? "an unexpected value" : wrong_)};
}

JsonPull::Kind JsonPull::kind() {
  if (failed()) return Kind::broken;
  skip_space();
  const int c = peek();
  if (c < 0) return failed() ? Kind::broken : Kind::end;
  if (c == '{') return Kind::object;
  if (c == '[') return Kind::array;
  if (c == '"') return Kind::string;
  if (c == '-' || (c >= '0' && c <= '9')) return Kind::number;
  return is_scalar(c) ? Kind::literal : Kind::broken;
}

bool JsonPull::at_end() { return kind() == Kind::end; }

bool JsonPull::enter(Kind wanted) {
  if (kind() != wanted) return break_off("another kind of value than expected");
  if (fresh_.size() >= most_depth) return break_off("too deeply nested");
  take();
  fresh_.push_back(true);
  return true;
}

std::optional<std::string> JsonPull::next_key() {
  if (failed() || fresh_.empty()) return std::nullopt;
  skip_space();
  int c = peek();
  if (c == '}') {
    take();
    fresh_.pop_back();
    return std::nullopt;
  }
  if (!fresh_.back()) {
    if (c != ',') return break_off("no comma"), std::nullopt;
    take();
    skip_space();
    c = peek();
  }
  fresh_.back() = false;
  if (c != '"') return break_off("no key"), std::nullopt;
  std::string key;
  if (!take_string(&key, most_key_bytes, nullptr, 0)) return std::nullopt;
  skip_space();
  if (peek() != ':') return break_off("no colon"), std::nullopt;
  take();
  return key;
}

bool JsonPull::next_item() {
  if (failed() || fresh_.empty()) return false;
  skip_space();
  const int c = peek();
  if (c == ']') {
    take();
    fresh_.pop_back();
    return false;
  }
  if (!fresh_.back()) {
    if (c != ',') return break_off("no comma");
    take();
  }
  fresh_.back() = false;
  return true;
}

std::optional<std::string> JsonPull::string(std::size_t most) {
  if (kind() != Kind::string) return std::nullopt;
  std::string text;
  if (!take_string(&text, most, nullptr, 0)) return std::nullopt;
  return text;
}

std::optional<double> JsonPull::number() {
  if (kind() != Kind::number) return std::nullopt;
  constexpr std::size_t most_digits = 400;
  const auto text = raw(most_digits);
  double value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

std::optional<bool> JsonPull::boolean() {
  if (kind() != Kind::literal) return std::nullopt;
  const auto text = raw(8);
  if (!text || (*text != "true" && *text != "false")) return std::nullopt;
  return *text == "true";
}

std::optional<unsigned> JsonPull::take_hex() {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i) {
    const int c = take();
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit);
  }
  return value;
}

/// What follows a backslash. A surrogate whose other half does not follow stays alone.
bool JsonPull::take_escape(std::string* into, std::string* raw, std::size_t most_raw) {
  const int c = take();
  keep(raw, most_raw, c);
  constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
  if (const auto at = c < 0 ? std::string_view::npos : letters.find(static_cast<char>(c)); at != letters.npos) {
    if (into) *into += meanings[at];
    return true;
  }
  if (c != 'u') return break_off("an escape that JSON has not");
  const auto unit = take_hex();
  if (!unit) return break_off("no four hexadecimal digits");
  if (raw)
    for (const char digit : fmt::format("{:04x}", *unit)) keep(raw, most_raw, digit);
  if (!into) return true;
  const bool low = *unit >= 0xdc00 && *unit < 0xe000;
  const std::size_t size = into->size();
  // The high half just written, as three bytes: ED A0..AF xx.
  if (low && size >= 3 && (*into)[size - 3] == '\xed' &&
      (static_cast<unsigned char>((*into)[size - 2]) & 0xf0U) == 0xa0) {
    const unsigned high = (static_cast<unsigned char>((*into)[size - 2]) & 0x0fU) << 6U |
                          (static_cast<unsigned char>((*into)[size - 1]) & 0x3fU);
    into->resize(size - 3);
    append_utf8(*into, 0x10000 + (high << 10U) + (*unit - 0xdc00));
    return true;
  }
  append_utf8(*into, *unit);
  return true;
}

bool JsonPull::take_string(std::string* into, std::size_t most, std::string* raw, std::size_t most_raw) {
  keep(raw, most_raw, take());
  for (;;) {
    const int c = take();
    keep(raw, most_raw, c);
    if (c < 0) return break_off("a string without end");
    if (c == '"') return true;
    if (c == '\\') {
      if (!take_escape(into, raw, most_raw)) return false;
    } else if (into) {
      *into += static_cast<char>(c);
    }
    if (into && into->size() > most) return break_off("a string that is too long");
  }
}

std::optional<std::string> JsonPull::raw(std::size_t most) {
  std::string text;
  std::vector<char> open;  // the closing brackets that are due
  do {
    skip_space();
    const int c = peek();
    if (c == '"') {
      if (!take_string(nullptr, 0, &text, most)) return std::nullopt;
    } else if (c == '{' || c == '[') {
      if (fresh_.size() + open.size() >= most_depth) return break_off("too deeply nested"), std::nullopt;
      open.push_back(c == '{' ? '}' : ']');
      keep(&text, most, take());
    } else if (!open.empty() && c == open.back()) {
      open.pop_back();
      keep(&text, most, take());
    } else if (!open.empty() && (c == ',' || c == ':')) {
      keep(&text, most, take());
      keep(&text, most, ' ');
    } else if (is_scalar(c)) {
      while (is_scalar(peek())) keep(&text, most, take());
    } else {
      return break_off("no value"), std::nullopt;
    }
  } while (!open.empty());
  return text;
}

}  // namespace assay::reports

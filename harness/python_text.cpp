#include "harness/python_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace assay::harness {

void PythonText::add_escaped(unsigned char c, char quote) {
  if (c == static_cast<unsigned char>(quote) || c == '\\')
    text_ += {'\\', static_cast<char>(c)};
  else if (c == '\n' || c == '\t' || c == '\r')
    text_ += {'\\', c == '\n' ? 'n' : c == '\t' ? 't' : 'r'};
  else if (c < 0x20 || c == 0x7f)
    text_ += fmt::format("\\x{:02x}", c);
  else
    text_ += static_cast<char>(c);
}

void PythonText::add_string(std::string_view utf8) {
  utf8 = utf8.substr(0, most_ + 1);
  const bool apostrophe = utf8.find('\'') != std::string_view::npos && utf8.find('"') == std::string_view::npos;
  const char quote = apostrophe ? '"' : '\'';
  text_ += quote;
  for (const char c : utf8) add_escaped(static_cast<unsigned char>(c), quote);
  text_ += quote;
}

void PythonText::add_bytes(std::string_view bytes) {
  text_ += "b'";
  for (const char c : bytes.substr(0, most_ + 1)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80)
      add_escaped(byte, '\'');
    else
      text_ += fmt::format("\\x{:02x}", byte);
  }
  text_ += '\'';
}

std::string PythonText::finish(std::string_view end) {
  text_ += end;
  if (text_.size() <= most_) return std::move(text_);
  std::size_t size = most_;
  while (size > 0 && (static_cast<unsigned char>(text_[size]) & 0xc0U) == 0x80) --size;  // no character in two
  text_.resize(size);
  return std::move(text_ += "…");
}

}  // namespace assay::harness

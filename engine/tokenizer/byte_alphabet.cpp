#include "engine/tokenizer/byte_alphabet.h"

#include <array>

#include "engine/text/utf8.h"

namespace assay::engine {
namespace {

constexpr std::size_t bytes = 256;
constexpr char32_t first_free = 0x100;
constexpr std::size_t characters = first_free + bytes;  // more than all that are used

constexpr bool is_printable(unsigned byte) {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
}

struct Alphabet {
  std::array<char32_t, bytes> character{};
  std::array<std::int16_t, characters> byte{};
};

constexpr Alphabet make_alphabet() {
  Alphabet made;
  made.byte.fill(-1);
  char32_t next = first_free;
  for (unsigned byte = 0; byte < bytes; ++byte) {
    made.character[byte] = is_printable(byte) ? byte : next++;
    made.byte[made.character[byte]] = static_cast<std::int16_t>(byte);
  }
  return made;
}

constexpr Alphabet alphabet = make_alphabet();

}  // namespace

char32_t character_of(std::uint8_t byte) { return alphabet.character[byte]; }

std::optional<std::string> bytes_of(std::string_view token) {
  std::string out;
  out.reserve(token.size());
  for (std::size_t at = 0; at < token.size();) {
    const char32_t point = unicode::take(token, at);
    if (point >= characters || alphabet.byte[point] < 0) return std::nullopt;
    out += static_cast<char>(static_cast<unsigned char>(alphabet.byte[point]));
  }
  return out;
}

}  // namespace assay::engine

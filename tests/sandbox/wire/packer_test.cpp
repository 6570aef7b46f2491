#include "sandbox/wire/packer.h"

#include <string>

#include "tests/catch.h"

using assay::sandbox::Packer;
using assay::sandbox::Unpacker;

TEST_CASE("a bool is 0 or 1, or the message is malformed", "[wire]") {
  struct Row {
    char byte;
    bool value, ok;
  };
  const auto row =
      GENERATE(values<Row>({{0, false, true}, {1, true, true}, {2, false, false}, {'\xff', false, false}}));
  const std::string bytes(1, row.byte);
  Unpacker in(bytes);
  CHECK(in.get<bool>() == row.value);
  CHECK(in.ok() == row.ok);
}

TEST_CASE("past its end a message gives zeros, and says so", "[wire]") {
  Packer out;
  out.put(std::uint32_t{7});
  const std::string bytes(out.bytes());
  Unpacker in(bytes);
  CHECK(in.get<std::uint32_t>() == 7);
  CHECK(in.ok());
  CHECK(in.get<std::uint8_t>() == 0);
  CHECK_FALSE(in.ok());
  CHECK(in.text().empty());
  Unpacker cut(std::string_view(bytes).substr(0, 3));
  CHECK(cut.get<std::uint32_t>() == 0);
  CHECK_FALSE(cut.ok());
}

TEST_CASE("a text longer than its message is none", "[wire]") {
  Packer out;
  out.put(std::uint64_t{1} << 40);
  const std::string bytes = std::string(out.bytes()) + "abc";
  Unpacker in(bytes);
  CHECK(in.text().empty());
  CHECK_FALSE(in.ok());
}

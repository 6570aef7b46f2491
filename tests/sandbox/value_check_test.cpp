#include "sandbox/wire/value_check.h"

#include <random>
#include <string>

#include "tests/catch.h"

using namespace assay::sandbox;
using namespace std::string_literals;

TEST_CASE("only values of the closed list are well formed", "[value_check]") {
  struct Row {
    const char* what;
    std::string bytes;
    Form form;
  };
  const auto row = GENERATE(values<Row>({
      {"None", "N", Form::well_formed},
      {"an integer", "i\1\0\0\0"s, Form::well_formed},
      {"a long integer", "l\2\0\0\0\1\0\1\0"s, Form::well_formed},
      {"a float", "g12345678", Form::well_formed},
      {"a tuple of a text and its reference", "\xA9\2\xDA\1ar\1\0\0\0"s, Form::well_formed},
      {"a dict", "{Ni\1\0\0\0"s + "0", Form::well_formed},
      {"a set", "<\1\0\0\0N"s, Form::well_formed},
      {"a list with an extension", "\x09\1\0\0\0\x08\1\0\0\0?"s, Form::well_formed},
      {"an array", "\x02\5\0\0\0int64\2\0\0\0\2\0\0\0\1\0\0\0TF"s, Form::well_formed},
      {"an array with nothing in it", "\x02\5\0\0\0int64\2\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF"s, Form::well_formed},
      {"a scalar", "\x01\7\0\0\0float16g12345678"s, Form::well_formed},
      {"a scalar of text", "\x01\5\0\0\0str32\xDA\1a"s, Form::well_formed},
      {"an object that is kept", "\x0F\2\0\0\0\0\1\0\0\0A"s, Form::well_formed},
      {"a date", "\x10\4\0\0\0date"s, Form::well_formed},
      {"nothing", "", Form::malformed},
      {"an object that is kept, cut short", "\x0F\2\0\0\0\0\2\0\0\0A"s, Form::malformed},
      {"an extension of no meaning", "\x11\2\0\0\0"s, Form::malformed},
      {"a list as a scalar, which NumPy takes for an array", "\x01\7\0\0\0float16[\1\0\0\0g12345678"s, Form::malformed},
      {"a list in this format as a scalar", "\x01\7\0\0\0float16\x09\1\0\0\0g12345678"s, Form::malformed},
      {"a scalar within a scalar", "\x01\7\0\0\0float16\x01\7\0\0\0float16g12345678"s, Form::malformed},
      {"a scalar of nothing", "\x01\7\0\0\0float16"s, Form::malformed},
      {"more than one value", "NN", Form::malformed},
      {"a code object", "c"s + std::string(80, '\0'), Form::malformed},
      {"Ellipsis", ".", Form::well_formed},
      {"StopIteration in a list", "[\1\0\0\0S"s, Form::well_formed},
      {"a numbered Ellipsis", "\xAE", Form::malformed},
      {"a null at the top", "0", Form::malformed},
      {"an integer cut short", "i\1\0"s, Form::malformed},
      {"a long integer with a digit too large", "l\1\0\0\0\xFF\xFF"s, Form::malformed},
      {"a long integer that ends in 0", "l\1\0\0\0\0\0"s, Form::malformed},
      {"more elements than bytes", "[\xFF\xFF\xFF\x7FN"s, Form::malformed},
      {"a text longer than its bytes", "u\xFF\0\0\0a"s, Form::malformed},
      {"a short text that is not ASCII", "z\1\xFF"s, Form::malformed},
      {"a dict without end", "{NN", Form::malformed},
      {"a dict with a key alone", "{N0", Form::malformed},
      {"a reference to nothing", "r\0\0\0\0"s, Form::malformed},
      {"a numbered None", "\xCE", Form::malformed},
      {"an extension within marshal data", "[\1\0\0\0\x08\1\0\0\0?"s, Form::malformed},
      {"an array larger than its bytes", "\x02\5\0\0\0int64\2\0\0\0\xFF\xFF\0\0\xFF\xFF\0\0TF"s, Form::malformed},
      {"a reference from one child of an extension to another's", "\x0A\2\0\0\0\xE9\1\0\0\0r\0\0\0\0"s,
       Form::malformed},
      {"a list within itself", "\xDB\1\0\0\0r\0\0\0\0"s, Form::untellable},
      {"a hundred thousand levels",
       [] {
         std::string text;
         for (int i = 0; i < 100'000; ++i) text += "[\1\0\0\0"s;
         return text + "N";
       }(),
       Form::untellable},
  }));
  CAPTURE(row.what);
  CHECK(form_of(row.bytes) == row.form);
}

TEST_CASE("bytes of any kind are told in bounded time", "[value_check]") {
  std::mt19937 random(1);
  constexpr std::string_view codes =
      "NTFilgyzZaAuts()[{<>r0\1\2\3\4\5\6\7\x08\x09\x0A\x0B\x0C\x0D\x0E\x0F\x10\xDB\xA9\xE9\xFB";
  std::size_t well_formed = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 60, '\0');
    for (char& byte : bytes)
      byte = random() % 3 == 0 ? codes[random() % codes.size()] : static_cast<char>(random() % 4);
    well_formed += form_of(bytes) == Form::well_formed ? 1U : 0U;
  }
  CHECK(well_formed < 20'000);
}

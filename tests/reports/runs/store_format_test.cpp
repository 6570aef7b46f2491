#include "reports/runs/store_format.h"

#include <zstd.h>

#include "tests/catch.h"

using namespace assay::reports;

TEST_CASE("lists in the store's columns are read as they are written, and nothing else is", "[store]") {
  using Indices = std::vector<std::uint32_t>;
  using Words = std::vector<std::string_view>;
  CHECK(indices_from("[]") == Indices{});
  CHECK(indices_from("[3]") == Indices{3});
  CHECK(indices_from("[3,17,4294967295]") == Indices{3, 17, 4294967295});
  for (const char* damaged :
       {"", "[", "]", "3", "[3", "3]", "[3,]", "[,3]", "[3,,4]", "[3 ]", "[-1]", "[4294967296]", "[3;4]", "[a]"}) {
    CAPTURE(damaged);
    CHECK_FALSE(indices_from(damaged));
  }
  CHECK(words_from("[]") == Words{});
  CHECK(words_from(R"(["outside_view","undecodable"])") == Words{"outside_view", "undecodable"});
  for (const char* damaged :
       {"", "[", R"(["a)", R"(["a"],)", R"(["a",])", R"([,"a"])", R"(["a",,"b"])", "[a]", R"([""])", R"(["a""b])"}) {
    CAPTURE(damaged);
    CHECK_FALSE(words_from(damaged));
  }
}

TEST_CASE("what is packed in the store comes back whole, or not at all", "[store]") {
  const std::string plain(10'000, 'x');
  std::string packed(::ZSTD_compressBound(plain.size()), '\0');
  packed.resize(::ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 1));
  CHECK(decompress(packed, plain.size()) == plain);
  for (const std::uint64_t bytes : {std::uint64_t{0}, plain.size() - 1, plain.size() + 1, ~std::uint64_t{0}})
    CHECK_FALSE(decompress(packed, bytes));
  CHECK_FALSE(decompress(packed.substr(0, packed.size() - 1), plain.size()));
  CHECK_FALSE(decompress({}, 0));
}

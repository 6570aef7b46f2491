#include "engine/checkpoint/safetensors.h"

#include "tests/catch.h"

namespace assay::engine {
namespace {

std::string with_length(const std::string& header, std::uint64_t length) {
  std::string text(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) text[i] = static_cast<char>(length >> (8 * i) & 0xff);
  return text + header;
}

Result<std::vector<TensorView>> read(const std::string& file) {
  return read_safetensors(std::as_bytes(std::span(file)), "f.safetensors");
}

TEST_CASE("tensors come in the order of their bytes, with types and shapes; metadata is passed over", "[checkpoint]") {
  const std::string header =
      R"({"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},"__metadata__":{"format":"pt"},)"
      R"("a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"none":{"dtype":"F16","shape":[0,5],"data_offsets":[16,16]}})";
  const std::string file = with_length(header, header.size()) + "0123456789abcdef";
  const auto tensors = read(file);
  REQUIRE(tensors);
  REQUIRE(tensors->size() == 3);
  CHECK((*tensors)[0].name == "a");
  CHECK((*tensors)[0].shape.empty());
  CHECK((*tensors)[1].type == NumberType::bfloat16);
  CHECK((*tensors)[1].shape == std::vector<std::int64_t>{2, 3});
  CHECK(static_cast<char>((*tensors)[1].bytes.front()) == '4');
  CHECK((*tensors)[2].bytes.empty());
}

TEST_CASE("a written header is read back", "[checkpoint]") {
  const std::vector<TensorView> tensors{{"x \"y\"", NumberType::float32, {2, 2}, {}},
                                        {"z", NumberType::float16, {3}, {}}};
  const std::string header = safetensors_header(tensors);
  CHECK(header.size() % 8 == 0);
  const std::string file = header + std::string(22, 'x');
  const auto back = read(file);
  REQUIRE(back);
  REQUIRE(back->size() == 2);
  CHECK((*back)[0].name == "x \"y\"");
  CHECK((*back)[1].bytes.size() == 6);
}

TEST_CASE("headers that lie are refused in one line that names the tensor", "[checkpoint]") {
  struct Row {
    const char *header, *words;
    std::size_t data;
  };
  const auto row = GENERATE(values<Row>({
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "\"a\"", 4},      // cut off
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", "\"a\"", 8},      // backwards
      {R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", "\"shape\"", 8},  // too large a shape
      {R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", "\"shape\"", 0},  // overflows
      {R"({"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,8]}})", "\"shape\"", 8},
      {R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}})", "\"shape\"", 8},
      {R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", "\"shape\"", 8},
      {R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}})", "\"shape\"", 8},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}})", "\"data_offsets\"", 8},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}})", "\"data_offsets\"", 8},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}})", "\"data_offsets\"", 8},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
       "\"b\"", 12},  // overlapping
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
       "\"b\"", 12},  // a gap
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
       "twice", 8},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "no tensor", 8},  // more behind the last
      {R"({"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})", "I64", 8},
      {R"({"a":{"shape":[1],"data_offsets":[0,8]}})", "\"dtype\"", 8},
      {R"({"a":[]})", "\"dtype\"", 0},
      {R"([])", "no JSON object", 0},
      {R"({"a")", "header", 0},
  }));
  CAPTURE(row.header);
  const auto tensors = read(with_length(row.header, std::string(row.header).size()) + std::string(row.data, 'x'));
  REQUIRE(!tensors);
  CAPTURE(tensors.error().message);
  CHECK(tensors.error().message.find(row.words) != std::string::npos);
  CHECK(tensors.error().message.starts_with("f.safetensors: "));
  CHECK(tensors.error().message.find('\n') == std::string::npos);
}

TEST_CASE("a header's length is held against the file and the format", "[checkpoint]") {
  CHECK(!read(""));
  CHECK(!read("1234567"));
  CHECK(!read(with_length("{}", 3)));
  CHECK(!read(with_length("{}", ~0ULL)));
  CHECK(!read(with_length("{}", 1ULL << 40)));
  CHECK(read(with_length("{}", 2)));
}

}  // namespace
}  // namespace assay::engine

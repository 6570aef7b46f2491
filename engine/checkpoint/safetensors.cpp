#include "engine/checkpoint/safetensors.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "engine/text/json.h"

namespace assay::engine {
namespace {

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t most_header_bytes = 100'000'000;  // as the format's own reader allows
constexpr json::Bounds header_bounds{.depth = 4, .values = 4U << 20};
constexpr std::int64_t most_dimensions = 8;

struct Entry {
  TensorView tensor;
  std::uint64_t begin = 0, end = 0;
};

tl::unexpected<Error> wrong(const std::string& file, const std::string& what, Errc code = Errc::bad_data) {
  return tl::unexpected(Error{code, file + ": " + what});
}

/// The product times the number's size; none where it is beyond 2^63.
std::optional<std::uint64_t> size_of(const TensorView& tensor) {
  std::uint64_t size = row_of(tensor.type).bytes;
  for (const std::int64_t length : tensor.shape)
    if (__builtin_mul_overflow(size, static_cast<std::uint64_t>(length), &size) ||
        size > std::numeric_limits<std::int64_t>::max())
      return std::nullopt;
  return size;
}

Result<Entry> read_entry(const json::Member& member, std::uint64_t data_bytes, const std::string& file) {
  // The name comes from outside and goes into a message of one line.
  const std::string name = "tensor " + json::quoted(member.key.substr(0, 200));
  Entry entry;
  entry.tensor.name = member.key;
  const json::Value* type = member.value.find("dtype");
  if (!type || !type->string()) return wrong(file, name + " has no \"dtype\"");
  const auto known = number_type_of(&NumberTypeRow::safetensors_name, *type->string());
  if (!known)
    return wrong(file,
                 name + " is of type " + json::quoted(type->string()->substr(0, 20)) + "; F32, F16 and BF16 are read",
                 Errc::unsupported);
  entry.tensor.type = *known;

  const json::Value* shape = member.value.find("shape");
  if (!shape || !shape->array() || shape->array()->size() > most_dimensions)
    return wrong(file, name + " has no \"shape\" of at most " + std::to_string(most_dimensions) + " lengths");
  for (const json::Value& one : *shape->array()) {
    const auto length = one.integer(std::numeric_limits<std::int64_t>::max());
    if (!length) return wrong(file, name + " has a length in its \"shape\" that is no whole number");
    entry.tensor.shape.push_back(*length);
  }

  const json::Value* offsets = member.value.find("data_offsets");
  if (!offsets || !offsets->array() || offsets->array()->size() != 2)
    return wrong(file, name + " has no \"data_offsets\" of two numbers");
  const auto begin = (*offsets->array())[0].integer(std::numeric_limits<std::int64_t>::max());
  const auto end = (*offsets->array())[1].integer(std::numeric_limits<std::int64_t>::max());
  if (!begin || !end || *begin > *end || static_cast<std::uint64_t>(*end) > data_bytes)
    return wrong(file, name + " has \"data_offsets\" beyond the file's " + std::to_string(data_bytes) +
                           " bytes of data; is the file cut off?");
  entry.begin = static_cast<std::uint64_t>(*begin);
  entry.end = static_cast<std::uint64_t>(*end);
  if (const auto size = size_of(entry.tensor); !size || *size != entry.end - entry.begin)
    return wrong(file, name + " has a \"shape\" that does not take the " + std::to_string(entry.end - entry.begin) +
                           " bytes that its \"data_offsets\" give");
  return entry;
}

Result<void> check_names(std::vector<Entry>& entries, const std::string& file) {
  std::vector<const std::string*> names;
  names.reserve(entries.size());
  for (const Entry& entry : entries) names.push_back(&entry.tensor.name);
  const auto less = [](const std::string* a, const std::string* b) { return *a < *b; };
  std::sort(names.begin(), names.end(), less);
  const auto twice = std::adjacent_find(names.begin(), names.end(), [](auto a, auto b) { return *a == *b; });
  if (twice != names.end()) return wrong(file, "tensor " + json::quoted((*twice)->substr(0, 200)) + " is there twice");
  return {};
}

}  // namespace

Result<std::vector<TensorView>> read_safetensors(std::span<const std::byte> file, const std::string& name) {
  if (file.size() < length_bytes) return wrong(name, "too short for a safetensors file");
  std::uint64_t header_bytes = 0;
  for (std::size_t i = length_bytes; i-- > 0;)
    header_bytes = header_bytes << 8 | std::to_integer<std::uint64_t>(file[i]);
  if (header_bytes > most_header_bytes || header_bytes > file.size() - length_bytes)
    return wrong(name, "the header is said to have " + std::to_string(header_bytes) +
                           " bytes, more than the file or the format allow; is the file cut off?");
  const auto data = file.subspan(length_bytes + header_bytes);
  const std::string_view text(reinterpret_cast<const char*>(file.data()) + length_bytes, header_bytes);
  const auto header = json::parse(text, name + ": header", header_bounds);
  if (!header) return tl::unexpected(header.error());
  if (!header->object()) return wrong(name, "the header is no JSON object");

  std::vector<Entry> entries;
  for (const json::Member& member : *header->object()) {
    if (member.key == "__metadata__") continue;
    auto entry = read_entry(member, data.size(), name);
    if (!entry) return tl::unexpected(entry.error());
    entries.push_back(std::move(*entry));
  }
  if (const auto checked = check_names(entries, name); !checked) return tl::unexpected(checked.error());

  const auto by_place = [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  };
  std::sort(entries.begin(), entries.end(), by_place);
  std::vector<TensorView> tensors;
  std::uint64_t at = 0;
  for (Entry& entry : entries) {
    if (entry.begin != at)
      return wrong(name, "tensor " + json::quoted(entry.tensor.name.substr(0, 200)) + " begins at byte " +
                             std::to_string(entry.begin) + " of the data, the one before it ends at " +
                             std::to_string(at));
    at = entry.end;
    entry.tensor.bytes = data.subspan(entry.begin, entry.end - entry.begin);
    tensors.push_back(std::move(entry.tensor));
  }
  if (at != data.size())
    return wrong(name, std::to_string(data.size() - at) + " bytes of the data belong to no tensor");
  return tensors;
}

std::string safetensors_header(std::span<const TensorView> tensors) {
  std::string json = "{\"__metadata__\":{\"format\":\"pt\"}";
  std::uint64_t at = 0;
  for (const TensorView& tensor : tensors) {
    std::string shape;
    for (const std::int64_t length : tensor.shape) shape += (shape.empty() ? "" : ",") + std::to_string(length);
    const std::uint64_t end = at + size_of(tensor).value_or(0);
    json += "," + json::quoted(tensor.name) + ":{\"dtype\":\"" + std::string(row_of(tensor.type).safetensors_name) +
            "\",\"shape\":[" + shape + "],\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(end) + "]}";
    at = end;
  }
  json += "}";
  json.resize((json.size() + length_bytes - 1) / length_bytes * length_bytes,
              ' ');  // the data begins at a multiple of 8
  std::string text(length_bytes, '\0');
  for (std::size_t i = 0; i < length_bytes; ++i) text[i] = static_cast<char>(json.size() >> (8 * i) & 0xff);
  return text + json;
}

}  // namespace assay::engine

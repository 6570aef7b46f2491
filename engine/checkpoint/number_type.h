#pragma once
/// The number formats of weights, as safetensors and config.json name them.
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace assay::engine {

enum class NumberType { float32, bfloat16, float16 };

struct NumberTypeRow {
  NumberType type;
  std::string_view torch_name, safetensors_name;
  std::size_t bytes;
};

inline constexpr std::array<NumberTypeRow, 3> number_types{{{NumberType::float32, "float32", "F32", 4},
                                                            {NumberType::bfloat16, "bfloat16", "BF16", 2},
                                                            {NumberType::float16, "float16", "F16", 2}}};

[[nodiscard]] constexpr const NumberTypeRow& row_of(NumberType type) {
  return number_types.at(static_cast<std::size_t>(type));
}

[[nodiscard]] constexpr std::optional<NumberType> number_type_of(std::string_view NumberTypeRow::*column,
                                                                 std::string_view name) {
  for (const NumberTypeRow& row : number_types)
    if (row.*column == name) return row.type;
  return std::nullopt;
}

}  // namespace assay::engine

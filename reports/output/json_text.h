#pragma once
/// JSON's small pieces, written so that people can read the numbers too.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

/// A string in quotes. Lone surrogates, which programs may hold as three bytes each, are escapes; other bytes that are
/// no UTF-8 stand as \xNN.
[[nodiscard]] std::string json_text(std::string_view text);
/// The shortest digits that read back as the same number; null for none, NaN and infinity.
[[nodiscard]] std::string json_number(double value);
[[nodiscard]] std::string json_number(std::optional<double> value);

/// An object, key by key in the order they are added. Values are JSON already, or become it.
class JsonObject {
 public:
  JsonObject& add(std::string_view key, std::string json);
  JsonObject& add_text(std::string_view key, std::string_view text) { return add(key, json_text(text)); }
  JsonObject& add_number(std::string_view key, std::optional<double> value) { return add(key, json_number(value)); }
  JsonObject& add_count(std::string_view key, std::uint64_t count) { return add(key, std::to_string(count)); }
  JsonObject& add_flag(std::string_view key, bool flag) { return add(key, flag ? "true" : "false"); }
  [[nodiscard]] std::string str() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

/// A list of what is JSON already.
[[nodiscard]] std::string json_array(const std::vector<std::string>& items);

}  // namespace assay::reports

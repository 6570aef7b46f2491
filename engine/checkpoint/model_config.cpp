#include "engine/checkpoint/model_config.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <system_error>

#include "engine/checkpoint/tensor_names.h"
#include "engine/text/json.h"
#include "engine/text/model_file.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t most_config_bytes = 1U << 20;

struct Size {
  const char* key;
  std::int64_t ModelConfig::*field;
  std::int64_t least, most;
};

// What no model exceeds, and what keeps every product of two of them far below 2^63.
constexpr Size sizes[] = {
    {"hidden_size", &ModelConfig::hidden_size, 2, 1 << 20},
    {"intermediate_size", &ModelConfig::intermediate_size, 1, 1 << 24},
    {"num_hidden_layers", &ModelConfig::num_hidden_layers, 1, 4096},
    {"num_attention_heads", &ModelConfig::num_attention_heads, 1, 1 << 16},
    {"num_key_value_heads", &ModelConfig::num_key_value_heads, 1, 1 << 16},
    {"vocab_size", &ModelConfig::vocab_size, 2, 1 << 26},
    {"max_position_embeddings", &ModelConfig::max_position_embeddings, 1, 1 << 26},
};

class ConfigReader {
 public:
  ConfigReader(const json::Value& value, std::string file) : value_(value), file_(std::move(file)) {}

  [[nodiscard]] const json::Value* given(const char* key) const {
    const json::Value* found = value_.find(key);
    return found && !found->is_null() ? found : nullptr;
  }
  [[nodiscard]] tl::unexpected<Error> wrong(Errc code, const std::string& what) const {
    return tl::unexpected(Error{code, file_ + ": " + what});
  }

  Result<std::int64_t> size(const Size& row) const {
    const json::Value* found = given(row.key);
    if (!found) return wrong(Errc::bad_data, std::string("\"") + row.key + "\" is missing");
    const auto number = found->integer(row.most);
    if (!number || *number < row.least)
      return wrong(Errc::bad_data, std::string("\"") + row.key + "\" is not a whole number from " +
                                       std::to_string(row.least) + " to " + std::to_string(row.most));
    return *number;
  }

  Result<double> positive(const char* key, double otherwise) const {
    const json::Value* found = given(key);
    return found ? positive(key, *found) : otherwise;
  }
  Result<double> positive(const char* key, const json::Value& found) const {
    const auto* number = std::get_if<json::Number>(&found.data);
    double read = 0;
    if (number) {
      const auto end = number->text.data() + number->text.size();
      if (const auto [at, error] = std::from_chars(number->text.data(), end, read); at != end || error != std::errc{})
        read = 0;
    }
    if (!std::isfinite(read) || read <= 0)
      return wrong(Errc::bad_data, std::string("\"") + key + "\" is not a number above 0");
    return read;
  }

  /// An id, a list of ids, or nothing.
  Result<std::vector<std::int64_t>> ids(const char* key, std::int64_t vocabulary) const {
    std::vector<std::int64_t> read;
    const json::Value* found = given(key);
    if (!found) return read;
    const json::Array one{*found};
    for (const json::Value& item : found->array() ? *found->array() : one) {
      const auto id = item.integer(vocabulary - 1);
      if (!id)
        return wrong(Errc::bad_data,
                     std::string("\"") + key + "\" is no id of a vocabulary of " + std::to_string(vocabulary));
      read.push_back(*id);
    }
    return read;
  }

 private:
  const json::Value& value_;
  std::string file_;
};

Result<json::Value> read_object(const std::filesystem::path& file) {
  const auto text = read_model_file(file, most_config_bytes);
  if (!text) return tl::unexpected(text.error());
  auto value = json::parse(*text, file.string());
  if (value && !value->object()) return tl::unexpected(Error{Errc::bad_data, file.string() + ": no JSON object"});
  return value;
}

/// Whether this is a list of nothing but `wanted`.
bool all_are(const json::Value& list, std::string_view wanted) {
  return list.array() && std::ranges::all_of(*list.array(), [&](const json::Value& item) {
           return item.string() && *item.string() == wanted;
         });
}

/// `rope_scaling`, or what stands in `rope_parameters` beside a plain rotary embedding's theta. Sets of parameters by
/// kind of layer have other members, and are refused with them.
Result<void> refuse_scaled_rope(const ConfigReader& reader) {
  const auto scaled = [&](const std::string& field) {
    return reader.wrong(Errc::unsupported,
                        json::quoted(field) + " is given; only plain rotary embeddings are computed");
  };
  if (reader.given("rope_scaling")) return scaled("rope_scaling");
  const json::Value* parameters = reader.given("rope_parameters");
  if (!parameters) return {};
  if (!parameters->object()) return reader.wrong(Errc::bad_data, "\"rope_parameters\" is no object");
  for (const auto& [key, value] : *parameters->object()) {
    const bool is_type = key == "rope_type" || key == "type";
    if (value.is_null() || key == "rope_theta" || (is_type && value.string() && *value.string() == "default")) continue;
    return scaled("rope_parameters." + key.substr(0, 100) +
                  (is_type && value.string() ? " " + value.string()->substr(0, 100) : ""));
  }
  return {};
}

/// What would be computed wrongly if it were passed over.
Result<void> refuse_unknown(const ConfigReader& reader, const json::Value& value) {
  const auto text_is = [&](const char* key, std::string_view wanted) {
    const json::Value* found = reader.given(key);
    return !found || (found->string() && *found->string() == wanted);
  };
  if (!text_is("model_type", "Dream"))
    return reader.wrong(Errc::unsupported,
                        "\"model_type\" is not Dream, the only architecture that this engine computes");
  if (!text_is("hidden_act", "silu")) return reader.wrong(Errc::unsupported, "\"hidden_act\" is not silu");
  if (const auto plain = refuse_scaled_rope(reader); !plain) return plain;
  if (reader.given("use_sliding_window") && value.flag("use_sliding_window", true))
    return reader.wrong(Errc::unsupported, "\"use_sliding_window\" is not false; only full attention is computed");
  if (const json::Value* types = reader.given("layer_types"); types && !all_are(*types, "full_attention"))
    return reader.wrong(Errc::unsupported,
                        "\"layer_types\" has others than full_attention; only full attention is computed");
  return {};
}

/// Two names of one thing must not say two things.
tl::unexpected<Error> contradiction(const ConfigReader& reader, const char* one, const char* other) {
  return reader.wrong(Errc::bad_data,
                      std::string("\"") + one + "\" and \"" + other + "\" say different things; leave one of them");
}

/// Of `rope_theta`, or of `rope_parameters`, where transformers 5 writes it. Dream's own class has a default (10000)
/// that no published model has (1e6): a guess would compute other numbers than the model's without a word.
Result<double> read_rope_theta(const ConfigReader& reader) {
  const json::Value* parameters = reader.given("rope_parameters");
  const json::Value* inner = parameters ? parameters->find("rope_theta") : nullptr;
  if (inner && inner->is_null()) inner = nullptr;
  const json::Value* outer = reader.given("rope_theta");
  if (!outer && !inner) return reader.wrong(Errc::bad_data, "\"rope_theta\" is missing, in \"rope_parameters\" too");
  const auto theta = reader.positive("rope_theta", outer ? *outer : *inner);
  if (!theta || !outer || !inner) return theta;
  const auto other = reader.positive("rope_parameters.rope_theta", *inner);
  if (other && *other != *theta) return contradiction(reader, "rope_theta", "rope_parameters.rope_theta");
  return other;
}

/// Of `torch_dtype`, or of `dtype`, as transformers 5 calls it; none where neither is given.
Result<std::optional<NumberType>> read_number_type(const ConfigReader& reader) {
  std::optional<NumberType> read;
  for (const char* key : {"torch_dtype", "dtype"}) {
    const json::Value* type = reader.given(key);
    if (!type) continue;
    const auto known = type->string() ? number_type_of(&NumberTypeRow::torch_name, *type->string()) : std::nullopt;
    if (!known)
      return reader.wrong(Errc::unsupported, std::string("\"") + key + "\" is none of float32, bfloat16, float16");
    if (read && *read != *known) return contradiction(reader, "torch_dtype", "dtype");
    read = known;
  }
  return read;
}

Result<void> read_fields(const ConfigReader& reader, const json::Value& value, ModelConfig& config) {
  for (const Size& row : sizes) {
    const auto read = reader.size(row);
    if (!read) return tl::unexpected(read.error());
    config.*row.field = *read;
  }
  if (config.hidden_size % (2 * config.num_attention_heads) != 0)
    return reader.wrong(Errc::bad_data, "\"hidden_size\" is no even multiple of \"num_attention_heads\"");
  if (config.num_attention_heads % config.num_key_value_heads != 0)
    return reader.wrong(Errc::bad_data, "\"num_attention_heads\" is no multiple of \"num_key_value_heads\"");
  const auto theta = read_rope_theta(reader);
  if (!theta) return tl::unexpected(theta.error());
  const auto eps = reader.positive("rms_norm_eps", config.rms_norm_eps);
  if (!eps) return tl::unexpected(eps.error());
  config.rope_theta = *theta;
  config.rms_norm_eps = *eps;
  config.tie_word_embeddings = value.flag("tie_word_embeddings", false);
  const auto type = read_number_type(reader);
  if (!type) return tl::unexpected(type.error());
  config.torch_dtype = *type;
  return {};
}

Result<void> read_ids(const ConfigReader& reader, ModelConfig& config) {
  const auto mask = reader.ids("mask_token_id", config.vocab_size);
  const auto pad = reader.ids("pad_token_id", config.vocab_size);
  const auto eos = reader.ids("eos_token_id", config.vocab_size);
  for (const auto* ids : {&mask, &pad, &eos})
    if (!*ids) return tl::unexpected(ids->error());
  if (!mask->empty()) config.mask_token_id = mask->front();
  if (!pad->empty()) config.pad_token_id = pad->front();
  config.eos_token_id.insert(config.eos_token_id.end(), eos->begin(), eos->end());
  return {};
}

}  // namespace

std::int64_t ModelConfig::parameters() const {
  std::int64_t sum = 0;
  for (const NamedShape& tensor : tensors_of(*this)) sum += tensor.numbers();
  return sum;
}

Result<ModelConfig> read_model_config(const std::filesystem::path& folder) {
  ModelConfig config;
  const auto file = folder / "config.json";
  const auto value = read_object(file);
  if (!value) return tl::unexpected(value.error());
  const ConfigReader reader(*value, file.string());
  if (const auto known = refuse_unknown(reader, *value); !known) return tl::unexpected(known.error());
  if (const auto read = read_fields(reader, *value, config); !read) return tl::unexpected(read.error());
  if (const auto read = read_ids(reader, config); !read) return tl::unexpected(read.error());

  const auto generation = folder / "generation_config.json";
  if (std::error_code absent; std::filesystem::exists(generation, absent)) {
    const auto more = read_object(generation);
    if (!more) return tl::unexpected(more.error());
    if (const auto read = read_ids(ConfigReader(*more, generation.string()), config); !read)
      return tl::unexpected(read.error());
  }
  if (config.mask_token_id < 0)
    return reader.wrong(Errc::bad_data, "\"mask_token_id\" is missing; a masked-diffusion model has one");
  auto& ends = config.eos_token_id;
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return config;
}

std::string model_config_json(const ModelConfig& config) {
  std::string text = "{\n  \"architectures\": [\"DreamModel\"],\n  \"model_type\": \"Dream\",\n";
  const auto add = [&text](const std::string& key, const std::string& value) {
    text += "  \"" + key + "\": " + value + ",\n";
  };
  const auto real = [](double number) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return std::string(buffer, end);
  };
  for (const Size& row : sizes) add(row.key, std::to_string(config.*row.field));
  add("rope_theta", real(config.rope_theta));
  add("rms_norm_eps", real(config.rms_norm_eps));
  add("tie_word_embeddings", config.tie_word_embeddings ? "true" : "false");
  add("mask_token_id", std::to_string(config.mask_token_id));
  if (config.pad_token_id >= 0) add("pad_token_id", std::to_string(config.pad_token_id));
  if (!config.eos_token_id.empty()) {
    std::string list;
    for (const std::int64_t id : config.eos_token_id) list += (list.empty() ? "[" : ", ") + std::to_string(id);
    add("eos_token_id", list + "]");
  }
  add("hidden_act", "\"silu\"");
  add("rope_scaling", "null");
  return text + "  \"torch_dtype\": \"" + std::string(row_of(config.number_type()).torch_name) + "\"\n}\n";
}

}  // namespace assay::engine

/// A model's folder, which anyone may have written: safetensors files and configurations.
///
/// Input: a byte that says what the rest is; the rest. What is read must lie within the file, and be what it says.
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/safetensors.h"
#include "tests/fuzz/require.h"

using namespace assay::engine;

using assay::tests::require;
using assay::tests::require_one_line;

namespace {

void read_as_tensors(std::span<const std::byte> file) {
  const auto tensors = read_safetensors(file, "f.safetensors");
  if (!tensors) return require_one_line(tensors.error().message);
  std::size_t bytes = 0;
  for (const TensorView& tensor : *tensors) {
    std::size_t size = row_of(tensor.type).bytes;
    for (const std::int64_t length : tensor.shape) size *= static_cast<std::size_t>(length);
    require(size == tensor.bytes.size());
    require(tensor.bytes.empty() || (tensor.bytes.data() >= file.data() &&
                                     tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size()));
    bytes += size;
  }
  require(bytes <= file.size());
  // The header that we write of them says the same.
  const std::string header = safetensors_header(*tensors) + std::string(bytes, '\0');
  const auto again = read_safetensors(std::as_bytes(std::span(header)), "again");
  require(again && again->size() == tensors->size());
}

const std::filesystem::path& folder() {
  static const std::filesystem::path path = [] {
    std::filesystem::path made = std::filesystem::temp_directory_path() / ("assay-fuzz-" + std::to_string(::getpid()));
    std::filesystem::create_directories(made);
    std::atexit([] { std::filesystem::remove_all(folder()); });
    return made;
  }();
  return path;
}

/// As config.json of a folder that has nothing else, or an index.
void read_as_config(std::string_view text, bool index) {
  std::ofstream(folder() / "config.json", std::ios::binary) << (index ? "" : text);
  if (index) {
    ModelConfig config;
    config.hidden_size = 2, config.intermediate_size = config.num_hidden_layers = config.num_attention_heads = 1;
    config.num_key_value_heads = 1, config.vocab_size = 2, config.max_position_embeddings = 1, config.mask_token_id = 1;
    std::ofstream(folder() / "config.json", std::ios::binary) << model_config_json(config);
    std::ofstream(folder() / "model.safetensors.index.json", std::ios::binary) << text;
  }
  const auto checkpoint = Checkpoint::open(folder());
  require(!checkpoint);  // nothing here has weights
  require_one_line(checkpoint.error().message);
  const auto config = read_model_config(folder());
  if (!config) return require_one_line(config.error().message);
  require(config->hidden_size % config->num_attention_heads == 0 && config->mask_token_id < config->vocab_size);
  require(config->parameters() > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) read_as_tensors(std::as_bytes(std::span(rest)));
  if (data[0] % 3 == 1) read_as_config(rest, false);
  if (data[0] % 3 == 2) read_as_config(rest, true);
  return 0;
}

#include <cstdio>
#include <fstream>
#include <system_error>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/tensor_names.h"
#include "engine/text/json.h"

namespace assay::engine {
namespace {

using Source = std::function<TensorView(const std::string& name)>;

struct Shard {
  std::vector<NamedShape> tensors;
  std::uint64_t bytes = 0;
};

std::vector<Shard> shards_of(const ModelConfig& config, std::uint64_t shard_bytes) {
  std::vector<Shard> shards(1);
  for (const NamedShape& tensor : tensors_of(config)) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(tensor.numbers()) * row_of(config.number_type()).bytes;
    if (shards.back().bytes > 0 && shards.back().bytes + bytes > shard_bytes) shards.emplace_back();
    shards.back().tensors.push_back(tensor);
    shards.back().bytes += bytes;
  }
  return shards;
}

std::string shard_name(std::size_t index, std::size_t count) {
  if (count == 1) return "model.safetensors";
  char name[64];
  std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", index + 1, count);
  return name;
}

/// Written beside its name, then moved there.
Result<void> write_whole(const std::filesystem::path& file, const std::function<bool(std::ofstream&)>& write) {
  const std::filesystem::path partial = file.string() + ".partial";
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  const bool written = out && write(out) && out.flush();
  out.close();
  std::error_code failed;
  if (written) std::filesystem::rename(partial, file, failed);
  if (written && !failed) return {};
  std::filesystem::remove(partial, failed);
  return tl::unexpected(Error{Errc::not_found, file.string() + ": cannot be written"});
}

Result<void> write_shard(const std::filesystem::path& file, const Shard& shard, NumberType type, const Source& source) {
  std::vector<TensorView> views;
  for (const NamedShape& tensor : shard.tensors) views.push_back({tensor.name, type, tensor.shape, {}});
  std::string misfit;
  const auto written = write_whole(file, [&](std::ofstream& out) {
    out << safetensors_header(views);
    for (const NamedShape& tensor : shard.tensors) {
      const TensorView view = source(tensor.name);
      if (view.type != type || view.shape != tensor.shape) {
        misfit = tensor.name;
        return false;
      }
      out.write(reinterpret_cast<const char*>(view.bytes.data()), static_cast<std::streamsize>(view.bytes.size()));
    }
    return true;
  });
  if (!misfit.empty())
    return tl::unexpected(
        Error{Errc::bad_data, file.string() + ": tensor \"" + misfit + "\" does not fit its configuration"});
  return written;
}

Result<void> write_text(const std::filesystem::path& file, const std::string& text) {
  return write_whole(file, [&](std::ofstream& out) { return static_cast<bool>(out << text); });
}

}  // namespace

Result<void> save_checkpoint(const std::filesystem::path& folder, const ModelConfig& config, const Source& tensor,
                             std::uint64_t shard_bytes) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const std::vector<Shard> shards = shards_of(config, shard_bytes);
  std::uint64_t total = 0;
  std::string map;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const std::string name = shard_name(i, shards.size());
    const auto written = write_shard(folder / name, shards[i], config.number_type(), tensor);
    if (!written) return written;
    total += shards[i].bytes;
    for (const NamedShape& one : shards[i].tensors)
      map += (map.empty() ? "\n    " : ",\n    ") + json::quoted(one.name) + ": " + json::quoted(name);
  }
  if (shards.size() > 1) {
    const std::string index =
        "{\n  \"metadata\": {\"total_size\": " + std::to_string(total) + "},\n  \"weight_map\": {" + map + "\n  }\n}\n";
    if (const auto written = write_text(folder / "model.safetensors.index.json", index); !written) return written;
  }
  // Of the other layout, which would be read in place of this one, or beside it.
  std::filesystem::remove(folder / (shards.size() > 1 ? "model.safetensors" : "model.safetensors.index.json"), failed);
  return write_text(folder / "config.json", model_config_json(config));
}

}  // namespace assay::engine

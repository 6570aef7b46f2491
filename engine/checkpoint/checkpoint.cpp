#include "engine/checkpoint/checkpoint.h"

#include <set>
#include <system_error>

#include "engine/checkpoint/tensor_names.h"
#include "engine/text/json.h"
#include "engine/text/model_file.h"

namespace assay::engine {
namespace {

constexpr std::uint64_t most_index_bytes = 64U << 20;

tl::unexpected<Error> wrong(Errc code, const std::string& what) { return tl::unexpected(Error{code, what}); }

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text;
  for (const std::int64_t length : shape) text += (text.empty() ? "[" : ", ") + std::to_string(length);
  return text.empty() ? "[]" : text + "]";
}

/// A shard is a file of the same folder: an index from elsewhere must not name others.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

}  // namespace

std::uint64_t Checkpoint::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, tensor] : tensors_) sum += tensor.bytes.size();
  return sum;
}

Result<void> Checkpoint::add_file(const std::filesystem::path& file, const std::map<std::string, std::string>* shards) {
  auto mapped = MappedFile::open(file);
  if (!mapped) return tl::unexpected(mapped.error());
  auto views = read_safetensors(mapped->bytes(), file.string());
  if (!views) return tl::unexpected(views.error());
  files_.push_back(std::move(*mapped));
  paths_.push_back(file);
  for (TensorView& view : *views) {
    if (shards) {
      const auto listed = shards->find(view.name);
      if (listed == shards->end() || listed->second != file.filename().string())
        return wrong(Errc::bad_data, file.string() + ": tensor " + json::quoted(view.name.substr(0, 200)) +
                                         " is not what the index lists here");
    }
    const std::string name = view.name;
    tensors_.emplace(name, std::move(view));
  }
  return {};
}

Result<void> Checkpoint::add_shards(const std::filesystem::path& index) {
  const auto text = read_model_file(index, most_index_bytes);
  if (!text) return tl::unexpected(text.error());
  const auto value = json::parse(*text, index.string());
  if (!value) return tl::unexpected(value.error());
  const json::Value* map = value->find("weight_map");
  if (!map || !map->object()) return wrong(Errc::bad_data, index.string() + ": no \"weight_map\"");
  paths_.push_back(index);
  std::map<std::string, std::string> shards;
  std::set<std::string> names;
  for (const json::Member& member : *map->object()) {
    if (!member.value.string() || !is_plain_name(*member.value.string()))
      return wrong(Errc::bad_data, index.string() + ": tensor " + json::quoted(member.key.substr(0, 200)) +
                                       " is not in a file of this folder");
    shards[member.key] = *member.value.string();
    names.insert(*member.value.string());
  }
  for (const std::string& name : names)
    if (const auto added = add_file(index.parent_path() / name, &shards); !added) return added;
  for (const auto& [tensor, file] : shards)
    if (!tensors_.contains(tensor))
      return wrong(Errc::bad_data, (index.parent_path() / file).string() + ": tensor " +
                                       json::quoted(tensor.substr(0, 200)) + " is missing, which the index lists here");
  return {};
}

Result<void> Checkpoint::check(const std::filesystem::path& folder) const {
  std::set<std::string> expected;
  for (const NamedShape& wanted : tensors_of(config_)) {
    expected.insert(wanted.name);
    const auto found = tensors_.find(wanted.name);
    if (found == tensors_.end())
      return wrong(Errc::bad_data, folder.string() + ": tensor \"" + wanted.name + "\" is missing");
    if (found->second.shape != wanted.shape)
      return wrong(Errc::bad_data, folder.string() + ": tensor \"" + wanted.name + "\" is " +
                                       shape_text(found->second.shape) + ", config.json makes it " +
                                       shape_text(wanted.shape));
  }
  for (const auto& [name, tensor] : tensors_)
    if (!expected.contains(name))
      return wrong(Errc::bad_data, folder.string() + ": tensor " + json::quoted(name.substr(0, 200)) +
                                       " is surplus: no part of a model with this config.json");
  return {};
}

Result<Checkpoint> Checkpoint::open(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    return wrong(Errc::not_found, folder.string() + ": no such folder");
  auto config = read_model_config(folder);
  if (!config) return tl::unexpected(config.error());
  Checkpoint checkpoint;
  checkpoint.config_ = std::move(*config);
  const auto single = folder / "model.safetensors", index = folder / "model.safetensors.index.json";
  Result<void> added;
  if (std::filesystem::exists(single, ignored)) {
    added = checkpoint.add_file(single, nullptr);
  } else if (std::filesystem::exists(index, ignored)) {
    added = checkpoint.add_shards(index);
  } else {
    added = wrong(Errc::not_found,
                  folder.string() + ": neither model.safetensors nor model.safetensors.index.json is here");
  }
  if (!added) return tl::unexpected(added.error());
  if (const auto checked = checkpoint.check(folder); !checked) return tl::unexpected(checked.error());
  // Norms may be kept wider than the rest: the embedding is the rest.
  if (!checkpoint.config_.torch_dtype)
    checkpoint.config_.torch_dtype = checkpoint.tensor("model.embed_tokens.weight").type;
  return checkpoint;
}

}  // namespace assay::engine

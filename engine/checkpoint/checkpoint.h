#pragma once
/// A model's folder on disk: its configuration, and its weights, mapped and checked against that.
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/checkpoint/mapped_file.h"
#include "engine/checkpoint/model_config.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/error.h"

namespace assay::engine {

/// Holds every tensor of its configuration, with its shape, and no other. Its views live as long as it does.
class Checkpoint {
 public:
  /// Reads `model.safetensors`, or the shards that `model.safetensors.index.json` lists.
  /// @return an error that names the file, or the tensor that is missing, surplus, misshapen or in another shard than
  /// the index says.
  [[nodiscard]] static Result<Checkpoint> open(const std::filesystem::path& folder);

  [[nodiscard]] const ModelConfig& config() const { return config_; }
  /// `name` is one of tensors_of(config()).
  [[nodiscard]] const TensorView& tensor(const std::string& name) const { return tensors_.at(name); }
  [[nodiscard]] const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  [[nodiscard]] std::size_t files() const { return files_.size(); }
  /// Of the files with weights, and of their index where there is one.
  [[nodiscard]] const std::vector<std::filesystem::path>& paths() const { return paths_; }
  [[nodiscard]] std::uint64_t bytes() const;  ///< of the weights

 private:
  Result<void> add_file(const std::filesystem::path& file, const std::map<std::string, std::string>* shards);
  Result<void> add_shards(const std::filesystem::path& index);
  Result<void> check(const std::filesystem::path& folder) const;

  ModelConfig config_;
  std::vector<MappedFile> files_;
  std::vector<std::filesystem::path> paths_;
  std::map<std::string, TensorView> tensors_;
};

/// Writes a folder that open() reads. `tensor` gives the view of each name of tensors_of(config), when its turn comes;
/// it may reuse the memory for the next. Shards of at most `shard_bytes` (one tensor at least), or one file. Each file
/// is written beside its name and moved there when it is whole, the configuration last.
[[nodiscard]] Result<void> save_checkpoint(const std::filesystem::path& folder, const ModelConfig& config,
                                           const std::function<TensorView(const std::string& name)>& tensor,
                                           std::uint64_t shard_bytes = 5'000'000'000);

}  // namespace assay::engine

#pragma once
/// What the `tokenizers` package gave (reference.py), and whether the engine's tokenizer gives the same.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace assay::tests {

struct Disagreements {
  std::size_t cases = 0;
  std::vector<std::string> told;  ///< the first few, a line each
  std::size_t count = 0;
};

/// Encodes and decodes each line of `cases` with the model in `model`. A file or model that cannot be read is told too.
Disagreements compare_with_package(const std::filesystem::path& model, const std::filesystem::path& cases);

}  // namespace assay::tests

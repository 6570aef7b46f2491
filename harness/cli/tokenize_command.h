#pragma once
/// `assay model tokenize` and `assay model detokenize`: a model's tokenizer by itself, JSON lines in and out.
#include <string>

namespace CLI {
class App;
}

namespace assay::harness {

struct TokenizeOptions {
  std::string model;     ///< a Hugging Face model folder
  std::string in = "-";  ///< JSON lines; "-": standard input
  bool skip_special = false;
};

/// Each adds its subcommand to `model`; parsing fills `options`, which must outlive it.
CLI::App* add_tokenize(CLI::App& model, TokenizeOptions& options);
CLI::App* add_detokenize(CLI::App& model, TokenizeOptions& options);
/// Each returns the process's exit code.
[[nodiscard]] int run_tokenize(const TokenizeOptions& options);
[[nodiscard]] int run_detokenize(const TokenizeOptions& options);

}  // namespace assay::harness

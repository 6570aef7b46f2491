/// How fast a model's tokenizer is, on one core: megabytes of text a second.
///
///   bench/tokenizer MODEL_FOLDER [TEXT_FILE]
///
/// Without a file the text is this project's own sources. The best of five rounds counts; the first warms up.
#include "engine/tokenizer/tokenizer.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace assay::engine;
namespace fs = std::filesystem;

constexpr int rounds = 6;
constexpr double megabyte = 1e6;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string own_sources() {
  std::string text;
  for (const char* folder : {"sandbox", "harness", "datasets", "reports", "docs"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ASSAY_BENCH_DIR).parent_path() / folder))
      if (entry.is_regular_file()) text += content(entry.path());
  return text;
}

template <class Call>
double best_seconds(const Call& call) {
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    if (round > 0) best = std::min(best, taken.count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"megabytes of text that a model's tokenizer encodes and decodes a second"};
  std::string model, file;
  app.add_option("model", model, "a Hugging Face model folder")->required();
  app.add_option("text", file, "a file of UTF-8 (default: this project's sources)");
  CLI11_PARSE(app, argc, argv);
  const auto tokenizer = Tokenizer::load(model);
  if (!tokenizer) {
    fmt::print(stderr, "{}\n", tokenizer.error().message);
    return 1;
  }
  const std::string text = file.empty() ? own_sources() : content(file);
  const auto ids = tokenizer->encode(text);
  if (!ids) {
    fmt::print(stderr, "{}\n", ids.error().message);
    return 1;
  }
  const double megabytes = static_cast<double>(text.size()) / megabyte;
  std::size_t kept = 0;
  const double encoding = best_seconds([&] { kept += tokenizer->encode(text)->size(); });
  const double decoding = best_seconds([&] { kept += tokenizer->decode(*ids).size(); });
  fmt::print("tokenizer_text_mb {:.2f}\n", megabytes);
  fmt::print("tokenizer_bytes_a_token {:.3f}\n",
             static_cast<double>(text.size()) / static_cast<double>(std::max<std::size_t>(1, ids->size())));
  fmt::print("tokenizer_encode_mb_per_s {:.1f}\n", megabytes / encoding);
  fmt::print("tokenizer_decode_mb_per_s {:.1f}\n", megabytes / decoding);
  return kept == 0 ? 1 : 0;
}

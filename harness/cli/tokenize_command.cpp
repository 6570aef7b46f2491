#include "harness/cli/tokenize_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "engine/text/json.h"
#include "engine/tokenizer/tokenizer.h"
#include "harness/cli/failure.h"
#include "harness/cli/model_folder.h"
#include "harness/errors.h"
#include "harness/line_file.h"

namespace assay::harness {
namespace {

namespace json = engine::json;

/// One line in, one line out; what is wrong with the line as an engine's error without its place.
using Convert = std::function<engine::Result<std::string>(const engine::Tokenizer&, const json::Value&)>;

tl::unexpected<engine::Error> wrong(std::string what) {
  return tl::unexpected(engine::Error{engine::Errc::bad_data, std::move(what)});
}

engine::Result<std::string> tokenized(const engine::Tokenizer& tokenizer, const json::Value& line) {
  const json::Value* text = line.object() ? line.find("text") : &line;
  if (!text || !text->string()) return wrong("no text; a line is {\"text\": \"…\"}");
  const auto ids = tokenizer.encode(*text->string());
  if (!ids) return tl::unexpected(ids.error());
  return fmt::format("{{\"ids\": [{}]}}", fmt::join(*ids, ", "));
}

engine::Result<std::string> detokenized(const engine::Tokenizer& tokenizer, const json::Value& line,
                                        engine::SpecialTokens special) {
  const json::Value* list = line.object() ? line.find("ids") : &line;
  if (!list || !list->array()) return wrong("no ids; a line is {\"ids\": [1, 2, …]}");
  std::vector<engine::TokenId> ids;
  ids.reserve(list->array()->size());
  for (const json::Value& one : *list->array()) {
    const auto id = one.integer(engine::most_token_id);
    if (!id)
      return wrong(
          fmt::format("item {} is no id: ids are whole numbers from 0 to {}", ids.size(), engine::most_token_id));
    ids.push_back(*id);
  }
  return fmt::format("{{\"text\": {}}}", json::quoted(tokenizer.decode(ids, special)));
}

int convert_lines(const TokenizeOptions& options, const Convert& convert) {
  if (const auto there = is_model_folder(options.model); !there) return fail(there.error());
  const auto tokenizer = engine::Tokenizer::load(options.model);
  if (!tokenizer) return fail(of_engine(tokenizer.error()));
  if (const std::size_t missing = tokenizer->bytes_missing(); missing > 0)
    warn(fmt::format("{}: {} of the 256 bytes are no token of this vocabulary; text that has them loses them",
                     options.model, missing));
  auto file = LineFile::open(options.in == "-" ? "/dev/stdin" : options.in);
  if (!file) return fail(file.error());
  for (;;) {
    const auto line = file->next();
    if (!line) return fail(line.error());
    if (!*line) break;
    if ((*line)->find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = fmt::format("{}:{}", options.in == "-" ? "standard input" : options.in, file->line());
    const auto value = json::parse(**line, place);
    if (!value) return fail(of_engine(value.error()));
    const auto converted = convert(*tokenizer, *value);
    if (!converted) return fail({of_engine(converted.error()).code, place + ": " + converted.error().message});
    fmt::print("{}\n", *converted);
  }
  return 0;
}

CLI::App* add(CLI::App& model, TokenizeOptions& options, const char* name, const char* help) {
  CLI::App* command = model.add_subcommand(name, help);
  command->add_option("model", options.model, "a Hugging Face model folder")->type_name("DIR")->required();
  command->add_option("--in", options.in, "JSON lines, gzip or not; - is standard input")
      ->type_name("FILE")
      ->capture_default_str();
  return command;
}

}  // namespace

CLI::App* add_tokenize(CLI::App& model, TokenizeOptions& options) {
  CLI::App* command = add(model, options, "tokenize", "Texts to token ids");
  command->footer(
      "In: {\"text\": \"…\"} a line, or the string alone. Out: {\"ids\": [1, 2, …]} a line. Nothing is added that the "
      "text\n"
      "does not hold; added tokens in it (\"<|im_end|>\") become their ids.\n\n"
      "Example:\n"
      "  echo '{\"text\": \"def f(x):\"}' | assay model tokenize DiffuCoder-7B-Instruct");
  return command;
}

CLI::App* add_detokenize(CLI::App& model, TokenizeOptions& options) {
  CLI::App* command = add(model, options, "detokenize", "Token ids to texts");
  command->add_flag("--skip-special-tokens", options.skip_special, "leave special tokens out");
  command->footer(
      "In: {\"ids\": [1, 2, …]} a line, or the list alone. Out: {\"text\": \"…\"} a line. Bytes that are no UTF-8 "
      "become\n"
      "U+FFFD; ids that are no token are left out.\n\n"
      "Example:\n"
      "  echo '{\"ids\": [750, 282]}' | assay model detokenize DiffuCoder-7B-Instruct");
  return command;
}

int run_tokenize(const TokenizeOptions& options) { return convert_lines(options, tokenized); }

int run_detokenize(const TokenizeOptions& options) {
  const auto special = options.skip_special ? engine::SpecialTokens::skip : engine::SpecialTokens::keep;
  return convert_lines(options, [special](const engine::Tokenizer& tokenizer, const json::Value& line) {
    return detokenized(tokenizer, line, special);
  });
}

}  // namespace assay::harness

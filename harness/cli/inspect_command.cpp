#include "harness/cli/inspect_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <span>
#include <vector>

#include "engine/checkpoint/checkpoint.h"
#include "engine/text/json.h"
#include "engine/text/model_file.h"
#include "engine/tokenizer/tokenizer.h"
#include "harness/cli/failure.h"
#include "harness/cli/model_folder.h"
#include "harness/cli/option_values.h"
#include "harness/errors.h"
#include "harness/generation/end_tokens.h"
#include "harness/generation/engine_library.h"

namespace assay::harness {
namespace {

namespace json = engine::json;

using Rows = std::vector<std::vector<std::int64_t>>;

Result<Rows> read_rows(const std::string& file) {
  constexpr std::uint64_t most_bytes = 256U << 20;
  const std::string name = file == "-" ? "standard input" : file;
  const auto text = engine::read_model_file(file == "-" ? "/dev/stdin" : file, most_bytes);
  if (!text) return tl::unexpected(of_engine(text.error()));
  const auto value = json::parse(*text, name);
  if (!value) return tl::unexpected(of_engine(value.error()));
  const auto wrong = [&](const std::string& what) { return tl::unexpected(Error{Errc::bad_data, name + ": " + what}); };
  if (!value->array()) return wrong("not a JSON array of arrays of token ids, as in [[1, 2], [3]]");
  Rows rows;
  for (const json::Value& row : *value->array()) {
    if (!row.array()) return wrong(fmt::format("row {} is no array of token ids", rows.size()));
    rows.emplace_back();
    for (const json::Value& one : *row.array()) {
      const auto id = one.integer(engine::most_token_id);
      if (!id) return wrong(fmt::format("row {}, item {} is no token id", rows.size() - 1, rows.back().size()));
      rows.back().push_back(*id);
    }
  }
  return rows;
}

/// JSON has no word for what a broken model may give: null.
std::string position_text(std::span<const float> logits) {
  std::string text = "[";
  for (const float one : logits)
    fmt::format_to(std::back_inserter(text), "{}{}", text.size() > 1 ? ", " : "",
                   std::isfinite(one) ? fmt::to_string(one) : "null");
  return text + "]";
}

/// JSON that is spread over lines: no string of its holds a line's end as it is.
std::string one_line(std::string_view json) {
  std::string text;
  for (std::size_t at = 0; at < json.size();) {
    const std::size_t end = std::min(json.find('\n', at), json.size());
    text += json.substr(at, end - at);
    at = std::min(json.find_first_not_of("\n ", end), json.size());
    if (at < json.size() && !text.empty() && text.back() == ',') text += ' ';
  }
  return text;
}

/// "1.5 GB"
std::string size_text(std::uint64_t bytes) {
  constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  double size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= 1000 && unit + 1 < std::size(units); ++unit) size /= 1000;
  return fmt::format("{:.{}f} {}", size, unit == 0 ? 0 : 1, units[unit]);
}

/// "float32", or "bfloat16, float32" where the files hold several.
std::string types_of(const engine::Checkpoint& checkpoint) {
  std::string text;
  for (const auto& row : engine::number_types) {
    for (const auto& [name, tensor] : checkpoint.tensors()) {
      if (tensor.type != row.type) continue;
      text += (text.empty() ? "" : ", ") + std::string(row.torch_name);
      break;
    }
  }
  return text;
}

CLI::App* add(CLI::App& model, InspectOptions& options, const char* name, const char* help) {
  CLI::App* command = model.add_subcommand(name, help);
  command->add_option("model", options.model, "a Hugging Face model folder")->type_name("DIR")->required();
  return command;
}

void add_ids(CLI::App& command, InspectOptions& options) {
  command.add_option("--ids", options.ids, "a JSON array of arrays of token ids; - is standard input")
      ->type_name("FILE")
      ->required();
  add_engine_flags(command, options.engine);
}

}  // namespace

CLI::App* add_info(CLI::App& model, InspectOptions& options) {
  CLI::App* command = add(model, options, "info", "What a checkpoint holds, after every check that loading makes");
  command->add_flag("--json", options.json, "print one JSON object");
  command->footer(
      "Reads the files' headers and sizes, not the weights; needs no LibTorch.\n\nExample:\n"
      "  assay model info DiffuCoder-7B-Instruct");
  return command;
}

CLI::App* add_logits(CLI::App& model, InspectOptions& options) {
  CLI::App* command = add(model, options, "logits", "Token ids to logits: unshifted, float32");
  add_ids(*command, options);
  command->footer(
      "In: an array of arrays of ids, of unequal lengths. Out: an array; for each row its [n][vocab] logits.\n\n"
      "Example:\n  echo '[[1, 2, 3], [4]]' | assay model logits DIR --ids -");
  return command;
}

CLI::App* add_trace(CLI::App& model, InspectOptions& options) {
  CLI::App* command = add(model, options, "trace", "Prompts as token ids to decodings, step by step");
  add_ids(*command, options);
  command->add_option("--batch-size", options.batch, "rows decoded together")
      ->capture_default_str()
      ->check(in_range(std::size_t{1}, std::size_t{1} << 16));
  command->add_flag("--confidence", options.confidence, "write the confidence of each fill too");
  add_decoding_flags(*command, options.decoding);
  command->footer(
      "Out: a JSON object a row, a line each, in the rows' order: the positions that each step filled and their\n"
      "tokens. Positions count from the row's first id.\n\n"
      "Example:\n  echo '[[1, 2, 3]]' | assay model trace DIR --ids - --alg entropy --steps 24 --max-new-tokens 24");
  return command;
}

int run_info(const InspectOptions& options) {
  if (const auto there = is_model_folder(options.model); !there) return fail(there.error());
  const auto checkpoint = engine::Checkpoint::open(options.model);
  if (!checkpoint) return fail(of_engine(checkpoint.error()));
  const engine::ModelConfig& config = checkpoint->config();
  const auto tokenizer = engine::Tokenizer::load(options.model);
  if (!tokenizer && tokenizer.error().code != engine::Errc::not_found) return fail(of_engine(tokenizer.error()));
  if (tokenizer && tokenizer->end() > config.vocab_size)
    return fail(
        {Errc::bad_data, fmt::format("{}: the tokenizer's ids reach {}, the model's vocabulary has {}: they are of two "
                                     "models",
                                     options.model, tokenizer->end() - 1, config.vocab_size)});
  if (options.json) {
    fmt::print(
        "{{\"model\": {}, \"parameters\": {}, \"bytes\": {}, \"files\": {}, \"types\": {}, \"tokenizer\": {}, "
        "\"config\": {}}}\n",
        json::quoted(options.model), config.parameters(), checkpoint->bytes(), checkpoint->files(),
        json::quoted(types_of(*checkpoint)), tokenizer ? std::to_string(tokenizer->end()) : "null",
        one_line(engine::model_config_json(config)));
    return 0;
  }
  fmt::print("architecture      Dream\nparameters        {:.1f} million in {} tensors\n",
             static_cast<double>(config.parameters()) / 1e6, checkpoint->tensors().size());
  fmt::print("weights           {} as {}, in {} file{}\n", size_text(checkpoint->bytes()), types_of(*checkpoint),
             checkpoint->files(), checkpoint->files() == 1 ? "" : "s");
  fmt::print("layers            {} of hidden size {}, intermediate size {}\n", config.num_hidden_layers,
             config.hidden_size, config.intermediate_size);
  fmt::print("attention         {} heads of {}, {} for keys and values\n", config.num_attention_heads,
             config.head_size(), config.num_key_value_heads);
  fmt::print("vocabulary        {}{}\n", config.vocab_size, config.tie_word_embeddings ? ", tied to the head" : "");
  fmt::print("context           {} positions, rope_theta {}\n", config.max_position_embeddings, config.rope_theta);
  fmt::print("tokens            mask {}, pad {}, end {}\n", config.mask_token_id,
             config.pad_token_id < 0 ? "none" : std::to_string(config.pad_token_id),
             config.eos_token_id.empty() ? "none" : fmt::format("{}", fmt::join(config.eos_token_id, ", ")));
  fmt::print("tokenizer         {}\n", tokenizer ? fmt::format("{} ids", tokenizer->end()) : "none in this folder");
  return 0;
}

int run_logits(const InspectOptions& options) {
  const auto rows = read_rows(options.ids);
  if (!rows) return fail(rows.error());
  const auto model = open_engine(options.model, engine_of(options.engine));
  if (!model) return fail(model.error());
  const auto vocabulary = static_cast<std::size_t>((*model)->config().vocab_size);
  for (std::size_t i = 0; i < rows->size(); ++i) {  // one at a time: a row's logits may take gigabytes
    const auto logits = (*model)->logits(std::span(*rows).subspan(i, 1));
    if (!logits) return fail({of_engine(logits.error()).code, fmt::format("row {}: {}", i, logits.error().message)});
    const std::vector<float>& numbers = logits->front();
    fmt::print("{}", i == 0 ? "[[" : ",\n[");
    for (std::size_t at = 0; at < numbers.size(); at += vocabulary)
      fmt::print("{}{}", at == 0 ? "" : ",\n ", position_text(std::span(numbers).subspan(at, vocabulary)));
    fmt::print("]");
  }
  fmt::print("{}", rows->empty() ? "[]\n" : "]\n");
  return 0;
}

int run_trace(const InspectOptions& options) {
  const auto rows = read_rows(options.ids);
  if (!rows) return fail(rows.error());
  const auto decoding = decoding_of(options.decoding);
  if (!decoding) return fail(decoding.error());
  const auto model = open_engine(options.model, engine_of(options.engine));
  if (!model) return fail(model.error());
  const auto tokenizer = engine::Tokenizer::load(options.model);  // ids are enough: it may be absent
  const std::vector<std::int64_t> ends =
      tokenizer ? end_tokens((*model)->config(), *tokenizer) : (*model)->config().eos_token_id;
  const auto batch = (*model)->decode(*decoding, options.batch, ends);
  if (!batch) return fail(of_engine(batch.error()));
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const engine::SampleKey key{decoding->seed, engine::problem_key(std::to_string(i)), 0};
    if (const auto queued = (*batch)->submit({i, (*rows)[i], key}); !queued)
      return fail({of_engine(queued.error()).code, fmt::format("row {}: {}", i, queued.error().message)});
  }
  std::vector<engine::Trace> traces(rows->size());
  while ((*batch)->unfinished() > 0) {
    auto finished = (*batch)->advance();
    if (!finished) return fail(of_engine(finished.error()));
    for (engine::FinishedRow& row : *finished) traces.at(row.id) = std::move(row.trace);
  }
  const auto confidence = options.confidence ? engine::Confidence::written : engine::Confidence::omitted;
  for (std::size_t i = 0; i < traces.size(); ++i)
    fmt::print("{{\"task_id\": \"{}\", \"sample_id\": 0, {}}}\n", i,
               engine::trace_members(traces[i], *decoding, ends, confidence));
  return 0;
}

}  // namespace assay::harness

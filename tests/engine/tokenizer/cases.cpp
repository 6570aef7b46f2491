#include "tests/engine/tokenizer/cases.h"

#include <fstream>

#include "engine/text/json.h"
#include "engine/tokenizer/tokenizer.h"

namespace assay::tests {
namespace {

using engine::SpecialTokens, engine::TokenId;

struct Case {
  std::string text, decoded, skipped;
  std::vector<TokenId> ids;
};

Case case_of(const std::string& line) {
  const auto row = engine::json::parse(line, "cases");
  if (!row) return {row.error().message, {}, {}, {-1}};
  const auto text = [&](const char* key, const std::string& otherwise) {
    const auto* value = row->find(key);
    return value ? *value->string() : otherwise;
  };
  Case one;
  one.text = text("text", "");
  one.decoded = text("decoded", one.text);
  one.skipped = text("skipped", one.decoded);
  for (const auto& id : *row->find("ids")->array()) one.ids.push_back(*id.integer(engine::most_token_id));
  return one;
}

std::string difference(const engine::Tokenizer& tokenizer, const Case& one) {
  const auto ids = tokenizer.encode(one.text);
  if (!ids) return ids.error().message;
  if (*ids != one.ids) return "other ids";
  if (tokenizer.decode(*ids) != one.decoded) return "decoded otherwise";
  if (tokenizer.decode(*ids, SpecialTokens::skip) != one.skipped) return "decoded otherwise without special tokens";
  return {};
}

}  // namespace

Disagreements compare_with_package(const std::filesystem::path& model, const std::filesystem::path& cases) {
  constexpr std::size_t most_told = 5;
  Disagreements found;
  const auto tell = [&](std::string what) {
    ++found.count;
    if (found.told.size() < most_told) found.told.push_back(std::move(what));
  };
  const auto tokenizer = engine::Tokenizer::load(model);
  if (!tokenizer) {
    tell(tokenizer.error().message);
    return found;
  }
  std::ifstream file(cases);
  for (std::string line; std::getline(file, line); ++found.cases) {
    const Case one = case_of(line);
    if (const std::string what = difference(*tokenizer, one); !what.empty())
      tell(what + ": " + engine::json::quoted(one.text).substr(0, 300));
  }
  return found;
}

}  // namespace assay::tests

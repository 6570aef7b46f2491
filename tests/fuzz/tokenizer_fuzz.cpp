/// A model's tokenizer files, which anyone may have written, and the text that they are used on.
///
/// Input: a byte that says what the rest is; for a tokenizer.json, two bytes for its length, it, and a text. Where a
/// tokenizer comes of it, ids and texts must be whole.
#include <algorithm>
#include <cstdint>
#include <string>

#include "engine/prompt/chat_template.h"
#include "engine/prompt/prompt.h"
#include "engine/text/utf8.h"
#include "engine/tokenizer/tokenizer.h"
#include "engine/tokenizer/unicode/normalization.h"
#include "tests/fuzz/require.h"

using namespace assay::engine;

using assay::tests::require;
using assay::tests::require_one_line;

namespace {

void use(const Tokenizer& tokenizer, std::string_view text) {
  const auto ids = tokenizer.encode(text);
  if (!ids) return require_one_line(ids.error().message);
  for (const TokenId id : *ids) require(id >= 0 && id < tokenizer.end());
  require(unicode::first_invalid(tokenizer.decode(*ids)) == std::string_view::npos);
}

void read_as_tokenizer(std::string_view json, std::string_view text) {
  const auto parts = parse_tokenizer_json(json, "t.json");
  if (!parts) return require_one_line(parts.error().message);
  const auto tokenizer = Tokenizer::make(*parts);
  if (!tokenizer) return require_one_line(tokenizer.error().message);
  use(*tokenizer, text);
}

/// The patterns scanned by hand cut all of a text, and NFC of it is NFC.
void read_as_text(std::string_view text) {
  if (unicode::first_invalid(text) != std::string_view::npos) return;
  const std::string composed = unicode::nfc(text);
  require(unicode::nfc(composed) == composed);
  for (const auto expression : {qwen2_pattern, llama3_pattern, gpt2_pattern}) {
    const auto pattern = Pattern::make(expression);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = (*pattern)->word_end(text, at);
      require(end && *end > at && *end <= text.size());
      at = *end;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view content(reinterpret_cast<const char*>(data) + 3, size - 3);
  if (data[0] % 3 == 0) {
    const std::size_t length = std::min<std::size_t>(data[1] + 256U * data[2], content.size());
    read_as_tokenizer(content.substr(0, length), content.substr(length));
  } else if (data[0] % 3 == 1) {
    read_as_text(content);
  } else {
    if (const auto chat = parse_chat_template(content, "t"); !chat) require_one_line(chat.error().message);
    if (const auto made = PromptTemplate::parse(content, "t"); made) (void)made->fill("problem", "f");
  }
  return 0;
}

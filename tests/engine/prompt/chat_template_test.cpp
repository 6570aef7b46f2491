#include "engine/prompt/chat_template.h"

#include "engine/tokenizer/json.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

using namespace assay;
using namespace assay::engine;

namespace {

const std::string turns =
    R"({% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %})";
const std::string with_system =
    R"({% if messages[0]['role'] == 'system' %}{{ '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }})"
    R"({% else %}{{ '<|im_start|>system\nYou are kind.<|im_end|>\n' }}{% endif %})";

}  // namespace

TEST_CASE("ChatML is recognized, with what its template says by default", "[prompt]") {
  const auto plain = parse_chat_template(turns, "t");
  REQUIRE(plain);
  CHECK(plain->system == std::nullopt);
  CHECK(plain->turn("q", "a") == "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na");
  const auto kind = parse_chat_template(with_system + turns, "t");
  REQUIRE(kind);
  CHECK(kind->system == "You are kind.");
  CHECK(kind->turn("q", "a") ==
        "<|im_start|>system\nYou are kind.<|im_end|>\n<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na");
  const auto line_end = parse_chat_template("{{ '<|im_start|>system\nBe brief.<|im_end|>\n' }}" + turns, "t");
  REQUIRE(line_end);
  CHECK(line_end->system == "Be brief.");
}

TEST_CASE("another template is refused, and the message says why and what to do", "[prompt]") {
  struct Row {
    std::string jinja, why;
  };
  const auto row = GENERATE(values<Row>({
      {"{{ '[INST] ' + message['content'] }}", "its turns are Llama 2's or Mistral's"},
      {"<|start_header_id|>", "its turns are Llama 3's"},
      {"{{ bos_token }}" + turns, "it begins with a token of its own"},
      {turns + "<think>", "it puts thoughts into the assistant's turns"},
      {"{{ '<|im_start|>' + message['role'] + message['content'] | trim }}<|im_end|>", "it trims the texts"},
      {"", "no turn is written as <|im_start|>, role, text, <|im_end|>"},
  }));
  CAPTURE(row.jinja);
  const auto parsed = parse_chat_template(row.jinja, "t");
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().code == Errc::unsupported);
  CHECK(parsed.error().message == "t: the chat template is not plain ChatML: " + row.why + "; give --template FILE");
}

TEST_CASE("the template lies in a file of its own, or in tokenizer_config.json", "[prompt]") {
  const tests::TemporaryFolder folder;
  CHECK(read_chat_template(folder.path()).error().code == Errc::not_found);
  const auto config = [&](const std::string& value) {
    tests::write_file(folder / "tokenizer_config.json", "{\"chat_template\": " + value + "}");
  };
  config("null");
  CHECK(read_chat_template(folder.path()).error().code == Errc::not_found);
  config("3");
  CHECK(read_chat_template(folder.path()).error().code == Errc::bad_data);
  config(json::quoted(turns));
  CHECK(read_chat_template(folder.path()));
  config(R"([{"name": "tools", "template": "x"}, {"name": "default", "template": )" +
         json::quoted(with_system + turns) + "}]");
  REQUIRE(read_chat_template(folder.path()));
  CHECK(read_chat_template(folder.path())->system == "You are kind.");
  tests::write_file(folder / "chat_template.jinja", turns);
  REQUIRE(read_chat_template(folder.path()));
  CHECK(read_chat_template(folder.path())->system == std::nullopt);
}

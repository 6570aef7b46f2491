#include "engine/prompt/chat_template.h"

#include "engine/text/json.h"
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

/// As Qwen2.5's models have it, and those made of them.
const std::string qwen = R"({%- if tools %}
    {{- '<|im_start|>system\n' }}
    {%- if messages[0]['role'] == 'system' %}
        {{- messages[0]['content'] }}
    {%- else %}
        {{- 'You are SYSTEM.' }}
    {%- endif %}
    {{- "\n\n# Tools\n\nwithin <tools></tools> XML tags:\n<tools>" }}
    {%- for tool in tools %}
        {{- "\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\n</tools><|im_end|>\n" }}
{%- else %}
    {%- if messages[0]['role'] == 'system' %}
        {{- '<|im_start|>system\n' + messages[0]['content'] + '<|im_end|>\n' }}
    {%- else %}
        {{- '<|im_start|>system\nYou are SYSTEM.<|im_end|>\n' }}
    {%- endif %}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
        {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {{- '<|im_start|>' + message.role }}
        {%- if message.content %}
            {{- '\n' + message.content }}
        {%- endif %}
        {%- for tool_call in message.tool_calls %}
            {%- if tool_call.function is defined %}
                {%- set tool_call = tool_call.function %}
            {%- endif %}
            {{- '\n<tool_call>\n{"name": "' }}
            {{- tool_call.name }}
            {{- '", "arguments": ' }}
            {{- tool_call.arguments | tojson }}
            {{- '}\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\n' }}
    {%- elif message.role == "tool" %}
        {%- if (loop.index0 == 0) or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\n<tool_response>\n' }}
        {{- message.content }}
        {{- '\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %}
)";
/// As Qwen2's have it.
const std::string in_the_loop =
    R"({% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are SYSTEM.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %})";

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

TEST_CASE("what the system says is what the template writes, however it does that", "[prompt]") {
  struct Row {
    const char* what;
    std::string jinja;
    std::optional<std::string> system;
  };
  const auto row = GENERATE(values<Row>({
      {"Qwen2.5", qwen, "You are SYSTEM."},
      {"Qwen2", in_the_loop, "You are SYSTEM."},
      {"a variable",
       R"({% set default_system = 'You are X.' %}{% if messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n' + default_system + '<|im_end|>\n' }}{% endif %})" +
           turns,
       "You are X."},
      {"double quotes and an apostrophe", R"({{ "<|im_start|>system\nYou're helpful.<|im_end|>\n" }})" + turns,
       "You're helpful."},
      {"escapes", R"({{ '<|im_start|>system\nYou\'re \\ "it".\n<|im_end|>\n' }})" + turns, "You're \\ \"it\".\n"},
      {"a condition's value",
       R"({% set system = messages[0].content | trimmed if messages[0].role == "system" else 'Yes.' %}{{ '<|im_start|>system\n' ~ system ~ '<|im_end|>\n' }})" +
           turns,
       "Yes."},
      {"a turn of tools alone",
       "{% if tools is defined and tools is not none %}{{ '<|im_start|>system\\nX' }}{% endif %}" + turns,
       std::nullopt},
      {"only for a conversation that brings one",
       R"({% if messages[0].role == 'system' %}{{ '<|im_start|>system\n' + messages[0].content | trimmed }}{% set rest = messages[1:] %}{% else %}{% set rest = messages %}{% endif %}{% for m in rest %}{{ "<|im_start|>" + m.role + "\n" + m.content + "<|im_end|>\n" }}{% endfor %})",
       std::nullopt},
      {"marks outside of texts, and a line's end behind a value, which stays",
       "{% for m in messages %}\n  {% if m['role'] in ['user', 'system'] %}\n<|im_start|>{{ m['role'] }}\n{{ "
       "m['content'] "
       "}}<|im_end|>\n  {% endif %}\n{% endfor %}\n{# the answer #}\n{% if add_generation_prompt "
       "%}\n<|im_start|>assistant\n\n{%- endif %}{{ '\\n' }}",
       std::nullopt},
  }));
  CAPTURE(row.what);
  const auto parsed = parse_chat_template(row.jinja, "t");
  if (!parsed) FAIL(parsed.error().message);
  CHECK(parsed->system == row.system);
}

TEST_CASE("another template is refused, and the message says why and what to do", "[prompt]") {
  struct Row {
    std::string jinja, why;
  };
  const auto row = GENERATE(values<Row>({
      {"{{ '[INST] ' + message['content'] }}", "its turns are Llama 2's or Mistral's"},
      {"<|start_header_id|>", "its turns are Llama 3's"},
      {"{{ bos_token }}" + turns, "its Jinja has the tokenizer's \"bos_token\", which is not understood here"},
      {turns + "<think>", "it puts thoughts into the assistant's turns"},
      {"{{ '<|im_start|>' + messages[0]['role'] + messages[0]['content'] | trim }}<|im_end|>",
       "its Jinja has the filter \"trim\", which is not understood here"},
      {"", "no turn is written as <|im_start|>, role, text, <|im_end|>"},
      {"{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + ' /no_think<|im_end|>\\n' }}{% "
       "endfor %}",
       "the text of a turn is not followed by <|im_end|> and a line's end alone"},
      {"{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' }}{% endfor %}",
       "the text of a turn is not followed by <|im_end|> and a line's end alone"},
      {"{% for m in messages %}{% if m.role == 'user' %}{{ '<|im_start|>user\\nQ: ' + m.content + '<|im_end|>\\n' }}{% "
       "else "
       "%}" +
           turns + "{% endif %}{% endfor %}",
       "no turn is written as <|im_start|>, role, text, <|im_end|>"},
      {turns + "{{ '<|im_start|>assistant' }}",
       "the answer begins with more than <|im_start|>assistant and a line's end"},
      {"{{ '<|im_start|>system\\nNo end.' }}" + turns,
       "the system's turn does not end with <|im_end|> and a line's end"},
      {"{{ '<|im_start|>system\\nToday is ' + strftime_now('%Y') + '<|im_end|>\\n' }}" + turns,
       "its Jinja has a call, which is not understood here"},
      {"{% set ns = namespace(x=1) %}" + turns, "its Jinja has a call, which is not understood here"},
      {"{% for m in messages %}{{ m.content | upper }}{% endfor %}",
       "its Jinja has the filter \"upper\", which is not understood here"},
      {"{% if 'def' in messages[0].content %}x{% endif %}" + turns,
       "its Jinja has a search in more than a short text, which is not understood here"},
      {"{% if messages[0].content == '' %}x{% endif %}" + turns,
       "its Jinja has a comparison with more than a short text, which is not understood here"},
      {"{% for m in messages %}{{ m.content.strip() }}{% endfor %}",
       "its Jinja has the member \"strip\", which is not understood here"},
      {"{% macro turn(m) %}{% endmacro %}" + turns,
       "its Jinja has the statement \"macro\", which is not understood here"},
      {"{% for m in messages if m.role %}{% endfor %}", "its Jinja has \"if m.role\", which is not understood here"},
      {"{% if tools", "its Jinja has a block that is not closed, which is not understood here"},
      {"{% if true %}" + turns, "its Jinja has an if that does not end, which is not understood here"},
      {"{{ " + std::string(200, '(') + "1" + std::string(200, ')') + " }}",
       "its Jinja has an expression of great depth, which is not understood here"},
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

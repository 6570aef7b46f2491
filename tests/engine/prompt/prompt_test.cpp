#include "engine/prompt/prompt.h"

#include "tests/catch.h"

using namespace assay::engine;

TEST_CASE("the base prompt is the problem with one line end, and the answer continues it", "[prompt]") {
  const Prompt prompt = base_prompt("\n  def f():\n    '''x'''\n\n");
  CHECK(prompt.text == "def f():\n    '''x'''\n");
  CHECK(prompt.continued);
}

TEST_CASE("EvalPlus's chat prompt ends in an open fence of Python", "[prompt]") {
  const Prompt prompt = chat_prompt({"You are kind."}, "def f():\n");
  CHECK_FALSE(prompt.continued);
  CHECK(prompt.text ==
        "<|im_start|>system\nYou are kind.<|im_end|>\n<|im_start|>user\n"
        "Please provide a self-contained Python script that solves the following problem in a markdown code block:\n"
        "```\ndef f():\n```\n<|im_end|>\n<|im_start|>assistant\n"
        "Below is a Python script with a self-contained function that solves the problem and passes corresponding "
        "tests:\n"
        "```python\n");
}

TEST_CASE("a server's chat is EvalPlus's OpenAI provider's", "[prompt]") {
  const ServerChat chat = server_chat("\n  def f():\n    pass\n\n");
  CHECK(chat.system == "You are a helpful assistant good at coding.");
  CHECK(chat.user ==
        "Please provide a self-contained Python script that solves the following problem in a markdown code block:\n"
        "```python\ndef f():\n    pass\n```");
}

TEST_CASE("DiffuCoder's instruct form is its own", "[prompt]") {
  CHECK(diffucoder_prompt("def f():\n").text ==
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n"
        "Please complete the following problem:\n```\ndef f():\n```\n<|im_end|>\n<|im_start|>assistant\n"
        "Here is the code to solve this problem:\n```python\n");
}

TEST_CASE("a template file is filled in, its other braces left alone", "[prompt]") {
  const auto made = PromptTemplate::parse("Write {{entry_point}}: {x}\n{{ prompt }}\n{{prompt}}", "t");
  REQUIRE(made);
  CHECK(made->fill(" def f(): {{prompt}}\n", "f").text == "Write f: {x}\ndef f(): {{prompt}}\ndef f(): {{prompt}}");
  CHECK_FALSE(made->fill("p", "f").continued);
}

TEST_CASE("a template file that cannot be filled in says why", "[prompt]") {
  const auto message = [](const char* text) { return PromptTemplate::parse(text, "t").error().message; };
  CHECK(message("no place") == "t: no {{prompt}} in it; write it where the problem goes");
  CHECK(message("{{prompt}} {{task}}") == "t: {{task}} is unknown; {{prompt}} and {{entry_point}} are filled in");
  CHECK(message("{{prompt") == "t: {{ without }}");
  CHECK(message("\xff") == "t: not UTF-8 at byte 0");
  CHECK(PromptTemplate::read("/nonexistent/t").error().code == Errc::not_found);
}

TEST_CASE("answers are cut where EvalPlus cuts them", "[prompt]") {
  struct Row {
    const char* what;
    Prompt prompt;
    const char* dataset;
    const char* answer;
    const char* cut;
  };
  const auto row = GENERATE(values<Row>({
      {"a chat's fence", {"", false}, "humaneval", "x = 1\n```\nmore", "x = 1"},
      {"but not in a continued program", {"", true}, "humaneval", "x = 1\n```\nmore", "x = 1\n```\nmore"},
      {"the next definition of HumanEval", {"", true}, "humaneval", "  return\ndef g", "  return"},
      {"which MBPP lets stand", {"", true}, "mbpp", "  return\ndef g\nassert x", "  return\ndef g"},
      {"the first of several", {"", false}, "mbpp", "a\nprint(1)<|endoftext|>", "a"},
      {"tabs become spaces", {"", false}, "mbpp", "\tx", "    x"},
  }));
  CAPTURE(row.what);
  CHECK(cut_answer(row.answer, stop_texts(row.prompt, row.dataset)) == row.cut);
}

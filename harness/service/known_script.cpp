#include "harness/service/known_script.h"

#include <algorithm>
#include <charconv>

#include "datasets/json_reader.h"
#include "datasets/python/tokens.h"
#include "harness/service/python_source.h"
#include "harness/service/request_json.h"

namespace assay::harness {
namespace {

/// The words of a statement, blanks and comments aside, joined: "rate=evaluate_code(code_snippet,test_cases)".
std::string words_of(std::string_view statement) {
  std::string words;
  for (const datasets::PythonToken& token : datasets::PythonTokens(statement)) {
    if (token.kind == datasets::PythonToken::Kind::newline) continue;
    words += token.text;
    words += ' ';
  }
  return words;
}

bool contains(std::string_view text, std::string_view what) { return text.find(what) != std::string_view::npos; }

/// What stands after `name =`, or nothing.
std::optional<std::string_view> assigned(std::string_view statement, std::string_view name) {
  if (!statement.starts_with(name)) return std::nullopt;
  statement.remove_prefix(name.size());
  while (!statement.empty() && statement.front() == ' ') statement.remove_prefix(1);
  if (!statement.starts_with('=') || statement.starts_with("==")) return std::nullopt;
  return statement.substr(1);
}

std::optional<std::vector<StreamCase>> stream_cases(std::string_view json) {
  std::size_t budget = 1 << 20;
  datasets::JsonReader reader(json, budget);
  const auto value = reader.value();
  const auto* list = value ? as_list(*value) : nullptr;
  if (list == nullptr || !reader.at_end()) return std::nullopt;
  std::vector<StreamCase> cases;
  for (const datasets::Value& each : *list) {
    if (as_object(each) == nullptr) return std::nullopt;
    std::vector<Flaw> flaws;
    Fields fields(each, {}, flaws);
    cases.push_back({fields.text("input"), fields.text("output")});
    if (!flaws.empty()) return std::nullopt;
  }
  return cases;
}

/// `exec_timeout = 5`, a case's limit in seconds.
std::chrono::milliseconds limit_in(std::string_view helper) {
  constexpr std::string_view name = "exec_timeout = ";
  int seconds = 5;
  if (const std::size_t at = helper.find(name); at != std::string_view::npos)
    std::from_chars(helper.data() + at + name.size(), helper.data() + helper.size(), seconds);
  return std::chrono::seconds(std::clamp(seconds, 1, 60));
}

enum class Helper { none, asserts, streams };

/// Which of the two helpers this is: one appends the case to the code, the other feeds it to the program.
Helper helper_of(std::string_view statement) {
  if (!statement.starts_with("def evaluate_code(code, test_cases):") || !contains(statement, "subprocess.run") ||
      !contains(statement, "for case in test_cases:") || !contains(statement, "process.returncode"))
    return Helper::none;
  if (contains(statement, R"(case["input"])") && contains(statement, "case['output']")) return Helper::streams;
  if (contains(statement, R"(case["input"])") && contains(statement, R"(case["output"])")) return Helper::streams;
  return contains(statement, R"({code}\n{case})") ? Helper::asserts : Helper::none;
}

/// A JSON value a line; none where the wrapper would refuse them too.
std::optional<std::vector<datasets::Value>> lines_of_json(std::string_view input) {
  std::vector<datasets::Value> values;
  if (input.find_first_not_of(" \t\r\n\f\v") == input.npos) return values;
  std::size_t budget = 1 << 20;
  for (bool more = true; more;) {
    const std::size_t end = input.find('\n');
    datasets::JsonReader reader(input.substr(0, end), budget);
    auto value = reader.value();
    if (!value || !reader.at_end()) return std::nullopt;
    values.push_back(std::move(*value));
    more = end != input.npos;
    if (more) input.remove_prefix(end + 1);
  }
  return values;
}

bool is_import(std::string_view statement) {
  return statement.starts_with("import ") || statement.starts_with("from ");
}

bool are_imports(std::string_view source) {
  const auto statements = statements_of(source);
  return statements && std::all_of(statements->begin(), statements->end(), is_import);
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t\r\f\n") == line.npos; }

bool is_assert(std::string_view statement) {
  return words_of(statement.substr(0, 7)).starts_with("assert ");  // and a character that may lengthen the word
}

/// Told from its first line, so that most paragraphs of a program are never parsed.
bool may_begin_test(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.starts_with('#') || is_import(line) || is_assert(line);
}

/// Asserts, and imports, alone; the first assert stands in the first paragraph. So the imports that end a program stay
/// its own.
bool is_test(std::string_view text) {
  const auto statements = statements_of(text);
  if (!statements) return false;
  const auto first = std::find_if(statements->begin(), statements->end(), is_assert);
  if (first == statements->end()) return false;
  const auto fits = [](std::string_view statement) { return is_assert(statement) || is_import(statement); };
  std::string_view before = text.substr(0, static_cast<std::size_t>(first->data() - text.data()));
  for (std::size_t end = before.find('\n'); end != before.npos; end = before.find('\n')) {
    if (is_blank(before.substr(0, end))) return false;
    before.remove_prefix(end + 1);
  }
  return std::all_of(statements->begin(), statements->end(), fits);
}

/// What follows the sample: the function's name, the helper that calls it, and what prints its result.
std::optional<std::string> called_by(std::string_view source) {
  const auto statements = statements_of(source);
  if (!statements || statements->size() != 3) return std::nullopt;
  const auto value = assigned((*statements)[0], "_SANDBOX_FN_NAME");
  if (!value) return std::nullopt;
  LiteralReader reader(*value);
  auto name = reader.string();
  const std::string_view helper = (*statements)[1], main = (*statements)[2];
  const bool known = name && reader.at_end() && helper.starts_with("def _execute_user_function():") &&
                     contains(helper, "json.loads(line)") && contains(helper, "_target_callable(*_args)") &&
                     main.starts_with("if __name__ ==") && contains(main, "_execute_user_function()") &&
                     contains(main, "print(json.dumps(_result))");
  return known ? name : std::nullopt;
}

/// Reads a script statement by statement; each that has no place in it makes it unknown.
class ScriptReader {
 public:
  std::optional<RateScript> read(const std::vector<std::string_view>& statements) {
    for (const std::string_view statement : statements)
      if (!take(statement)) return std::nullopt;
    const bool whole = helper_ != Helper::none && has_program_ && has_cases_ && called_;
    // The rate is printed, or is the value of the last line.
    if (!whole || (!script_.prints_rate && !rate_name_.empty())) return std::nullopt;
    return std::move(script_);
  }

 private:
  bool take(std::string_view statement) {
    if (called_) return take_print(statement);
    for (const std::string_view known : {"import subprocess", "import json", "import subprocess, json"})
      if (statement == known) return true;
    if (statement.starts_with("def ")) {
      if (helper_ != Helper::none) return false;
      helper_ = helper_of(statement);
      script_.case_limit = limit_in(statement);
      return helper_ != Helper::none;
    }
    if (const auto value = assigned(statement, "code_snippet")) return take_program(*value);
    if (const auto value = assigned(statement, "test_cases")) return take_cases(*value);
    return take_call(statement);
  }
  bool take_program(std::string_view value) {
    LiteralReader reader(value);
    auto program = reader.string();
    if (!program || !reader.at_end() || has_program_) return false;
    script_.program = std::move(*program);
    return has_program_ = true;
  }
  bool take_cases(std::string_view value) {
    LiteralReader reader(value);
    if (has_cases_) return false;
    if (helper_ == Helper::streams) {
      if (!reader.take("json.loads(")) return false;
      const auto json = reader.string();
      if (!json || !reader.take(")") || !reader.at_end()) return false;
      auto cases = stream_cases(*json);
      if (!cases) return false;
      script_.streams = std::move(*cases);
      return has_cases_ = true;
    }
    auto cases = reader.strings();
    if (!cases || !reader.at_end()) return false;
    script_.asserts = std::move(*cases);
    return has_cases_ = true;
  }
  bool take_call(std::string_view statement) {
    const std::string words = words_of(statement);
    constexpr std::string_view call = "evaluate_code ( code_snippet , test_cases ) ";
    if (!has_program_ || !has_cases_ || !std::string_view(words).ends_with(call)) return false;
    const std::string_view before = std::string_view(words).substr(0, words.size() - call.size());
    if (!before.empty() && (!before.ends_with(" = ") || std::count(before.begin(), before.end(), ' ') != 2))
      return false;
    rate_name_ = before.substr(0, before.find(' '));
    return called_ = true;
  }
  bool take_print(std::string_view statement) {
    if (rate_name_.empty() || script_.prints_rate) return false;
    LiteralReader reader(statement);
    if (!reader.take("print(")) return false;
    const auto marker = reader.string();
    if (!marker || *marker != "__PASS_RATE__" || !reader.take(",") || !reader.take(rate_name_) || !reader.take(")"))
      return false;
    return script_.prints_rate = reader.at_end();
  }

  RateScript script_;
  Helper helper_ = Helper::none;
  bool has_program_ = false, has_cases_ = false, called_ = false;
  std::string rate_name_;
};

}  // namespace

std::optional<RateScript> rate_script(std::string_view script) {
  const std::string source = without_indent(script);
  const auto statements = statements_of(source);
  return statements ? ScriptReader().read(*statements) : std::nullopt;
}

std::vector<std::size_t> test_beginnings(std::string_view code) {
  constexpr int most_failures = 8;  // blank lines within strings of a test
  std::vector<std::size_t> beginnings;
  int failures = 0;
  std::size_t below = code.size();  // where the line after this one begins
  for (std::size_t end = code.size(); end > 0 && failures < most_failures && beginnings.size() <= most_beginnings;) {
    const std::size_t newline = end < 2 ? code.npos : code.rfind('\n', end - 2);
    const std::size_t begin = newline == code.npos ? 0 : newline + 1;
    if (is_blank(code.substr(begin, end - begin)) && may_begin_test(code.substr(below))) {
      if (is_test(code.substr(below)))
        beginnings.push_back(below);
      else
        ++failures;
    }
    below = end = begin;
  }
  std::reverse(beginnings.begin(), beginnings.end());
  return beginnings;
}

std::optional<FunctionScript> function_script(std::string_view code, std::string_view input) {
  constexpr std::string_view begin = "# === User's Original Code START ===\n";
  constexpr std::string_view end = "\n# === User's Original Code END ===\n";
  // The first and the last: between them all is the sample's, whatever that holds.
  const std::size_t from = code.find(begin), to = code.rfind(end);
  if (from == code.npos || to == code.npos || to < from || !are_imports(code.substr(0, from))) return std::nullopt;
  auto name = called_by(code.substr(to + end.size()));
  auto arguments = name ? lines_of_json(input) : std::nullopt;
  if (!arguments) return std::nullopt;
  return FunctionScript{std::string(code.substr(0, to + 1)), std::move(*name), std::move(*arguments)};
}

}  // namespace assay::harness

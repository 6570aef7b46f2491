#include "harness/evaluation/test_text/data_classes.h"

#include <algorithm>
#include <set>

#include "datasets/python/names.h"
#include "datasets/python/tokens.h"
#include "datasets/python/word_list.h"
#include "harness/evaluation/test_text/bindings.h"

namespace assay::harness {
namespace {

using datasets::PythonToken;
using datasets::PythonTokens;

/// Methods that make, show and compare data; others could be what a program is asked for.
constexpr std::string_view methods[] = {"__eq__", "__ge__", "__gt__",        "__hash__", "__init__", "__le__",
                                        "__lt__", "__ne__", "__post_init__", "__repr__", "__str__"};
static_assert(datasets::is_sorted(methods));

/// Whether what the code uses is its own, Python's, or may come from a library's `import *`, as types do.
bool is_whole(std::string_view code) {
  const PythonTokens tokens(code);
  const Bindings bindings = bindings_of(tokens);
  std::set<std::string_view> fields;  // `x: int`
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (tokens.begins_statement(i) && tokens.is_name(i) && tokens.is_op(i + 1, ":")) fields.insert(tokens[i].text);
  const bool imports_all = code.find("import *") != std::string_view::npos;
  return std::ranges::all_of(bindings.used, [&](const auto& use) {
    const std::string_view name = use.first;
    const bool is_type = imports_all && datasets::is_class_name(name) &&
                         std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
    return bindings.defined.contains(name) || fields.contains(name) || datasets::is_builtin(name) || is_type;
  });
}

class Reader {
 public:
  explicit Reader(std::string_view setup) : tokens_(setup) {}

  DataClasses read() {
    DataClasses found;
    bool is_decorated = false;  // by what may make more of it
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_.begins_line(i) || tokens_.is_newline(i)) continue;
      if (tokens_.is_name(i, "import") || tokens_.is_name(i, "from")) add(i, end_of_statement(i), found);
      const std::size_t name = is_decorated ? 0 : class_at(i);
      is_decorated = tokens_.is_op(i, "@");
      const std::size_t end = name == 0 ? 0 : end_of_class(name);
      if (end == 0) continue;
      is_decorated = false;
      found.names.emplace_back(tokens_[name].text);
      add(i, end, found);
      i = end - 1;
    }
    if (found.names.empty() || !is_whole(found.code)) return {};
    std::sort(found.names.begin(), found.names.end());
    return found;
  }

 private:
  void add(std::size_t begin, std::size_t end, DataClasses& found) const {
    found.code.append(tokens_.text(begin, end)).push_back('\n');
  }
  /// The token behind the newline.
  [[nodiscard]] std::size_t end_of_statement(std::size_t i) const {
    while (i < tokens_.size() && !tokens_.is_newline(i)) ++i;
    return i + 1;
  }
  /// Where the name of the class stands that begins at `i`, `@dataclass` before it included; 0 where none does.
  [[nodiscard]] std::size_t class_at(std::size_t i) const {
    if (tokens_.is_op(i, "@")) {
      const bool is_dataclass = tokens_.is_name(i + 1, "dataclass") ||
                                (tokens_.is_name(i + 1, "dataclasses") && tokens_.is_name(i + 3, "dataclass"));
      i = is_dataclass ? end_of_statement(i) : tokens_.size();
    }
    return tokens_.is_name(i, "class") && tokens_.is_name(i + 1) ? i + 1 : 0;
  }
  /// Behind the class of that name; 0 where it is more than data.
  [[nodiscard]] std::size_t end_of_class(std::size_t name) const {
    std::size_t i = name + 1;
    if (tokens_.is_op(i, "(")) i += tokens_.is_name(i + 1, "object") ? 2 : 1;
    if (tokens_.is_op(i, ")")) ++i;
    if (!tokens_.is_op(i, ":")) return 0;
    do ++i;
    while (tokens_.is_newline(i));
    if (i >= tokens_.size() || tokens_.begins_line(i)) return 0;
    const std::size_t body = tokens_.column(i);
    for (bool is_first = true; i < tokens_.size() && (is_first || !tokens_.begins_line(i)); is_first = false) {
      if ((is_first || tokens_.column(i) == body) && !is_data(i)) return 0;
      i = end_of_statement(i);
      while (tokens_.is_newline(i)) ++i;
    }
    return std::min(i, tokens_.size());
  }
  /// Whether a statement of a class's own does no more than say what it holds.
  [[nodiscard]] bool is_data(std::size_t i) const {
    if (tokens_.is_name(i, "def")) return tokens_.is_name(i + 1) && datasets::is_in(methods, tokens_[i + 1].text);
    for (std::size_t k = i; k < end_of_statement(i); ++k)
      if (tokens_.is_op(k, ";")) return false;
    const bool is_text = tokens_[i].kind == PythonToken::Kind::literal && tokens_.ends_statement(i + 1);
    return is_text || tokens_.is_name(i, "pass") || tokens_.is_name(i, "__slots__") ||
           (tokens_.is_name(i) && tokens_.is_op(i + 1, ":"));
  }

  const PythonTokens tokens_;
};

}  // namespace

DataClasses data_classes_of(std::string_view setup) { return Reader(setup).read(); }

}  // namespace assay::harness

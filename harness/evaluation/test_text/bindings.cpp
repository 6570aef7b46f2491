#include "harness/evaluation/test_text/bindings.h"

#include "datasets/python/library.h"
#include "datasets/python/names.h"

namespace assay::harness {
namespace {

using datasets::is_keyword;
using datasets::PythonTokens;

/// The module that tests of some data sets import a sample from.
constexpr std::string_view module_of_sample = "solution";

class BindingsReader {
 public:
  explicit BindingsReader(const PythonTokens& tokens) : tokens_(tokens) {}

  Bindings read() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_.begins_statement(i)) note_targets(i);
      if (tokens_.is_name(i) && !tokens_.is_attribute(i)) i = note(i);
    }
    return found_;
  }

 private:
  void define(std::size_t i) {
    if (tokens_.is_name(i) && !is_keyword(tokens_[i].text)) found_.defined.insert(tokens_[i].text);
  }
  void bind(std::size_t i) {
    define(i);
    if (found_.defined.contains(tokens_[i].text)) found_.bound.insert(tokens_[i].text);
  }
  /// Defines every name from `i` up to the word `end` at the same depth; returns where that is.
  std::size_t define_until(std::size_t i, std::string_view end) {
    const int depth = tokens_[i].depth;
    for (; i < tokens_.size() && !tokens_.is_newline(i); ++i) {
      if (tokens_[i].depth <= depth && tokens_[i].text == end) break;
      define(i);
    }
    return i;
  }

  /// The names on the left of a statement's `=`: `a, (b, c) = ...`, `a: int = ...`.
  void note_targets(std::size_t start) {
    std::size_t equals = 0;
    for (std::size_t i = start; !tokens_.ends_statement(i); ++i)
      if (tokens_[i].depth == 0 && tokens_.is_op(i, "=")) equals = i;
    for (std::size_t i = start; i < equals; ++i) {
      if (tokens_.is_op(i, ":") && tokens_[i].depth == 0) break;  // an annotation
      const bool subscript = tokens_.is_op(i, "[") && i > start &&
                             (tokens_.is_name(i - 1) || tokens_.is_op(i - 1, "]") || tokens_.is_op(i - 1, ")"));
      if (subscript)
        for (const int depth = tokens_[i].depth; i + 1 < equals && tokens_[i + 1].depth > depth;) ++i;
      if (!tokens_.is_op(i + 1, ".") && !tokens_.is_op(i + 1, "(") && !tokens_.is_op(i + 1, "[") &&
          !tokens_.is_op(i - 1, "."))
        bind(i);
    }
  }

  /// `T` of `x: T = 1`, and not the `x` of `else: x = 1`.
  [[nodiscard]] bool is_annotation(std::size_t i) const {
    return i >= 2 && tokens_.is_op(i - 1, ":") && tokens_.is_name(i - 2) && !is_keyword(tokens_[i - 2].text) &&
           tokens_.begins_statement(i - 2);
  }

  /// Those of a comprehension are its own.
  std::size_t for_targets(std::size_t i) {
    const std::size_t end = define_until(i, "in");
    for (; i < end && tokens_[i].depth == 0; ++i) bind(i);
    return end;
  }

  /// Sees to the name at `i`; returns the last word that it saw to.
  std::size_t note(std::size_t i) {
    const std::string_view name = tokens_[i].text;
    if (name == "def" || name == "class") return definition(i);
    if (name == "import" || name == "from") return import(i);
    if (name == "as" || name == "global" || name == "nonlocal") {
      bind(i + 1);
      return i + 1;
    }
    if (name == "for") return for_targets(i + 1);
    if (name == "lambda") return parameters(i);
    if (is_keyword(name)) return i;
    if (found_.modules_of_sample.contains(name) && tokens_.is_op(i + 1, ".") && tokens_.is_name(i + 2))
      found_.used.insert({tokens_[i + 2].text, false});
    if (tokens_.is_op(i + 1, ":=") || (tokens_.is_op(i + 1, "=") && tokens_[i].depth == 0 && !is_annotation(i)))
      bind(i);
    else if (!tokens_.is_op(i + 1, "=") || tokens_[i].depth == 0)  // a keyword argument's name is nobody's
      found_.used.insert({name, tokens_.is_op(i + 1, ".")});
    return i;
  }
  /// Defines the parameters between `i`, which opens them, and the `:` at its depth; what else stands there is used.
  std::size_t parameters(std::size_t i) {
    const std::size_t open = i;
    const int depth = tokens_[open].depth, within = depth + (tokens_.is_op(open, "(") ? 1 : 0);
    for (++i; i < tokens_.size() && !tokens_.is_newline(i); ++i) {
      if (tokens_[i].depth <= depth && tokens_.is_op(i, ":")) break;
      if (!tokens_.is_name(i) || tokens_.is_op(i - 1, ".")) continue;
      const bool first = i == open + 1 || tokens_.is_op(i - 1, ",") || tokens_.is_op(i - 1, "*");
      if (first && tokens_[i].depth == within)
        define(i);
      else if (!is_keyword(tokens_[i].text) && !tokens_.is_op(i + 1, "="))
        found_.used.insert({tokens_[i].text, tokens_.is_op(i + 1, ".")});
    }
    return i;
  }
  std::size_t definition(std::size_t i) {
    const bool is_class = tokens_[i].text == "class";
    bind(++i);
    found_.functions.insert(tokens_[i].text);
    if (!is_class) {
      const bool takes = tokens_.is_op(i + 1, "(") && tokens_.is_name(i + 2) && !tokens_.is_name(i + 2, "self") &&
                         !tokens_.is_name(i + 2, "cls");
      found_.uses_pytest = found_.uses_pytest || (takes && tokens_[i].text.starts_with("test_"));
      return tokens_.is_op(i + 1, "(") ? parameters(i + 1) : i;
    }
    bool is_test_case = false, has_bases = false;
    for (std::size_t base = i + 1; base < tokens_.size() && !tokens_.is_op(base, ":") &&
                                   !tokens_.is_name(base, "class") && !tokens_.ends_statement(base);
         ++base) {
      if (!tokens_.is_name(base)) continue;
      has_bases = true;
      is_test_case = is_test_case || tokens_.is_name(base, "TestCase") || test_cases_.contains(tokens_[base].text);
    }
    const bool is_pytests = tokens_[i].text.starts_with("Test") && !has_bases;
    if (is_test_case || is_pytests) test_cases_.insert(tokens_[i].text);
    found_.uses_pytest = found_.uses_pytest || is_pytests;
    if (!is_test_case && !is_pytests) found_.classes.insert(tokens_[i].text);
    return i;
  }
  std::size_t import(std::size_t i) {
    const bool of_sample =
        tokens_.is_name(i, "from") && tokens_.is_name(i + 1, module_of_sample) && tokens_.is_name(i + 2, "import");
    const bool of_library =  // which binds none of its names to anything else
        of_sample ||
        (tokens_.is_name(i, "from") && tokens_.is_name(i + 1) && datasets::is_library_module(tokens_[i + 1].text));
    bool names_follow = tokens_[i].text == "import";
    found_.uses_pytest = found_.uses_pytest || tokens_.is_name(i + 1, "pytest");  // `from pytest import raises`
    for (++i; !tokens_.ends_statement(i); ++i) {
      if (tokens_.is_name(i, "import"))
        names_follow = true;
      else if (of_sample && names_follow && tokens_.is_name(i) && !tokens_.is_name(i, "as") &&
               !tokens_.is_name(i - 1, "as"))
        found_.of_program.insert(tokens_[i].text);
      else if (names_follow && !tokens_.is_op(i - 1, "."))
        bind(i), found_.imported.insert(tokens_[i].text), note_module(i);
      found_.uses_pytest =
          found_.uses_pytest || (names_follow && tokens_.is_name(i, "pytest") && !tokens_.is_name(i - 1, "as"));
      found_.binds_all = found_.binds_all || (names_follow && !of_library && tokens_.is_op(i, "*"));
    }
    return i - 1;
  }

  /// `solution`, or `s` of `import solution as s`.
  void note_module(std::size_t i) {
    const bool by_another_name = tokens_.is_name(i - 1, "as") && tokens_.is_name(i - 2, module_of_sample);
    if (tokens_.is_name(i, module_of_sample) || by_another_name) found_.modules_of_sample.insert(tokens_[i].text);
  }

  const PythonTokens& tokens_;
  Bindings found_;
  Bindings::Names test_cases_;
};

}  // namespace

Bindings bindings_of(const PythonTokens& tokens) { return BindingsReader(tokens).read(); }

}  // namespace assay::harness

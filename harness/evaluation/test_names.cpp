#include "harness/evaluation/test_names.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "harness/evaluation/python_tokens.h"

namespace assay::harness {
namespace {

using TokenKind = PythonToken::Kind;

constexpr std::string_view keyword_list[] = {"False",  "None",   "True",    "and",      "as",       "assert", "async",
                                             "await",  "break",  "class",   "continue", "def",      "del",    "elif",
                                             "else",   "except", "finally", "for",      "from",     "global", "if",
                                             "import", "in",     "is",      "lambda",   "nonlocal", "not",    "or",
                                             "pass",   "raise",  "return",  "try",      "while",    "with",   "yield"};
constexpr std::string_view builtin_functions_list[] = {
    "abs",        "aiter",    "all",       "anext", "any",         "ascii",   "bin",       "bool",         "breakpoint",
    "bytearray",  "bytes",    "callable",  "chr",   "classmethod", "compile", "complex",   "delattr",      "dict",
    "dir",        "divmod",   "enumerate", "eval",  "exec",        "filter",  "float",     "format",       "frozenset",
    "getattr",    "globals",  "hasattr",   "hash",  "hex",         "id",      "input",     "int",          "isinstance",
    "issubclass", "iter",     "len",       "list",  "locals",      "map",     "max",       "memoryview",   "min",
    "next",       "object",   "oct",       "open",  "ord",         "pow",     "print",     "property",     "range",
    "repr",       "reversed", "round",     "set",   "setattr",     "slice",   "sorted",    "staticmethod", "str",
    "sum",        "super",    "tuple",     "type",  "vars",        "zip",     "__import__"};
constexpr std::string_view builtin_others_list[] = {"ArithmeticError",
                                                    "AssertionError",
                                                    "AttributeError",
                                                    "BaseException",
                                                    "BufferError",
                                                    "BytesWarning",
                                                    "DeprecationWarning",
                                                    "EOFError",
                                                    "Ellipsis",
                                                    "EnvironmentError",
                                                    "Exception",
                                                    "FileExistsError",
                                                    "FileNotFoundError",
                                                    "FloatingPointError",
                                                    "FutureWarning",
                                                    "GeneratorExit",
                                                    "IOError",
                                                    "ImportError",
                                                    "ImportWarning",
                                                    "IndentationError",
                                                    "IndexError",
                                                    "InterruptedError",
                                                    "IsADirectoryError",
                                                    "KeyError",
                                                    "KeyboardInterrupt",
                                                    "LookupError",
                                                    "MemoryError",
                                                    "ModuleNotFoundError",
                                                    "NameError",
                                                    "NotADirectoryError",
                                                    "NotImplemented",
                                                    "NotImplementedError",
                                                    "OSError",
                                                    "OverflowError",
                                                    "PendingDeprecationWarning",
                                                    "PermissionError",
                                                    "ProcessLookupError",
                                                    "RecursionError",
                                                    "ReferenceError",
                                                    "ResourceWarning",
                                                    "RuntimeError",
                                                    "RuntimeWarning",
                                                    "StopAsyncIteration",
                                                    "StopIteration",
                                                    "SyntaxError",
                                                    "SyntaxWarning",
                                                    "SystemError",
                                                    "SystemExit",
                                                    "TabError",
                                                    "TimeoutError",
                                                    "TypeError",
                                                    "UnboundLocalError",
                                                    "UnicodeDecodeError",
                                                    "UnicodeEncodeError",
                                                    "UnicodeError",
                                                    "UnicodeTranslateError",
                                                    "UnicodeWarning",
                                                    "UserWarning",
                                                    "ValueError",
                                                    "Warning",
                                                    "ZeroDivisionError",
                                                    "__debug__",
                                                    "__doc__",
                                                    "__file__",
                                                    "__name__"};
/// What published tests use and leave to the sample to import.
constexpr std::string_view module_list[] = {
    "array",     "bisect",    "cmath",      "collections", "copy", "datetime", "decimal",
    "fractions", "functools", "heapq",      "itertools",   "json", "math",     "operator",
    "random",    "re",        "statistics", "string",      "sys",  "time",     "typing"};

/// Of the standard library: these call the functions that they are given, and return none.
constexpr std::string_view applying_list[] = {"accumulate", "dropwhile", "filterfalse", "groupby",  "nlargest",
                                              "nsmallest",  "reduce",    "starmap",     "takewhile"};
/// These return functions, which can't cross.
constexpr std::string_view function_maker_list[] = {"attrgetter", "cmp_to_key", "itemgetter", "methodcaller",
                                                    "partial"};

/// The words of a call that stands in others are read again for each of them: of so many at most.
constexpr std::size_t most_nested_calls = 16;

template <std::size_t n>
bool is_in(const std::string_view (&list)[n], std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

/// One walk over the words, statement by statement, noting what is defined, used and called with what.
class TestReader {
 public:
  TestReader(std::string_view source, std::string_view entry_point)
      : tokens_(python_tokens(source)), entry_point_(entry_point) {}

  TestNames read() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (i == 0 || tokens_[i - 1].kind == TokenKind::newline || is_op(i - 1, ";")) note_targets(i);
      if (tokens_[i].kind == TokenKind::name && !is_op(i - 1, ".")) i = note(i);
    }
    note_candidate();
    note_attributes();
    note_calls();
    std::set<std::string> modules, unknown;
    for (const auto& [name, is_dotted] : used_) {
      if (defined_.contains(name) || name == entry_point_ || is_in(builtin_functions_list, name) ||
          is_in(builtin_others_list, name))
        continue;
      (is_dotted && is_in(module_list, name) ? modules : unknown).emplace(name);
    }
    found_.modules.assign(modules.begin(), modules.end());
    found_.unknown.assign(unknown.begin(), unknown.end());
    found_.bound.assign(bound_.begin(), bound_.end());
    return found_;
  }

 private:
  [[nodiscard]] bool is_op(std::size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::op && tokens_[i].text == text;
  }
  [[nodiscard]] bool is_name(std::size_t i, std::string_view text) const {
    return i < tokens_.size() && tokens_[i].kind == TokenKind::name && tokens_[i].text == text;
  }
  [[nodiscard]] bool ends_statement(std::size_t i) const {
    return tokens_[i].kind == TokenKind::newline || is_op(i, ";");
  }
  void define(std::size_t i) {
    if (tokens_[i].kind == TokenKind::name && !is_in(keyword_list, tokens_[i].text)) defined_.insert(tokens_[i].text);
  }
  void bind(std::size_t i) {
    define(i);
    if (defined_.contains(tokens_[i].text)) bound_.insert(tokens_[i].text);
  }
  /// Defines every name from `i` up to the word `end` at the same depth; returns where that is.
  std::size_t define_until(std::size_t i, std::string_view end) {
    const int depth = tokens_[i].depth;
    for (; i < tokens_.size() && tokens_[i].kind != TokenKind::newline; ++i) {
      if (tokens_[i].depth <= depth && tokens_[i].text == end) break;
      define(i);
    }
    return i;
  }

  /// The names on the left of a statement's `=`: `a, (b, c) = ...`, `a: int = ...`.
  void note_targets(std::size_t start) {
    std::size_t equals = 0;
    for (std::size_t i = start; !ends_statement(i); ++i)
      if (tokens_[i].depth == 0 && is_op(i, "=")) equals = i;
    for (std::size_t i = start; i < equals; ++i)
      if (!is_op(i + 1, ".") && !is_op(i + 1, "(") && !is_op(i + 1, "[") && !is_op(i - 1, ".")) bind(i);
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
    if (name == "lambda") return define_until(i + 1, ":");
    if (is_in(keyword_list, name)) return i;
    if (is_op(i + 1, ":=") || (is_op(i + 1, "=") && tokens_[i].depth == 0))
      bind(i);
    else if (is_op(i + 1, "="))
      defined_.insert(name);  // a keyword argument's name, which is nobody's
    else
      used_.insert({name, is_op(i + 1, ".")});
    return i;
  }
  std::size_t definition(std::size_t i) {
    const bool is_class = tokens_[i].text == "class";
    bind(++i);
    functions_.insert(tokens_[i].text);
    if (!is_class) return is_op(i + 1, "(") ? define_until(i + 1, ":") : i;
    bool is_test_case = false;
    for (std::size_t base = i; !is_op(base, ":") && !is_name(base, "class") && !ends_statement(base); ++base)
      is_test_case = is_test_case || is_name(base, "TestCase");
    found_.defines_classes = found_.defines_classes || !is_test_case;
    return i;
  }
  std::size_t import(std::size_t i) {
    bool names_follow = tokens_[i].text == "import";
    for (++i; !ends_statement(i); ++i) {
      if (is_name(i, "import"))
        names_follow = true;
      else if (names_follow && !is_op(i - 1, "."))
        bind(i);
    }
    return i - 1;
  }

  /// What a test calls the entry point by: its name, or the parameter of `check`.
  [[nodiscard]] bool is_entry_point(std::size_t i) const {
    return is_name(i, entry_point_) || (!candidate_.empty() && is_name(i, candidate_));
  }
  void note_candidate() {
    for (std::size_t i = 0; i + 3 < tokens_.size() && candidate_.empty(); ++i)
      if (is_name(i, "def") && is_name(i + 1, "check") && is_op(i + 2, "(") && tokens_[i + 3].kind == TokenKind::name)
        candidate_ = tokens_[i + 3].text;
  }
  void note_attributes() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i)
      if (is_entry_point(i) && is_op(i + 1, ".") && !is_op(i - 1, ".")) found_.uses_attributes = true;
  }

  /// Where a word stands within the arguments of a call of the entry point.
  struct Place {
    bool is_argument = false;  ///< of that call itself
    bool hands_builtins =
        true;  ///< what stands here reaches the sample: an argument, or in a list, tuple or dict of them
    bool hands_functions =
        true;  ///< it may: what a function does with its own arguments is known of builtin ones alone
  };
  /// Of what a bracket within `outer` holds.
  [[nodiscard]] Place within(const Place& outer, std::size_t bracket) const {
    const PythonToken& before = tokens_[bracket - 1];
    const bool named = before.kind == TokenKind::name && !is_in(keyword_list, before.text);
    const bool display =
        !named && before.kind != TokenKind::literal && !is_op(bracket - 1, ")") && !is_op(bracket - 1, "]");
    if (display) return {false, outer.hands_builtins, outer.hands_functions};
    if (!is_op(bracket, "(")) return {false, false, false};  // a subscript
    if (named && before.text == "defaultdict")               // as an argument it takes a builtin function along
      return {false, outer.hands_builtins && !outer.is_argument, outer.hands_functions};
    const bool applies = named && (is_in(builtin_functions_list, before.text) || is_in(applying_list, before.text));
    return {false, false, outer.hands_functions && !applies};
  }
  [[nodiscard]] bool is_handed_function(std::size_t k, const Place& place) const {
    const std::string_view name = tokens_[k].text;
    if (name == "lambda") return place.hands_functions;
    if (is_op(k + 1, "(")) return place.hands_builtins && is_in(function_maker_list, name);
    if (is_op(k - 1, ".") || is_op(k + 1, "=") || is_entry_point(k)) return false;
    if (functions_.contains(name)) return place.hands_functions;
    // What is builtin crosses by its name where it is an argument of its own.
    return place.hands_builtins && !place.is_argument && is_in(builtin_functions_list, name) &&
           !defined_.contains(name);
  }
  /// Whether a function or class is handed over by a call of the entry point.
  void note_calls() {
    std::vector<int> around;  // the depths of the calls that this one stands in
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (!is_entry_point(i) || !is_op(i + 1, "(") || is_name(i - 1, "def")) continue;
      const int depth = tokens_[i].depth;
      while (!around.empty() && around.back() >= depth) around.pop_back();
      if (around.size() == most_nested_calls) continue;
      around.push_back(depth);
      std::vector<Place> places{{true, true, true}};
      for (std::size_t k = i + 2; k < tokens_.size() && tokens_[k].depth > depth && !places.empty(); ++k) {
        if (is_op(k, "(") || is_op(k, "[") || is_op(k, "{")) places.push_back(within(places.back(), k));
        if (is_op(k, ")") || is_op(k, "]") || is_op(k, "}")) places.pop_back();
        if (!places.empty() && tokens_[k].kind == TokenKind::name && is_handed_function(k, places.back()))
          found_.passes_functions = true;
      }
    }
  }

  std::vector<PythonToken> tokens_;
  std::string_view entry_point_, candidate_;
  TestNames found_;
  std::set<std::string_view> defined_, bound_, functions_;
  std::set<std::pair<std::string_view, bool>> used_;  ///< and whether a dot follows
};

}  // namespace

TestNames names_of(std::string_view source, std::string_view entry_point) {
  return TestReader(source, entry_point).read();
}

bool can_be_split(const TestNames& names) {
  return names.unknown.empty() && !names.passes_functions && !names.defines_classes && !names.uses_attributes;
}

}  // namespace assay::harness

#include "harness/evaluation/test_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
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
                                                    "BaseExceptionGroup",
                                                    "BlockingIOError",
                                                    "BrokenPipeError",
                                                    "ChildProcessError",
                                                    "ConnectionAbortedError",
                                                    "ConnectionError",
                                                    "ConnectionRefusedError",
                                                    "ConnectionResetError",
                                                    "EncodingWarning",
                                                    "ExceptionGroup",
                                                    "__build_class__",
                                                    "__builtins__",
                                                    "__debug__",
                                                    "__loader__",
                                                    "__package__",
                                                    "__spec__",
                                                    "copyright",
                                                    "credits",
                                                    "exit",
                                                    "help",
                                                    "license",
                                                    "quit",
                                                    "__doc__",
                                                    "__file__",
                                                    "__name__"};
/// What published tests use and leave to the sample to import.
constexpr std::string_view module_list[] = {
    "array",      "bisect", "cmath",     "collections", "copy",   "datetime", "decimal", "fractions",
    "functools",  "heapq",  "itertools", "json",        "math",   "operator", "random",  "re",
    "statistics", "string", "sys",       "time",        "typing", "unittest"};

/// Of the standard library: these call the functions that they are given, and return none.
constexpr std::string_view applying_list[] = {"accumulate", "dropwhile", "filterfalse", "groupby",  "nlargest",
                                              "nsmallest",  "reduce",    "starmap",     "takewhile"};
/// These return functions, which can't cross.
constexpr std::string_view function_maker_list[] = {"attrgetter", "cmp_to_key", "itemgetter", "methodcaller",
                                                    "partial"};

/// Methods and attributes that builtin values have.
constexpr std::string_view builtin_attribute_list[] = {
    "add",        "append",       "bit_length", "capitalize", "casefold", "center",     "clear",      "conjugate",
    "copy",       "count",        "decode",     "difference", "discard",  "encode",     "endswith",   "expandtabs",
    "extend",     "find",         "format",     "fromkeys",   "get",      "hex",        "imag",       "index",
    "insert",     "intersection", "is_integer", "isalnum",    "isalpha",  "isascii",    "isdecimal",  "isdigit",
    "isdisjoint", "islower",      "isnumeric",  "isspace",    "issubset", "issuperset", "istitle",    "isupper",
    "items",      "join",         "keys",       "ljust",      "lower",    "lstrip",     "partition",  "pop",
    "popitem",    "real",         "remove",     "replace",    "reverse",  "rfind",      "rindex",     "rjust",
    "rpartition", "rsplit",       "rstrip",     "setdefault", "sort",     "split",      "splitlines", "startswith",
    "strip",      "swapcase",     "title",      "translate",  "union",    "update",     "upper",      "values",
    "zfill"};
/// Helpers that published tests use and leave to the sample to import: its own could say what tests want to hear.
struct Helper {
  std::string_view name, module;
};
constexpr Helper helper_list[] = {{"Any", "typing"},
                                  {"Callable", "typing"},
                                  {"Counter", "collections"},
                                  {"Decimal", "decimal"},
                                  {"Dict", "typing"},
                                  {"Fraction", "fractions"},
                                  {"Iterable", "typing"},
                                  {"List", "typing"},
                                  {"Optional", "typing"},
                                  {"OrderedDict", "collections"},
                                  {"Sequence", "typing"},
                                  {"Set", "typing"},
                                  {"Tuple", "typing"},
                                  {"Union", "typing"},
                                  {"deepcopy", "copy"},
                                  {"defaultdict", "collections"},
                                  {"deque", "collections"},
                                  {"inf", "math"},
                                  {"isclose", "math"},
                                  {"namedtuple", "collections"},
                                  {"nan", "math"},
                                  {"pi", "math"}};
/// What objects of these have beside what builtin values have. One with other attributes is of a class of the sample's.
constexpr std::string_view helper_attribute_list[] = {
    "appendleft", "as_integer_ratio",  "as_tuple",    "default_factory",   "denominator",
    "elements",   "extendleft",        "is_finite",   "is_infinite",       "is_nan",
    "is_signed",  "limit_denominator", "maxlen",      "most_common",       "move_to_end",
    "normalize",  "numerator",         "popleft",     "quantize",          "rotate",
    "sqrt",       "subtract",          "to_integral", "to_integral_value", "total"};
/// Others, which may as well be functions that are tested.
constexpr std::string_view judge_list[] = {"allclose", "approx", "array_equal", "ceil",   "exp",
                                           "floor",    "gcd",    "log",         "raises", "sqrt"};
/// What binds names unseen.
constexpr std::string_view binder_list[] = {"eval", "exec", "globals", "locals", "setattr", "vars"};
/// The names of a sample's that tests are given: each is looked up before they run.
constexpr std::size_t most_names = 64;

/// What tests use to reach into the process that they share with a sample: its streams, its modules, its event loop,
/// its logs and warnings.
constexpr std::string_view sharing_list[] = {
    "MonkeyPatch",     "assertLogs",      "assertWarns",    "asyncio",     "await", "capfd",
    "caplog",          "capsys",          "catch_warnings", "monkeypatch", "patch", "recwarn",
    "redirect_stderr", "redirect_stdout", "tmp_path",       "tmpdir",      "warns"};
/// The module that tests of some data sets import a sample from.
constexpr std::string_view module_of_sample = "solution";

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
    tell_names();
    of_sample_.insert(found_.unknown.begin(), found_.unknown.end());
    if (!entry_point_.empty()) of_sample_.emplace(entry_point_);
    note_classes();
    note_attributes();
    note_calls();
    return found_;
  }

 private:
  /// Whose each name is.
  void tell_names() {
    std::set<std::string> modules, unknown, imports;
    unknown.insert(of_program_.begin(), of_program_.end());
    for (const auto& [name, is_dotted] : used_) {
      found_.unsure = found_.unsure || is_in(binder_list, name);
      if (of_program_.contains(name) || defined_.contains(name) || name == entry_point_ ||
          is_in(builtin_functions_list, name) || is_in(builtin_others_list, name))
        continue;
      const auto* const helper = std::find_if(std::begin(helper_list), std::end(helper_list),
                                              [name = name](const Helper& each) { return each.name == name; });
      if (name == "np") {
        imports.emplace("import numpy as np\n");
      } else if (name == "pytest") {
        imports.emplace("import pytest\n");
        found_.uses_pytest = true;
      } else if (helper != std::end(helper_list) && !is_own_class(name)) {
        imports.insert(fmt::format("from {} import {}\n", helper->module, helper->name));
      } else if (is_dotted && is_in(module_list, name)) {
        modules.emplace(name);
      } else {
        unknown.emplace(name);
        // A library under a name of its own, or a helper.
        found_.unsure = found_.unsure || is_in(judge_list, name) || (is_dotted && !is_class_name(name));
      }
    }
    unknown.erase(std::string(entry_point_));
    found_.unsure = found_.unsure || binds_all_ || unknown.size() > most_names;
    found_.modules.assign(modules.begin(), modules.end());
    found_.imports.assign(imports.begin(), imports.end());
    found_.unknown.assign(unknown.begin(), unknown.end());
    found_.bound.assign(bound_.begin(), bound_.end());
  }
  /// Whether tests read attributes of what they make by `name` that no object of a helper's has:
  /// `Counter().increment()`.
  [[nodiscard]] bool is_own_class(std::string_view name) const {
    const auto own_attribute = [&](std::size_t dot) {
      return reads_attribute(dot) && !is_in(helper_attribute_list, tokens_[dot + 1].text);
    };
    const auto closes = brackets();
    std::set<std::string_view> made;  // names of such objects
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const auto call = is_name(i, name) && !is_op(i - 1, ".") ? closes.find(i + 1) : closes.end();
      if (call == closes.end() || !is_op(i + 1, "(")) continue;
      if (own_attribute(call->second + 1)) return true;
      if (i >= 2 && is_op(i - 1, "=")) made.insert(tokens_[i - 2].text);
    }
    for (std::size_t i = 0; i < tokens_.size() && !made.empty(); ++i)
      if (tokens_[i].kind == TokenKind::name && made.contains(tokens_[i].text) && own_attribute(i + 1)) return true;
    return false;
  }
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
    for (std::size_t i = start; i < equals; ++i) {
      if (is_op(i, ":") && tokens_[i].depth == 0) break;  // an annotation
      const bool subscript = is_op(i, "[") && i > start &&
                             (tokens_[i - 1].kind == TokenKind::name || is_op(i - 1, "]") || is_op(i - 1, ")"));
      if (subscript)
        for (const int depth = tokens_[i].depth; i + 1 < equals && tokens_[i + 1].depth > depth;) ++i;
      if (!is_op(i + 1, ".") && !is_op(i + 1, "(") && !is_op(i + 1, "[") && !is_op(i - 1, ".")) bind(i);
    }
  }

  /// `T` of `x: T = 1`, and not the `x` of `else: x = 1`.
  [[nodiscard]] bool is_annotation(std::size_t i) const {
    return i >= 2 && is_op(i - 1, ":") && tokens_[i - 2].kind == TokenKind::name &&
           !is_in(keyword_list, tokens_[i - 2].text) &&
           (i == 2 || tokens_[i - 3].kind == TokenKind::newline || is_op(i - 3, ";"));
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
    if (is_in(keyword_list, name)) return i;
    if (modules_of_sample_.contains(name) && is_op(i + 1, ".") && i + 2 < tokens_.size() &&
        tokens_[i + 2].kind == TokenKind::name)
      used_.insert({tokens_[i + 2].text, false});
    if (is_op(i + 1, ":=") || (is_op(i + 1, "=") && tokens_[i].depth == 0 && !is_annotation(i)))
      bind(i);
    else if (!is_op(i + 1, "=") || tokens_[i].depth == 0)  // a keyword argument's name is nobody's
      used_.insert({name, is_op(i + 1, ".")});
    return i;
  }
  /// Defines the parameters between `i`, which opens them, and the `:` at its depth; what else stands there is used.
  std::size_t parameters(std::size_t i) {
    const std::size_t open = i;
    const int depth = tokens_[open].depth, within = depth + (is_op(open, "(") ? 1 : 0);
    for (++i; i < tokens_.size() && tokens_[i].kind != TokenKind::newline; ++i) {
      if (tokens_[i].depth <= depth && is_op(i, ":")) break;
      if (tokens_[i].kind != TokenKind::name || is_op(i - 1, ".")) continue;
      const bool first = i == open + 1 || is_op(i - 1, ",") || is_op(i - 1, "*");
      if (first && tokens_[i].depth == within)
        define(i);
      else if (!is_in(keyword_list, tokens_[i].text) && !is_op(i + 1, "="))
        used_.insert({tokens_[i].text, is_op(i + 1, ".")});
    }
    return i;
  }
  std::size_t definition(std::size_t i) {
    const bool is_class = tokens_[i].text == "class";
    bind(++i);
    functions_.insert(tokens_[i].text);
    if (!is_class) {
      const bool takes = is_op(i + 1, "(") && i + 2 < tokens_.size() && tokens_[i + 2].kind == TokenKind::name &&
                         !is_name(i + 2, "self") && !is_name(i + 2, "cls");
      found_.uses_pytest = found_.uses_pytest || (takes && tokens_[i].text.starts_with("test_"));
      return is_op(i + 1, "(") ? parameters(i + 1) : i;
    }
    bool is_test_case = false, has_bases = false;
    for (std::size_t base = i + 1;
         base < tokens_.size() && !is_op(base, ":") && !is_name(base, "class") && !ends_statement(base); ++base) {
      if (tokens_[base].kind != TokenKind::name) continue;
      has_bases = true;
      is_test_case = is_test_case || is_name(base, "TestCase") || test_cases_.contains(tokens_[base].text);
    }
    const bool is_pytests = tokens_[i].text.starts_with("Test") && !has_bases;
    if (is_test_case || is_pytests) test_cases_.insert(tokens_[i].text);
    found_.uses_pytest = found_.uses_pytest || is_pytests;
    found_.defines_classes = found_.defines_classes || (!is_test_case && !is_pytests);
    return i;
  }
  std::size_t import(std::size_t i) {
    const bool of_sample = is_name(i, "from") && is_name(i + 1, module_of_sample) && is_name(i + 2, "import");
    bool names_follow = tokens_[i].text == "import";
    found_.uses_pytest = found_.uses_pytest || is_name(i + 1, "pytest");
    for (++i; !ends_statement(i); ++i) {
      if (is_name(i, "import"))
        names_follow = true;
      else if (of_sample && names_follow && tokens_[i].kind == TokenKind::name && !is_name(i, "as") &&
               !is_name(i - 1, "as"))
        of_program_.emplace(tokens_[i].text);
      else if (names_follow && !is_op(i - 1, "."))
        bind(i), imported_.insert(tokens_[i].text), note_module(i);
      binds_all_ = binds_all_ || (names_follow && !of_sample && is_op(i, "*"));
    }
    return i - 1;
  }

  /// `solution`, or `s` of `import solution as s`.
  void note_module(std::size_t i) {
    const bool by_another_name = is_name(i - 1, "as") && is_name(i - 2, module_of_sample);
    if (is_name(i, module_of_sample) || by_another_name) modules_of_sample_.insert(tokens_[i].text);
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
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (is_entry_point(i) && is_op(i + 1, ".") && !is_op(i - 1, ".") && !is_class_name(tokens_[i].text))
        found_.uses_attributes = true;
      if (tokens_[i].kind == TokenKind::name && is_in(sharing_list, tokens_[i].text)) found_.shares_state = true;
      const bool stream = is_name(i, "stdin") || is_name(i, "stdout") || is_name(i, "stderr");
      if (stream && is_op(i - 1, ".") && is_op(i + 1, "=")) found_.shares_state = true;
    }
  }

  [[nodiscard]] bool is_of_sample(std::size_t i) const {
    const bool is_attribute = is_op(i - 1, ".") && !(i >= 2 && modules_of_sample_.contains(tokens_[i - 2].text));
    return tokens_[i].kind == TokenKind::name && !is_attribute && of_sample_.contains(tokens_[i].text);
  }
  /// An attribute that no builtin value has is read at `i`, of what stands before it.
  [[nodiscard]] bool reads_attribute(std::size_t i) const {
    return is_op(i, ".") && i + 1 < tokens_.size() && tokens_[i + 1].kind == TokenKind::name &&
           !is_in(builtin_attribute_list, tokens_[i + 1].text);
  }
  /// For each bracket that opens, where it closes.
  [[nodiscard]] std::map<std::size_t, std::size_t> brackets() const {
    std::map<std::size_t, std::size_t> pairs;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (is_op(i, "(") || is_op(i, "[") || is_op(i, "{")) open.push_back(i);
      if ((is_op(i, ")") || is_op(i, "]") || is_op(i, "}")) && !open.empty()) pairs[open.back()] = i, open.pop_back();
    }
    return pairs;
  }
  void note_classes() {
    const auto closes = brackets();
    std::set<std::string_view> classes, methods, results;
    std::map<std::string_view, std::set<std::string_view>> variables;  // and the classes that objects in them are of
    const auto note_method = [&](std::size_t dot) {
      if (is_op(dot, ".") && dot + 1 < tokens_.size()) methods.insert(tokens_[dot + 1].text);
    };
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      const std::string_view name = tokens_[i].text;
      const bool entry = is_name(i, entry_point_) && !is_class_name(name);
      if (!is_of_sample(i) || (!is_class_name(name) && !entry)) continue;
      const auto call = is_op(i + 1, "(") ? closes.find(i + 1) : closes.end();
      const std::size_t begin = is_op(i - 1, ".") ? i - 2 : i;  // where the module stands before it
      const bool assigned = begin >= 2 && is_op(begin - 1, "=") && tokens_[begin - 2].kind == TokenKind::name;
      if (entry) {
        if (call != closes.end() && assigned) results.insert(tokens_[begin - 2].text);
        found_.reads_objects = found_.reads_objects || (call != closes.end() && reads_attribute(call->second + 1));
        continue;
      }
      note_method(i + 1);
      if (is_op(i + 1, ".")) classes.insert(name);
      if (call == closes.end()) continue;
      const std::size_t after = call->second + 1;
      note_method(after);
      if (reads_attribute(after) || is_name(begin - 1, "with")) classes.insert(name);
      if (assigned) variables[tokens_[begin - 2].text].insert(name);
      if (is_name(after, "as") && after + 1 < tokens_.size()) variables[tokens_[after + 1].text].insert(name);
    }
    for (std::size_t i = 0; i + 2 < tokens_.size() && !results.empty(); ++i)
      if (tokens_[i].kind == TokenKind::name && reads_attribute(i + 1) && results.contains(tokens_[i].text))
        found_.reads_objects = true;
    for (std::size_t i = 0; i + 2 < tokens_.size() && !variables.empty(); ++i) {
      const auto found = tokens_[i].kind == TokenKind::name ? variables.find(tokens_[i].text) : variables.end();
      if (found == variables.end() || !is_op(i + 1, ".")) continue;
      note_method(i + 1);
      const bool begins = i == 0 || tokens_[i - 1].kind == TokenKind::newline || is_op(i - 1, ";");
      if (reads_attribute(i + 1) || (begins && is_op(i + 3, "("))) classes.merge(found->second);
    }
    found_.classes.assign(classes.begin(), classes.end());
    if (!classes.empty()) found_.methods.assign(methods.begin(), methods.end());
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
  /// A method of an object that may be the sample's is called.
  [[nodiscard]] bool is_method(std::size_t i) const {
    const bool objects = !found_.unknown.empty() || !found_.classes.empty();
    if (!objects || i < 2 || tokens_[i].kind != TokenKind::name || !is_op(i - 1, ".")) return false;
    const PythonToken& base = tokens_[i - 2];
    const bool known = base.kind == TokenKind::literal || base.text == "self" || imported_.contains(base.text) ||
                       is_in(module_list, base.text);
    return !known && !is_in(builtin_attribute_list, tokens_[i].text);
  }
  /// Whether a function or class is handed over by a call of the sample's.
  void note_calls() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i)  // a decorator
      if (is_op(i, "@") && (i == 0 || tokens_[i - 1].kind == TokenKind::newline) && is_of_sample(i + 1))
        found_.passes_functions = true;
    std::vector<int> around;  // the depths of the calls that this one stands in
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (!is_op(i + 1, "(") || is_name(i - 1, "def")) continue;
      if (!is_entry_point(i) && !is_of_sample(i) && !is_method(i)) continue;
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
  std::set<std::string_view> defined_, bound_, functions_, imported_, modules_of_sample_, test_cases_;
  std::set<std::string, std::less<>> of_program_;  ///< what is imported from the module of the sample
  bool binds_all_ = false;                         ///< `from m import *`
  std::set<std::string, std::less<>> of_sample_;
  std::set<std::pair<std::string_view, bool>> used_;  ///< and whether a dot follows
};

}  // namespace

bool is_class_name(std::string_view name) {
  const std::size_t first = std::min(name.find_first_not_of('_'), name.size());
  return first < name.size() && name[first] >= 'A' && name[first] <= 'Z';
}

bool is_helper_name(std::string_view name) {
  return is_in(judge_list, name) || std::any_of(std::begin(helper_list), std::end(helper_list),
                                                [&](const Helper& each) { return each.name == name; });
}

TestNames names_of(std::string_view source, std::string_view entry_point) {
  return TestReader(source, entry_point).read();
}

TestNames names_of(const std::string& setup, const std::vector<std::string>& tests, std::string_view entry_point) {
  std::string source = setup + "\n";
  for (const std::string& test : tests) source += test + "\n";
  return names_of(source, entry_point);
}

bool can_be_split(const TestNames& names) {
  return !names.passes_functions && !names.defines_classes && !names.uses_attributes && !names.shares_state &&
         (names.unknown.empty() || !names.unsure);
}

}  // namespace assay::harness

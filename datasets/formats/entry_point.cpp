#include "datasets/formats/entry_point.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace assay::datasets {
namespace {

/// A name in Python source, and what stands around it.
struct Name {
  std::string_view text;
  std::string_view before;  ///< the name before it with only blanks between: "def"
  bool line_start = false;  ///< in the first column
  bool after_dot = false;   ///< an attribute
  bool called = false;      ///< ( follows
  bool assigned = false;    ///< a single = follows
};

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// The end of the string literal whose quote stands at `at`.
std::size_t end_of_string(std::string_view source, std::size_t at) {
  const char quote = source[at];
  const std::string triple(3, quote);
  const std::string_view closing =
      source.substr(at, 3) == triple ? std::string_view(triple) : std::string_view(triple).substr(0, 1);
  for (at += closing.size(); at < source.size(); ++at) {
    if (source[at] == '\\')
      ++at;
    else if (source.substr(at, closing.size()) == closing)
      return at + closing.size();
  }
  return source.size();
}

std::size_t skip_blanks(std::string_view source, std::size_t at) {
  while (at < source.size() && (source[at] == ' ' || source[at] == '\t')) ++at;
  return at;
}

std::vector<Name> names_in(std::string_view source) {
  std::vector<Name> names;
  std::string_view before;
  char last = '\n';  // the last character that is no blank
  for (std::size_t at = 0; at < source.size();) {
    const char c = source[at];
    if (c == '#') {
      at = std::min(source.find('\n', at), source.size());
    } else if (c == '"' || c == '\'') {
      at = end_of_string(source, at);
      last = c;
      before = {};
    } else if (is_name_char(c)) {
      std::size_t end = at;
      while (end < source.size() && is_name_char(source[end])) ++end;
      const std::size_t next = skip_blanks(source, end);
      const char follows = next < source.size() ? source[next] : '\n';
      Name name{source.substr(at, end - at),
                before,
                at == 0 || source[at - 1] == '\n',
                last == '.',
                follows == '(',
                follows == '=' && source.substr(next, 2) != "=="};
      const bool is_prefix = end < source.size() && (source[end] == '"' || source[end] == '\'');
      const bool is_number = c >= '0' && c <= '9';
      if (!is_prefix && !is_number) names.push_back(name);
      before = name.text;
      last = c;
      at = end;
    } else {
      if (c != ' ' && c != '\t') {
        last = c;
        before = {};
      }
      ++at;
    }
  }
  return names;
}

/// Words that ( may follow though they call nothing of the sample's; sorted.
constexpr std::string_view not_of_the_sample[] = {
    "Counter", "Decimal",      "Fraction",  "OrderedDict", "__import__", "abs",       "aiter",       "all",
    "and",     "anext",        "any",       "approx",      "ascii",      "assert",    "await",       "bin",
    "bool",    "breakpoint",   "bytearray", "bytes",       "callable",   "chr",       "classmethod", "compile",
    "complex", "datetime",     "deepcopy",  "defaultdict", "del",        "delattr",   "deque",       "dict",
    "dir",     "divmod",       "elif",      "else",        "enumerate",  "eval",      "except",      "exec",
    "filter",  "float",        "for",       "format",      "frozenset",  "getattr",   "globals",     "hasattr",
    "hash",    "hex",          "id",        "if",          "in",         "input",     "int",         "is",
    "isclose", "isinstance",   "isnan",     "issubclass",  "iter",       "lambda",    "len",         "list",
    "locals",  "map",          "max",       "memoryview",  "min",        "next",      "not",         "object",
    "oct",     "open",         "or",        "ord",         "pow",        "print",     "property",    "raise",
    "range",   "repr",         "return",    "reversed",    "round",      "set",       "setattr",     "slice",
    "sorted",  "staticmethod", "str",       "sum",         "super",      "timedelta", "tuple",       "type",
    "vars",    "while",        "with",      "yield",       "zip",
};
static_assert(std::is_sorted(std::begin(not_of_the_sample), std::end(not_of_the_sample)));

bool is_foreign(std::string_view name) {
  return std::binary_search(std::begin(not_of_the_sample), std::end(not_of_the_sample), name);
}

std::vector<std::string_view> called_names(std::string_view test) {
  std::vector<std::string_view> called;
  for (const Name& name : names_in(test))
    if (name.called && !name.after_dot) called.push_back(name.text);
  return called;
}

/// For texts of a million names: to look through a list for each takes hours.
using NameSet = std::unordered_set<std::string_view>;

/// The functions and then the classes at a program's top level.
struct Defined {
  std::vector<std::string_view> functions, classes;
};

Defined defined_in(std::string_view code) {
  Defined defined;
  const auto names = names_in(code);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].line_start && names[i].assigned) defined.functions.push_back(names[i].text);  // f = lambda ...
    if (i == 0) continue;
    const Name& before = names[i - 1];
    const bool top_level = before.line_start || (i > 1 && before.before == "async" && names[i - 2].line_start);
    if (top_level && names[i].before == "def") defined.functions.push_back(names[i].text);
    if (top_level && names[i].before == "class") defined.classes.push_back(names[i].text);
  }
  return defined;
}

}  // namespace

std::string called_function(const std::vector<std::string>& tests, std::string_view code,
                            const std::vector<std::string>& others) {
  if (tests.empty()) return {};
  const auto first = called_names(tests.front());
  if (!code.empty()) {
    const Defined defined = defined_in(code);
    for (const auto* names : {&defined.functions, &defined.classes}) {
      const NameSet known(names->begin(), names->end());
      for (const std::string_view name : first)
        if (known.contains(name)) return std::string(name);
    }
    return {};
  }
  const NameSet not_these(others.begin(), others.end());
  std::vector<std::string_view> candidates;
  for (const std::string_view name : first)
    if (!is_foreign(name) && !not_these.contains(name)) candidates.push_back(name);
  std::vector<std::string_view> common = candidates;
  for (const std::string& test : tests) {
    const auto names = called_names(test);
    const NameSet called(names.begin(), names.end());
    std::erase_if(common, [&](std::string_view name) { return !called.contains(name); });
  }
  const auto& left = common.empty() ? candidates : common;
  return left.empty() ? std::string() : std::string(left.front());
}

}  // namespace assay::datasets

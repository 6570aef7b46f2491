#include "datasets/formats/entry_point.h"

#include <unordered_set>

#include "datasets/python/library.h"
#include "datasets/python/names.h"
#include "datasets/python/tokens.h"
#include "datasets/python/word_list.h"

namespace assay::datasets {
namespace {

/// What a library has, and a solution hardly as its own, beside library_helper().
constexpr std::string_view other_helpers[] = {"approx", "datetime", "timedelta"};
static_assert(is_sorted(other_helpers));

/// A word that ( may follow though it calls nothing of the sample's.
bool is_foreign(std::string_view name) {
  return is_keyword(name) || is_builtin_function(name) || library_helper(name) != nullptr || is_in(other_helpers, name);
}

std::vector<std::string_view> called_names(std::string_view test) {
  const PythonTokens tokens(test);
  std::vector<std::string_view> called;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (tokens.is_name(i) && !tokens.is_attribute(i) && tokens.is_op(i + 1, "(")) called.push_back(tokens[i].text);
  return called;
}

/// For texts of a million names: to look through a list for each takes hours.
using NameSet = std::unordered_set<std::string_view>;

/// The functions and then the classes at a program's top level.
struct Defined {
  std::vector<std::string_view> functions, classes;
};

Defined defined_in(std::string_view code) {
  const PythonTokens tokens(code);
  Defined defined;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (!tokens.is_name(i) || !tokens.begins_line(i)) continue;
    if (tokens.is_op(i + 1, "=")) defined.functions.push_back(tokens[i].text);  // f = lambda ...
    const std::size_t word = tokens.is_name(i, "async") ? i + 1 : i;
    if (!tokens.is_name(word + 1)) continue;
    if (tokens.is_name(word, "def")) defined.functions.push_back(tokens[word + 1].text);
    if (tokens.is_name(word, "class")) defined.classes.push_back(tokens[word + 1].text);
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

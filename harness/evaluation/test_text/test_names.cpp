#include "harness/evaluation/test_text/test_names.h"

#include <fmt/format.h>

#include <functional>
#include <set>

#include "datasets/python/library.h"
#include "datasets/python/names.h"
#include "datasets/python/tokens.h"
#include "datasets/python/word_list.h"
#include "harness/evaluation/test_text/bindings.h"
#include "harness/evaluation/test_text/uses.h"

namespace assay::harness {
namespace {

using namespace datasets;
using Names = std::set<std::string, std::less<>>;

/// What binds names unseen.
constexpr std::string_view binders[] = {"eval", "exec", "globals", "locals", "setattr", "vars"};
static_assert(is_sorted(binders));
/// The names of a sample's that tests are given: each is looked up before they run.
constexpr std::size_t most_names = 64;

/// Whether tests read attributes of what they make by `name` that no object of a helper's has:
/// `Counter().increment()`.
bool is_own_class(const PythonTokens& tokens, std::string_view name) {
  const auto own_attribute = [&](std::size_t dot) {
    return tokens.is_op(dot, ".") && tokens.is_name(dot + 1) && !is_builtin_attribute(tokens[dot + 1].text) &&
           !is_helper_attribute(tokens[dot + 1].text);
  };
  const auto closes = tokens.brackets();
  std::set<std::string_view> made;  // names of such objects
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_name(i, name) || tokens.is_attribute(i) || !tokens.is_op(i + 1, "(")) continue;
    const auto call = closes.find(i + 1);
    if (call == closes.end()) continue;
    if (own_attribute(call->second + 1)) return true;
    if (i >= 2 && tokens.is_op(i - 1, "=")) made.insert(tokens[i - 2].text);
  }
  for (std::size_t i = 0; i < tokens.size() && !made.empty(); ++i)
    if (tokens.is_name(i) && made.contains(tokens[i].text) && own_attribute(i + 1)) return true;
  return false;
}

/// Tells whose the names are that tests use and do not define; returns those that are the sample's, if anyone's.
Names tell_names(const PythonTokens& tokens, const Bindings& bindings, std::string_view entry_point, TestNames& told) {
  Names modules, unknown, imports;
  unknown.insert(bindings.of_program.begin(), bindings.of_program.end());
  for (const auto& [name, is_dotted] : bindings.used) {
    told.unsure = told.unsure || is_in(binders, name);
    if (bindings.of_program.contains(name) || bindings.defined.contains(name) || name == entry_point ||
        is_builtin(name))
      continue;
    const Helper* const helper = library_helper(name);
    if (name == "np") {
      imports.emplace("import numpy as np\n");
    } else if (name == "pytest") {
      imports.emplace("import pytest\n");
      told.uses_pytest = true;
    } else if (helper != nullptr && !is_own_class(tokens, name)) {
      imports.insert(fmt::format("from {} import {}\n", helper->module, helper->name));
    } else if (is_dotted && is_library_module(name)) {
      modules.emplace(name);
    } else {
      unknown.emplace(name);
      // A library under a name of its own, or a helper.
      told.unsure = told.unsure || is_judge(name) || (is_dotted && !is_class_name(name));
    }
  }
  unknown.erase(std::string(entry_point));
  told.unsure = told.unsure || bindings.binds_all || unknown.size() > most_names;
  told.modules.assign(modules.begin(), modules.end());
  told.imports.assign(imports.begin(), imports.end());
  told.unknown.assign(unknown.begin(), unknown.end());
  if (!entry_point.empty()) unknown.emplace(entry_point);
  return unknown;
}

}  // namespace

TestNames names_of(std::string_view source, std::string_view entry_point) {
  const PythonTokens tokens(source);
  const Bindings bindings = bindings_of(tokens);
  TestNames told;
  told.bound.assign(bindings.bound.begin(), bindings.bound.end());
  told.uses_pytest = bindings.uses_pytest;
  told.own_classes.assign(bindings.classes.begin(), bindings.classes.end());
  const Uses uses = uses_of(tokens, bindings, tell_names(tokens, bindings, entry_point, told), entry_point);
  told.classes.assign(uses.classes.begin(), uses.classes.end());
  told.methods.assign(uses.methods.begin(), uses.methods.end());
  told.passes_functions = uses.passes_functions;
  told.uses_attributes = uses.uses_attributes;
  told.reads_objects = uses.reads_objects;
  told.shares_state = uses.shares_state;
  return told;
}

TestNames names_of(const std::string& setup, const std::vector<std::string>& tests, std::string_view entry_point) {
  std::string source = setup + "\n";
  for (const std::string& test : tests) source += test + "\n";
  return names_of(source, entry_point);
}

bool can_be_split(const TestNames& names) {
  return !names.passes_functions && names.own_classes.empty() && !names.uses_attributes && !names.shares_state &&
         (names.unknown.empty() || !names.unsure);
}

}  // namespace assay::harness

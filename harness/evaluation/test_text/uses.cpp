#include "harness/evaluation/test_text/uses.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "datasets/python/library.h"
#include "datasets/python/names.h"
#include "datasets/python/word_list.h"

namespace assay::harness {
namespace {

using namespace datasets;

/// What tests use to reach into the process that they share with a sample: its streams, its modules, its event loop,
/// its logs and warnings.
constexpr std::string_view sharing[] = {
    "MonkeyPatch",     "assertLogs",      "assertWarns",    "asyncio",     "await", "capfd",
    "caplog",          "capsys",          "catch_warnings", "monkeypatch", "patch", "recwarn",
    "redirect_stderr", "redirect_stdout", "tmp_path",       "tmpdir",      "warns"};
static_assert(is_sorted(sharing));

/// The words of a call that stands in others are read again for each of them: of so many at most.
constexpr std::size_t most_nested_calls = 16;

class UsesReader {
 public:
  UsesReader(const PythonTokens& tokens, const Bindings& bindings, const std::set<std::string, std::less<>>& of_sample,
             std::string_view entry_point)
      : tokens_(tokens),
        bindings_(bindings),
        of_sample_(of_sample),
        entry_point_(entry_point),
        has_unknown_(
            std::any_of(of_sample.begin(), of_sample.end(), [&](const auto& name) { return name != entry_point; })) {}

  Uses read() {
    note_candidate();
    note_objects();
    note_attributes();
    note_calls();
    return found_;
  }

 private:
  /// What a test calls the entry point by: its name, or the parameter of `check`.
  [[nodiscard]] bool is_entry_point(std::size_t i) const {
    return tokens_.is_name(i, entry_point_) || (!candidate_.empty() && tokens_.is_name(i, candidate_));
  }
  void note_candidate() {
    for (std::size_t i = 0; i + 3 < tokens_.size() && candidate_.empty(); ++i)
      if (tokens_.is_name(i, "def") && tokens_.is_name(i + 1, "check") && tokens_.is_op(i + 2, "(") &&
          tokens_.is_name(i + 3))
        candidate_ = tokens_[i + 3].text;
  }
  void note_attributes() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (is_entry_point(i) && tokens_.is_op(i + 1, ".") && !tokens_.is_op(i - 1, ".") &&
          !is_class_name(tokens_[i].text))
        found_.uses_attributes = true;
      if (tokens_.is_name(i) && is_in(sharing, tokens_[i].text)) found_.shares_state = true;
      const bool stream = tokens_.is_name(i, "stdin") || tokens_.is_name(i, "stdout") || tokens_.is_name(i, "stderr");
      if (stream && tokens_.is_op(i - 1, ".") && tokens_.is_op(i + 1, "=")) found_.shares_state = true;
    }
  }

  [[nodiscard]] bool is_of_sample(std::size_t i) const {
    const bool is_attribute =
        tokens_.is_op(i - 1, ".") && !(i >= 2 && bindings_.modules_of_sample.contains(tokens_[i - 2].text));
    return tokens_.is_name(i) && !is_attribute && of_sample_.contains(tokens_[i].text);
  }
  /// An attribute that no builtin value has is read at `i`, of what stands before it.
  [[nodiscard]] bool reads_attribute(std::size_t i) const {
    return tokens_.is_op(i, ".") && tokens_.is_name(i + 1) && !is_builtin_attribute(tokens_[i + 1].text);
  }
  /// What tests do with what they make of the sample's classes, and with what the entry point returns.
  void note_objects() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (!is_of_sample(i)) continue;
      if (is_class_name(tokens_[i].text))
        note_class(i);
      else if (tokens_.is_name(i, entry_point_))
        note_result(i);
    }
    for (std::size_t i = 0; i + 2 < tokens_.size(); ++i)
      if (tokens_.is_name(i)) note_variable(i);
    if (!found_.classes.empty()) found_.methods = std::move(methods_);
  }
  /// Where the statement's part that `i` ends begins: at the module, where that stands before it.
  [[nodiscard]] std::size_t start_of(std::size_t i) const { return tokens_.is_op(i - 1, ".") ? i - 2 : i; }
  /// `x = `, before `i`.
  [[nodiscard]] bool is_assigned(std::size_t i) const {
    return i >= 2 && tokens_.is_op(i - 1, "=") && tokens_.is_name(i - 2);
  }
  /// Where the call of `i` closes.
  [[nodiscard]] std::optional<std::size_t> call_of(std::size_t i) const {
    const auto call = tokens_.is_op(i + 1, "(") ? closes_.find(i + 1) : closes_.end();
    return call == closes_.end() ? std::nullopt : std::optional(call->second);
  }
  void note_method(std::size_t dot) {
    if (tokens_.is_op(dot, ".") && dot + 1 < tokens_.size()) methods_.insert(tokens_[dot + 1].text);
  }
  void note_result(std::size_t i) {
    const auto call = call_of(i);
    if (!call) return;
    const std::size_t begin = start_of(i);
    if (is_assigned(begin)) results_.insert(tokens_[begin - 2].text);
    if (tokens_.is_name(begin - 1, "with") || reads_attribute(*call + 1)) found_.reads_objects = true;
    note_parts(begin);
  }
  /// What the parts of a result are called, whose call begins at `i`: `a, b = f()`, `for a in f()`.
  void note_parts(std::size_t i) {
    if (i < 2 || (!tokens_.is_op(i - 1, "=") && !tokens_.is_name(i - 1, "in"))) return;
    std::size_t first = i - 1;
    while (first > 0 && (tokens_.is_op(first - 1, ",") || tokens_.is_name(first - 1)) &&
           !tokens_.is_name(first - 1, "for"))
      --first;
    if (tokens_.is_op(i - 1, "=") && first + 2 == i) return;  // the result itself
    for (; first + 1 < i; ++first) parts_.insert(tokens_[first].text);
  }
  /// What is found at an index is called: `x["a"]()`.
  [[nodiscard]] bool calls_item(std::size_t i) const {
    const auto index = tokens_.is_op(i, "[") ? closes_.find(i) : closes_.end();
    return index != closes_.end() && tokens_.is_op(index->second + 1, "(");
  }
  void note_class(std::size_t i) {
    const std::string_view name = tokens_[i].text;
    note_method(i + 1);
    if (tokens_.is_op(i + 1, ".")) found_.classes.insert(name);
    const auto call = call_of(i);
    if (!call) return;
    const std::size_t begin = start_of(i), after = *call + 1;
    note_method(after);
    // No function without arguments makes data that is worth a test.
    const bool makes = *call == i + 2 && (is_assigned(begin) || tokens_.is_op(after, "."));
    if (makes || reads_attribute(after) || tokens_.is_name(begin - 1, "with")) found_.classes.insert(name);
    if (is_assigned(begin)) variables_[tokens_[begin - 2].text].insert(name);
    if (tokens_.is_name(after, "as") && after + 1 < tokens_.size()) variables_[tokens_[after + 1].text].insert(name);
  }
  /// Of what was seen to hold an object or a result.
  void note_variable(std::size_t i) {
    const bool is_used = reads_attribute(i + 1) || calls_item(i + 1);
    if ((is_used && results_.contains(tokens_[i].text)) ||
        (tokens_.is_op(i + 1, "(") && parts_.contains(tokens_[i].text)))
      found_.reads_objects = true;
    const auto found = variables_.find(tokens_[i].text);
    if (found == variables_.end() || !tokens_.is_op(i + 1, ".")) return;
    note_method(i + 1);
    if (reads_attribute(i + 1) || (tokens_.begins_statement(i) && tokens_.is_op(i + 3, "(")))
      found_.classes.merge(found->second);
  }

  /// Where a word stands within the arguments of a call of the entry point.
  struct Place {
    bool is_argument = false;  ///< of that call itself
    /// What stands here reaches the sample: it is an argument, or in a list, tuple or dict of them.
    bool hands_builtins = true;
    /// It may: what a function does with its own arguments is known of builtin ones alone.
    bool hands_functions = true;
  };
  /// Of what a bracket within `outer` holds.
  [[nodiscard]] Place within(const Place& outer, std::size_t bracket) const {
    const PythonToken& before = tokens_[bracket - 1];
    const bool named = tokens_.is_name(bracket - 1) && !is_keyword(before.text);
    const bool display = !named && before.kind != PythonToken::Kind::literal && !tokens_.is_op(bracket - 1, ")") &&
                         !tokens_.is_op(bracket - 1, "]");
    if (display) return {false, outer.hands_builtins, outer.hands_functions};
    if (!tokens_.is_op(bracket, "(")) return {false, false, false};  // a subscript
    if (named && before.text == "defaultdict")                       // as an argument it takes a builtin function along
      return {false, outer.hands_builtins && !outer.is_argument, outer.hands_functions};
    const bool applies = named && (is_builtin_function(before.text) || applies_functions(before.text));
    return {false, false, outer.hands_functions && !applies};
  }
  [[nodiscard]] bool is_handed_function(std::size_t k, const Place& place) const {
    const std::string_view name = tokens_[k].text;
    if (name == "lambda") return place.hands_functions;
    if (tokens_.is_op(k + 1, "(")) return place.hands_builtins && makes_functions(name);
    if (tokens_.is_op(k - 1, ".") || tokens_.is_op(k + 1, "=") || is_entry_point(k)) return false;
    if (bindings_.functions.contains(name)) return place.hands_functions;
    // What is builtin crosses by its name where it is an argument of its own.
    return place.hands_builtins && !place.is_argument && is_builtin_function(name) && !bindings_.defined.contains(name);
  }
  /// A method of an object that may be the sample's is called.
  [[nodiscard]] bool is_method(std::size_t i) const {
    const bool objects = has_unknown_ || !found_.classes.empty();
    if (!objects || i < 2 || !tokens_.is_name(i) || !tokens_.is_op(i - 1, ".")) return false;
    const PythonToken& base = tokens_[i - 2];
    const bool known = base.kind == PythonToken::Kind::literal || base.text == "self" ||
                       bindings_.imported.contains(base.text) || is_library_module(base.text);
    return !known && !is_builtin_attribute(tokens_[i].text);
  }
  /// Whether a function or class is handed over by a call of the sample's.
  void note_calls() {
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i)  // a decorator
      if (tokens_.is_op(i, "@") && tokens_.begins_statement(i) && is_of_sample(i + 1)) found_.passes_functions = true;
    std::vector<int> around;  // the depths of the calls that this one stands in
    for (std::size_t i = 0; i + 1 < tokens_.size(); ++i) {
      if (!tokens_.is_op(i + 1, "(") || tokens_.is_name(i - 1, "def")) continue;
      if (!is_entry_point(i) && !is_of_sample(i) && !is_method(i)) continue;
      const int depth = tokens_[i].depth;
      while (!around.empty() && around.back() >= depth) around.pop_back();
      if (around.size() == most_nested_calls) continue;
      around.push_back(depth);
      std::vector<Place> places{{true, true, true}};
      for (std::size_t k = i + 2; k < tokens_.size() && tokens_[k].depth > depth && !places.empty(); ++k) {
        if (tokens_.opens(k)) places.push_back(within(places.back(), k));
        if (tokens_.closes(k)) places.pop_back();
        if (!places.empty() && tokens_.is_name(k) && is_handed_function(k, places.back()))
          found_.passes_functions = true;
      }
    }
  }

  const PythonTokens& tokens_;
  const Bindings& bindings_;
  const std::set<std::string, std::less<>>& of_sample_;
  std::string_view entry_point_, candidate_;
  bool has_unknown_;  ///< what is not the entry point may be the sample's
  const std::map<std::size_t, std::size_t> closes_ = tokens_.brackets();
  std::set<std::string_view> methods_, results_, parts_;
  std::map<std::string_view, std::set<std::string_view>> variables_;  ///< and the classes that objects in them are of
  Uses found_;
};

}  // namespace

Uses uses_of(const PythonTokens& tokens, const Bindings& bindings, const std::set<std::string, std::less<>>& of_sample,
             std::string_view entry_point) {
  return UsesReader(tokens, bindings, of_sample, entry_point).read();
}

}  // namespace assay::harness

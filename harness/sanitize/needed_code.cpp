#include "harness/sanitize/needed_code.h"

#ifdef ASSAY_HAVE_TREE_SITTER

#include <tree_sitter/api.h>

#include <limits>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

extern "C" const TSLanguage* tree_sitter_python(void);

namespace assay::harness {
namespace {

using Names = std::set<std::string>;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* pointer) const {
    release(pointer);
  }
};

std::string_view type_of(TSNode node) { return ts_node_type(node); }

/// A cursor that deletes itself.
class Cursor {
 public:
  explicit Cursor(TSNode node) : cursor_(ts_tree_cursor_new(node)) {}
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor() { ts_tree_cursor_delete(&cursor_); }
  [[nodiscard]] TSNode node() const { return ts_tree_cursor_current_node(&cursor_); }
  bool down() { return ts_tree_cursor_goto_first_child(&cursor_); }
  bool next() { return ts_tree_cursor_goto_next_sibling(&cursor_); }
  bool up() { return ts_tree_cursor_goto_parent(&cursor_); }

 private:
  TSTreeCursor cursor_;
};

/// Calls back with each child.
template <class Call>
void each_child(TSNode node, const Call& call) {
  Cursor cursor(node);
  for (bool more = cursor.down(); more; more = cursor.next()) call(cursor.node());
}

struct Definition {
  std::optional<std::string> name;  ///< none: what is assigned to is no plain name
  TSNode node;
};

class Program {
 public:
  explicit Program(const std::string& text) : text_(text) {}

  std::string needed(const std::string& entry_point) {
    const std::unique_ptr<TSParser, Release<ts_parser_delete>> parser(ts_parser_new());
    if (!ts_parser_set_language(parser.get(), tree_sitter_python())) return {};
    const std::unique_ptr<TSTree, Release<ts_tree_delete>> tree(
        ts_parser_parse_string(parser.get(), nullptr, text_.data(), static_cast<std::uint32_t>(text_.size())));
    if (!tree) return {};
    each_child(ts_tree_root_node(tree.get()), [&](TSNode child) { look_at(child); });

    std::string out;
    for (const TSNode node : imports_) out += text_of(node) + "\n";
    const Names reached = entry_point.empty() ? Names() : reach(entry_point);
    for (const Definition& definition : definitions_) {
      if (!entry_point.empty() && !(definition.name && reached.contains(*definition.name))) continue;
      out += text_of(definition.node) + "\n";
    }
    if (!out.empty()) out.pop_back();
    return out;
  }

 private:
  [[nodiscard]] std::string text_of(TSNode node) const {
    return text_.substr(ts_node_start_byte(node), ts_node_end_byte(node) - ts_node_start_byte(node));
  }

  [[nodiscard]] std::optional<std::string> name_of(TSNode definition) const {
    std::optional<std::string> name;
    each_child(definition, [&](TSNode child) {
      if (!name && type_of(child) == "identifier") name = text_of(child);
    });
    return name;
  }

  /// One statement of the top level. A name's first definition counts, those without one share a place.
  void look_at(TSNode child) {
    const std::string_view type = type_of(child);
    if (type == "import_statement" || type == "import_from_statement") {
      imports_.push_back(child);
    } else if (type == "class_definition") {
      define(child);
    } else if (type == "function_definition") {
      if (has_return(child)) define(child);
    } else if (type == "expression_statement" && ts_node_child_count(child) > 0) {
      if (const TSNode first = ts_node_child(child, 0); type_of(first) == "assignment") define(first);
    }
  }
  void define(TSNode node) {
    std::optional<std::string> name = name_of(node);
    if (defined_.insert(name).second) definitions_.push_back({std::move(name), node});
  }

  /// As EvalPlus walks (traverse_tree): its count of leaves less the steps up ends the walk when it is 0, which may be
  /// before all is seen.
  static bool has_return(TSNode function) {
    Cursor cursor(function);
    std::size_t depth = 0;
    bool visited_children = false;
    for (;;) {
      if (!visited_children) {
        if (type_of(cursor.node()) == "return_statement") return true;
        if (!cursor.down()) {
          ++depth;
          visited_children = true;
        }
      } else if (cursor.next()) {
        visited_children = false;
      } else if (!cursor.up() || depth == 0) {
        return false;
      } else {
        --depth;
      }
    }
  }

  [[nodiscard]] Names names_in(TSNode definition) const {
    Names names;
    std::vector<TSNode> open = {definition};
    while (!open.empty()) {
      const TSNode node = open.back();
      open.pop_back();
      each_child(node, [&](TSNode child) {
        if (type_of(child) == "identifier")
          names.insert(text_of(child));
        else
          open.push_back(child);
      });
    }
    return names;
  }

  [[nodiscard]] Names reach(const std::string& entry_point) const {
    std::unordered_map<std::string, Names> names;
    for (const Definition& definition : definitions_)
      if (definition.name) names[*definition.name] = names_in(definition.node);
    Names reached = {entry_point};
    std::queue<std::string> open({entry_point});
    while (!open.empty()) {
      const auto found = names.find(open.front());
      open.pop();
      if (found == names.end()) continue;
      for (const std::string& name : found->second)
        if (reached.insert(name).second) open.push(name);
    }
    return reached;
  }

  const std::string& text_;
  std::vector<TSNode> imports_;
  std::vector<Definition> definitions_;
  std::set<std::optional<std::string>> defined_;
};

}  // namespace

bool have_tree_sitter() { return true; }

Result<std::string> needed_code(const std::string& program, const std::string& entry_point) {
  if (program.size() > std::numeric_limits<std::int32_t>::max())
    return tl::unexpected(Error{Errc::bad_data, "the program is longer than 2 GiB"});
  return Program(program).needed(entry_point);
}

}  // namespace assay::harness

#else

namespace assay::harness {

bool have_tree_sitter() { return false; }

Result<std::string> needed_code(const std::string&, const std::string&) {
  return tl::unexpected(
      Error{Errc::usage, "sanitize: this build has no tree-sitter; run scripts/setup, configure and build again"});
}

}  // namespace assay::harness

#endif

#include "engine/prompt/jinja/render.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/prompt/jinja/expression.h"
#include "engine/prompt/jinja/pieces.h"

namespace assay::engine::jinja {
namespace {

class Rendering {
 public:
  Rendering(std::vector<Piece> pieces, std::string_view content) : pieces_(std::move(pieces)), content_(content) {
    variables_["messages"] = Value{Value::Kind::list, 0, {}, false, {Value{Value::Kind::message, 0, {}, false, {}}}};
    variables_["tools"] = variables_["documents"] = Value{Value::Kind::none, 0, {}, false, {}};
    variables_["add_generation_prompt"] = Value::of(true);
  }

  Result<std::string> run() {
    const auto end = body(true);
    if (!end) return tl::unexpected(end.error());
    if (!end->empty()) return not_understood(in_quotes(*end));
    return std::move(out_);
  }

 private:
  static std::string_view first_word(std::string_view statement) {
    return {statement.begin(), std::ranges::find_if_not(statement, is_word)};
  }
  Result<Value> value_of(std::string_view expression, Conditions conditions = Conditions::allowed) {
    return evaluate(expression, variables_, content_, spent_, conditions);
  }

  /// Up to a statement that ends or divides what is around, which it returns; nothing at the template's end.
  Result<std::string> body(bool live) {
    if (++depth_ > most_depth) return not_understood("branches of great depth");
    while (at_ < pieces_.size()) {
      const Piece& piece = pieces_[at_++];
      const std::string_view word = piece.kind == Kind::statement ? first_word(piece.text) : "";
      if (word == "elif" || word == "else" || word == "endif" || word == "endfor") {
        --depth_;
        return piece.text;
      }
      const std::string_view left = std::string_view(piece.text).substr(word.size());
      Result<void> done;
      if (word == "if")
        done = branches(left, live);
      else if (word == "for")
        done = loop(left, live);
      else if (live)
        done = piece.kind == Kind::text     ? write(piece.text)
               : piece.kind == Kind::output ? output(piece.text)
               : word == "set"              ? set(left)
                                            : not_understood("the statement " + in_quotes(word));
      if (!done) return tl::unexpected(done.error());
    }
    --depth_;
    return "";
  }

  Result<void> branches(std::string_view condition, bool live) {
    bool taken = false;
    std::string statement(condition);
    for (bool last = false;;) {
      bool now = live && !taken;
      if (now && !last) {
        const auto value = value_of(statement);
        if (!value) return tl::unexpected(value.error());
        now = value->truth();
      }
      taken = taken || now;
      const auto end = body(now);
      if (!end) return tl::unexpected(end.error());
      const std::string_view word = first_word(*end);
      if (word == "endif") return {};
      if (last || (word != "else" && word != "elif")) return not_understood("an if that does not end");
      last = word == "else";
      statement = end->substr(word.size());
    }
  }

  /// Over a list of one or none: a conversation of one turn has no other.
  Result<void> loop(std::string_view head, bool live) {
    const std::string_view left = stripped(head), name = first_word(left);
    const std::string_view in = stripped(left.substr(name.size()));
    const Variables outside = live ? variables_ : Variables();
    bool runs = false;
    if (live) {
      if (!in.starts_with("in ")) return not_understood("a for of several names");
      const auto list = value_of(in.substr(3), Conditions::none);
      if (!list) return tl::unexpected(list.error());
      if (!list->is(Value::Kind::list) || list->items.size() > 1)
        return not_understood("a for over more than messages");
      runs = !list->items.empty();
      if (runs) {
        variables_[std::string(name)] = list->items.front();
        variables_["loop"] = Value{Value::Kind::loop, 0, {}, false, {}};
      }
    }
    auto end = body(runs);
    while (end && !live && first_word(*end) == "else") end = body(false);
    if (!end) return tl::unexpected(end.error());
    if (first_word(*end) != "endfor") return not_understood("a for that does not end");
    if (live) variables_ = outside;  // what is set within is forgotten
    return {};
  }

  Result<void> set(std::string_view left) {
    const std::string_view trimmed = stripped(left), name = first_word(trimmed);
    const std::string_view rest = stripped(trimmed.substr(name.size()));
    if (name.empty() || !rest.starts_with('=')) return not_understood("a set of more than a name");
    auto value = value_of(rest.substr(1));
    if (!value) return tl::unexpected(value.error());
    variables_[std::string(name)] = std::move(*value);
    if (variables_.size() > most_variables) return not_understood("many variables");
    return {};
  }

  Result<void> output(std::string_view expression) {
    const auto value = value_of(expression);
    if (!value) return tl::unexpected(value.error());
    const auto text = written(*value);
    if (!text) return tl::unexpected(text.error());
    return write(text->text);
  }

  Result<void> write(std::string_view text) {
    if (out_.size() + text.size() > most_text_bytes) return not_understood("a long text");
    out_ += text;
    return {};
  }

  std::vector<Piece> pieces_;
  std::string_view content_;
  Variables variables_;
  std::size_t at_ = 0, depth_ = 0, spent_ = 0;
  std::string out_;
};

}  // namespace

Result<std::string> render_user_turn(std::string_view jinja, std::string_view content) {
  if (jinja.size() > most_template_bytes) return not_understood("more text than templates have");
  auto pieces = pieces_of(jinja);
  if (!pieces) return tl::unexpected(pieces.error());
  return Rendering(std::move(*pieces), content).run();
}

}  // namespace assay::engine::jinja

#pragma once
/// Chat templates, run as far as one user's turn needs.
#include <string>
#include <string_view>

#include "engine/error.h"

namespace assay::engine::jinja {

/// What a template writes for a conversation of one turn, the user's, that is to be answered: no tools, no documents,
/// no turn of the system. Jinja with the white space of transformers (trim_blocks, lstrip_blocks), and of it what such
/// templates have: if, for, set; names, members, indices, texts, numbers; +, ~, -, ==, !=, not, and, or, in, is, and
/// a text's value by condition. A branch that is not taken is passed over unread.
/// @param content of the turn. What hangs on it (a length, a search in it) is not understood: another text might take
/// another branch.
/// @return Errc::unsupported: what is reached is not understood; the message says what, in a few words.
[[nodiscard]] Result<std::string> render_user_turn(std::string_view jinja, std::string_view content);

}  // namespace assay::engine::jinja

#pragma once
/// Expressions of a chat template.
#include <string_view>

#include "engine/prompt/jinja/value.h"

namespace assay::engine::jinja {

enum class Conditions { allowed, none };

/// The value of `text`, all of it. @param content of the conversation's only message
/// @param spent of most_values by the template so far; counted on
/// @param conditions "A if B else C": a for's list has none, its if is another
[[nodiscard]] Result<Value> evaluate(std::string_view text, const Variables& variables, std::string_view content,
                                     std::size_t& spent, Conditions conditions = Conditions::allowed);

}  // namespace assay::engine::jinja

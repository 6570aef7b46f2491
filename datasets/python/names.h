#pragma once
/// What Python itself knows a name as.
#include <string_view>

namespace assay::datasets {

[[nodiscard]] bool is_keyword(std::string_view name);
/// Builtin, and made to be called: functions, and classes but exceptions.
[[nodiscard]] bool is_builtin_function(std::string_view name);
/// One of these, an exception, or another name that is there without an import.
[[nodiscard]] bool is_builtin(std::string_view name);
/// A method or attribute that builtin values have.
[[nodiscard]] bool is_builtin_attribute(std::string_view name);
/// By its form: a class in CapWords.
[[nodiscard]] bool is_class_name(std::string_view name);

}  // namespace assay::datasets

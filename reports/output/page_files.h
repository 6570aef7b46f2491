#pragma once
/// The style sheet and the script of our pages (reports/page), compiled into the library.
#include <string_view>

namespace assay::reports {

[[nodiscard]] std::string_view page_style();
/// Empty where the library was built without node or the packages of reports/page: then pages are tables alone.
[[nodiscard]] std::string_view page_script();

}  // namespace assay::reports

#pragma once
/// What is around the content of every page we write.
#include <string>
#include <string_view>

namespace assay::reports {

/// A whole document: light or dark as the reader's system is, and fit for a phone. `title` is escaped here, `body` is
/// markup. The content security policy allows nothing but the page's own style sheet, by its hash: no script, image or
/// connection, whatever the body holds.
[[nodiscard]] std::string html_page(std::string_view title, std::string_view body);

}  // namespace assay::reports

#pragma once
/// What is around the content of every page we write.
#include <string>
#include <string_view>

namespace assay::reports {

/// A whole document: light or dark as the reader's system is, and fit for a phone. `title` is escaped here, `body` is
/// markup. The content security policy allows nothing but the page's own style sheet, by its hash: no script, image or
/// connection, whatever the body holds.
[[nodiscard]] std::string html_page(std::string_view title, std::string_view body);

/// Hostile text as one line of markup. Marks that turn the direction of text are harmless to the page, but not to its
/// reader: they are written as escapes.
[[nodiscard]] std::string shown_in_html(std::string_view text);

/// A table in a box of its own that scrolls, from the keyboard too. `head` holds cells and `rows` rows, both markup.
[[nodiscard]] std::string html_table(std::string_view label, std::string_view head, std::string_view rows);

}  // namespace assay::reports

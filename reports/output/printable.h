#pragma once
/// Text that samples, data sets and files chose, made fit to be shown. All of it is hostile: it may try to end a tag, a
/// table cell or a command, to colour a terminal, or to be no UTF-8.
#include <string>
#include <string_view>

namespace assay::reports {

/// Bytes that are no UTF-8 stand as \xNN; all else as it is. For JSON.
[[nodiscard]] std::string valid_utf8(std::string_view text);
/// One line for a terminal: control characters and marks that turn the direction of text are written as escapes.
[[nodiscard]] std::string printable(std::string_view text);
/// Inside an element or an attribute in double quotes, of HTML or XML 1.0; what XML has no word for is U+FFFD.
[[nodiscard]] std::string escape_markup(std::string_view text);
/// One line of Markdown, in a table cell too: nothing in it formats, links or names anybody.
[[nodiscard]] std::string escape_markdown(std::string_view text);
/// One line as a field of CSV, in quotes where it needs them; what a spreadsheet would take for a formula begins with
/// an apostrophe.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace assay::reports

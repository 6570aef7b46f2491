#pragma once
/// What is around the content of every page we write, and how a view of the page's script gets its data.
///
/// A page is one file that needs no network. Everything is said in markup, which is whole without script; where script
/// runs, the views of reports/page/views.js add charts, filters and details to places in it. The content security
/// policy allows the page's own style sheet and script, by their hashes, and nothing else: no image or connection, no
/// markup's handler or style, whatever the body and the data hold.
#include <string>
#include <string_view>
#include <vector>

namespace assay::reports {

class HtmlPage {
 public:
  /// `title` is escaped here.
  explicit HtmlPage(std::string_view title) : title_(title) {}

  void add(std::string_view markup) { body_ += markup; }
  /// A place in the body where the view of that name works: `markup` is what stands there by itself, `json` what the
  /// view is given. What the page's script cannot draw is not kept: a library built without it drops `json`.
  void add_view(std::string_view view, std::string json, std::string_view markup = "");

  /// The document: light or dark as the reader's system is, and fit for a phone.
  [[nodiscard]] std::string str() const;

 private:
  std::string title_, body_;
  std::vector<std::string> data_;
};

/// Hostile text as one line of markup. Marks that turn the direction of text are harmless to the page, but not to its
/// reader: they are written as escapes.
[[nodiscard]] std::string shown_in_html(std::string_view text);

/// A column of a table: its header, and whether it holds numbers.
struct HtmlColumn {
  std::string_view name;
  bool number = false;
};

/// A table in a box of its own that scrolls, from the keyboard too. `rows` is markup.
[[nodiscard]] std::string html_table(std::string_view label, const std::vector<HtmlColumn>& columns,
                                     std::string_view rows);

}  // namespace assay::reports

#include "reports/output/html_page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "reports/output/json_text.h"
#include "reports/output/page_files.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

/// "sha256-…", as a policy names the one style sheet or script it allows.
std::string hash_source(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  ::EVP_Digest(text.data(), text.size(), digest.data(), nullptr, ::EVP_sha256(), nullptr);
  std::array<unsigned char, 45> base64{};  // 4 for every 3 bytes begun, and a zero
  const int length = ::EVP_EncodeBlock(base64.data(), digest.data(), digest.size());
  return fmt::format("sha256-{}",
                     std::string_view(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)));
}

/// JSON that ends no element and begins no comment: `<` stands only in its strings, and there it may be an escape. So
/// may the two characters that JSON takes for text and scripts once took for line ends.
void append_in_script(std::string& out, std::string_view json) {
  constexpr std::string_view separators = "\xe2\x80";  // of U+2028 and U+2029 the first two bytes
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] == '<') {
      out += "\\u003c";
    } else if (json.substr(at, 2) == separators && at + 2 < json.size() &&
               (json[at + 2] == '\xa8' || json[at + 2] == '\xa9')) {
      out += json[at + 2] == '\xa8' ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      out += json[at];
    }
  }
}

}  // namespace

void HtmlPage::add_view(std::string_view view, std::string json, std::string_view markup) {
  body_ += fmt::format("<div data-view=\"{}\" data-from=\"{}\">\n{}</div>\n", view, data_.size(), markup);
  data_.push_back(page_script().empty() ? std::string() : std::move(json));
}

std::string HtmlPage::str() const {
  const bool script = !page_script().empty() && !data_.empty();
  std::string text = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; {}style-src '{}'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}<footer class=\"faint\">Written by assay " ASSAY_VERSION
      ".</footer>\n",
      script ? fmt::format("script-src '{}'; ", hash_source(page_script())) : "", hash_source(page_style()),
      escape_markup(title_), page_style(), body_);
  if (script) {
    text += "<script type=\"application/json\" id=\"data\">[";
    for (const std::string& json : data_) {
      text += &json == data_.data() ? "\n" : ",\n";
      append_in_script(text, json);
    }
    text += fmt::format("\n]</script>\n<script>{}</script>\n", page_script());
  }
  return text + "</body>\n</html>\n";
}

std::string shown_in_html(std::string_view text) { return escape_markup(printable(text)); }

std::string html_table(std::string_view label, const std::vector<HtmlColumn>& columns, std::string_view rows) {
  std::string head;
  for (const HtmlColumn& column : columns)
    head += column.name.empty() ? "<td></td>"
                                : fmt::format("<th scope=\"col\"{}>{}</th>", column.number ? " class=\"number\"" : "",
                                              escape_markup(column.name));
  return fmt::format(
      "<div class=\"table\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"><table>\n<thead><tr>{}</tr></thead>\n"
      "<tbody>\n{}</tbody>\n</table></div>\n",
      escape_markup(label), head, rows);
}

}  // namespace assay::reports

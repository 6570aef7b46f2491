#include "reports/output/html_page.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "reports/output/printable.h"

namespace assay::reports {
namespace {

/// Tables scroll inside their own box, so that the page never does sideways.
constexpr std::string_view style = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --faint: #59636e; --paper: #fff; --line: #d5dae0; --band: #f4f6f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --faint: #9aa4ae; --paper: #14171a; --line: #343a40; --band: #1d2125; }
}
body { margin: 0 auto; padding: 1rem; max-width: 64rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1.2rem; margin-top: 2rem; }
h3 { font-size: 1rem; margin-bottom: .5rem; }
p { margin: .5rem 0; }
.faint { color: var(--faint); }
.table { overflow-x: auto; }
.table:focus-visible { outline: 2px solid var(--faint); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem; text-align: left; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th { background: var(--band); }
td.number, th.number { text-align: right; white-space: nowrap; }
@media (max-width: 40rem) { th, td { padding: .25rem .5rem; } }
)css";

/// "sha256-…", as a policy names the one style sheet it allows.
std::string hash_source(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  ::EVP_Digest(text.data(), text.size(), digest.data(), nullptr, ::EVP_sha256(), nullptr);
  std::array<unsigned char, 45> base64{};  // 4 for every 3 bytes begun, and a zero
  const int length = ::EVP_EncodeBlock(base64.data(), digest.data(), digest.size());
  return fmt::format("sha256-{}",
                     std::string_view(reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)));
}

}  // namespace

std::string shown_in_html(std::string_view text) { return escape_markup(printable(text)); }

std::string html_table(std::string_view label, std::string_view head, std::string_view rows) {
  return fmt::format(
      "<div class=\"table\" role=\"region\" aria-label=\"{}\" tabindex=\"0\"><table>\n<thead><tr>{}</tr></thead>\n"
      "<tbody>\n{}</tbody>\n</table></div>\n",
      label, head, rows);
}

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; base-uri 'none'; "
      "form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
      hash_source(style), escape_markup(title), style, body);
}

}  // namespace assay::reports

#include "reports/output/origin_html.h"

#include <fmt/format.h>

#include "reports/output/html_page.h"

namespace assay::reports {
namespace {

/// "mini, sha256 5f0c…": what is known of it.
std::string dataset_text(const RunOrigin& origin) {
  std::string text = origin.dataset;
  for (const auto& [kind, digest] : {std::pair("sha256", &origin.dataset_sha256), {"md5", &origin.dataset_md5}})
    if (!digest->empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind, *digest);
  return text;
}

}  // namespace

std::string origin_html(const RunOrigin& origin) {
  std::string items;
  const auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) items += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, shown_in_html(text));
  };
  add("run", origin.name);
  add("from", origin.source);
  add("made on", origin.created);
  add("data set", dataset_text(origin));
  add("samples", origin.samples_sha256.empty() ? "" : "sha256 " + origin.samples_sha256);
  add("limits", origin.limits);
  add("interpreter", origin.fingerprint);
  return "<dl class=\"origin\">\n" + items + "</dl>\n";
}

}  // namespace assay::reports

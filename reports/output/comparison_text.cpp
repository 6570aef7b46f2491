#include "reports/output/comparison_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/output/figures.h"
#include "reports/output/printable.h"

namespace assay::reports {
namespace {

constexpr std::size_t most_flips_shown = 20;

std::string flips_text(const char* word, const std::vector<Flip>& flips) {
  if (flips.empty()) return {};
  std::string text = fmt::format("\n{} ({}):\n", word, flips.size());
  for (std::size_t i = 0; i < std::min(flips.size(), most_flips_shown); ++i)
    text += fmt::format("  {:<20} {}{}\n", printable(flips[i].task_id), flip_text(flips[i]),
                        flips[i].same_programs ? "  (same programs: the verdicts wavered)" : "");
  if (flips.size() > most_flips_shown)
    text += fmt::format("  … and {} more; --json lists all\n", flips.size() - most_flips_shown);
  return text;
}

const char* test_text(const PairedPermutation& test) {
  if (test.unequal > 0) return test.exact ? "exact permutation test" : "permutation test of random draws";
  return test.exact ? "exact sign-flip test" : "sign-flip test of random patterns";
}

std::string one_text(const Comparison& comparison, bool several) {
  std::string text = headline(comparison) + "\n";
  text += fmt::format("\nbase      {}\nnew       {}\n", printable(comparison.base_run.name),
                      printable(comparison.newer_run.name));
  text += fmt::format("problems  {}: {} broken, {} fixed, {} the same\n", comparison.problems, comparison.broken.size(),
                      comparison.fixed.size(), comparison.same);
  text += fmt::format("p         regressed {}, improved {}, {}{}\n", p_text(comparison.test.p_regressed),
                      p_text(comparison.test.p_improved), test_text(comparison.test),
                      several ? fmt::format("; by Holm {}, {}", p_text(comparison.adjusted.regressed),
                                            p_text(comparison.adjusted.improved))
                              : "");
  text += fmt::format("power     {}\n", detectable_text(comparison));
  if (!comparison.flaky.empty())
    text += fmt::format("flaky     {} judged differently in the two runs, the first of {}\n",
                        counted(comparison.flaky.size(), "program"), printable(comparison.flaky.front().task_id));
  for (const std::string& note : comparison.notes) text += fmt::format("note      {}\n", printable(note));
  text += flips_text("broken", comparison.broken);
  text += flips_text("fixed", comparison.fixed);
  return text;
}

// --- annotations ----------------------------------------------------------------------------------------------------

/// Of a message; of a property also ':' and ','.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : printable(text)) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    out += special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

struct Annotation {
  std::string title, message;
};

std::string commands(const char* kind, const std::vector<Annotation>& annotations) {
  constexpr std::size_t most = 10;
  const bool fit = annotations.size() <= most;
  const std::size_t shown = fit ? annotations.size() : most - 1;
  std::string text;
  for (std::size_t i = 0; i < shown; ++i)
    text += fmt::format("::{} title={}::{}\n", kind, escaped(annotations[i].title, true),
                        escaped(annotations[i].message, false));
  if (!fit)
    text += fmt::format("::{} title=assay::… and {} more; the job summary or --json lists them\n", kind,
                        annotations.size() - shown);
  return text;
}

}  // namespace

std::string comparison_text(const std::vector<Comparison>& comparisons) {
  std::string text;
  for (const Comparison& comparison : comparisons) {
    if (!text.empty()) text += "\n";
    text += one_text(comparison, comparisons.size() > 1);
  }
  return text;
}

std::string github_annotations(const std::vector<Comparison>& comparisons, const Gates& gates) {
  std::vector<Annotation> errors, warnings, notices;
  for (const Comparison& comparison : comparisons) {
    for (const std::string& gate : fired_gates(comparison, gates)) errors.push_back({"assay gate", gate});
    for (const Flip& flip : comparison.broken)
      warnings.push_back({"broken: " + flip.task_id, fmt::format("{}, {}", name(comparison.metric), flip_text(flip))});
    notices.push_back({"assay", headline(comparison)});
    for (const Flip& flip : comparison.fixed)
      notices.push_back({"fixed: " + flip.task_id, fmt::format("{}, {}", name(comparison.metric), flip_text(flip))});
  }
  return commands("error", errors) + commands("warning", warnings) + commands("notice", notices);
}

}  // namespace assay::reports

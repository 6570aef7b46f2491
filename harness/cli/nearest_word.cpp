#include "harness/cli/nearest_word.h"

#include <algorithm>

namespace assay::harness {
namespace {

/// Slips between two words: the optimal string alignment distance.
std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> least(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        least[i][j] = i + j;
        continue;
      }
      least[i][j] =
          std::min({least[i - 1][j] + 1, least[i][j - 1] + 1, least[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        least[i][j] = std::min(least[i][j], least[i - 2][j - 2] + 1);
    }
  }
  return least[a.size()][b.size()];
}

}  // namespace

std::string nearest_word(std::string_view typed, const std::vector<std::string>& words) {
  constexpr std::size_t shortest = 3, longest = 64, least_beginning = 3, far = 3;
  if (typed.size() < shortest || typed.size() > longest) return "";
  std::string nearest;
  std::size_t fewest = typed.size() < 5 ? far - 1 : far;  // in a short word two slips make any other
  for (const std::string& word : words) {
    const std::size_t shared = std::min(typed.size(), word.size());
    const bool begins = shared >= least_beginning && typed.substr(0, shared) == word.substr(0, shared);
    const std::size_t distance = begins ? 1 : slips(typed, word);
    if (distance >= fewest) continue;
    fewest = distance;
    nearest = word;
  }
  return nearest;
}

}  // namespace assay::harness

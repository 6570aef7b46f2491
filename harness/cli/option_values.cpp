#include "harness/cli/option_values.h"

namespace assay::harness {

std::string refusal(std::string_view wanted, std::string_view given) {
  return fmt::format("{} is wanted, not {}", wanted, given.empty() ? "\"\"" : given);
}

}  // namespace assay::harness

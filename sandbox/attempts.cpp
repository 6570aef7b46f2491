#include "sandbox/attempts.h"

namespace assay::sandbox {
namespace {

struct Row {
  Attempt kind;
  std::string_view name;
};

constexpr Row rows[attempt_kinds] = {
    {Attempt::forbidden_call, "forbidden_call"},
    {Attempt::outside_view, "outside_view"},
    {Attempt::answered_twice, "answered_twice"},
    {Attempt::answered_late, "answered_late"},
    {Attempt::answered_for_another, "answered_for_another"},
    {Attempt::forged_frame, "forged_frame"},
    {Attempt::closed_results, "closed_results"},
    {Attempt::undecodable, "undecodable"},
    {Attempt::forged_type, "forged_type"},
};

}  // namespace

std::string_view name(Attempt kind) {
  for (const Row& row : rows)
    if (row.kind == kind) return row.name;
  return {};
}

std::optional<Attempt> attempt_from(std::string_view name) {
  for (const Row& row : rows)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

std::vector<Attempt> Attempts::kinds() const {
  std::vector<Attempt> all;
  for (const Row& row : rows)
    if (has(row.kind)) all.push_back(row.kind);
  return all;
}

}  // namespace assay::sandbox

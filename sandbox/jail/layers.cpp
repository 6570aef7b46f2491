#include "sandbox/jail/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace assay::sandbox {
namespace {

/// What a tier needs: of each row one at least.
using Needs = std::vector<std::vector<std::string_view>>;

const Needs contained = {
    {layer::seccomp}, {layer::no_new_privs}, {layer::rlimits}, {layer::mount_namespace, layer::landlock}};
const Needs hardened = {{layer::seccomp},       {layer::no_new_privs},    {layer::rlimits},
                        {layer::pid_namespace}, {layer::mount_namespace}, {layer::net_namespace},
                        {layer::ipc_namespace}, {layer::scratch},         {layer::own_uid},
                        {layer::memory_cgroup}, {layer::pids_cgroup}};

const Layer* find(std::span<const Layer> layers, std::string_view name) {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const Layer& each) { return each.name == name; });
  return found == layers.end() ? nullptr : &*found;
}

bool met(const std::vector<std::string_view>& any, std::span<const Layer> layers) {
  return std::any_of(any.begin(), any.end(), [&](std::string_view name) {
    const Layer* layer = find(layers, name);
    return layer != nullptr && layer->active();
  });
}

bool met(const Needs& needs, std::span<const Layer> layers) {
  return std::all_of(needs.begin(), needs.end(), [&](const auto& any) { return met(any, layers); });
}

}  // namespace

std::string_view tier_of(std::span<const Layer> layers) {
  return met(hardened, layers) ? "hardened" : met(contained, layers) ? "contained" : "basic";
}

std::string missing_for(std::string_view tier, std::span<const Layer> layers) {
  std::vector<std::pair<std::string, std::string>> reasons;  // names, and why all of them are missing
  for (const auto& any : tier == "hardened" ? hardened : tier == "contained" ? contained : Needs{}) {
    if (met(any, layers)) continue;
    const Layer* layer = find(layers, any.front());
    const std::string why = layer == nullptr ? "?" : layer->missing;
    if (!reasons.empty() && reasons.back().second == why)
      reasons.back().first += fmt::format(", {}", any.front());
    else
      reasons.emplace_back(any.front(), why);
  }
  std::string text;
  for (const auto& [names, why] : reasons) text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", names, why);
  return text;
}

}  // namespace assay::sandbox

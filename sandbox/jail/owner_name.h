#pragma once
/// Whose a thing is that a warden makes where others can see it, told by its name: what a killed warden left behind is
/// removed by the next one, and nothing else is.
#include <string>
#include <string_view>

namespace assay::sandbox {

/// This process, "NAMESPACE-PROCESS": the pid namespace's inode, for elsewhere a number means another process. Several
/// containers may share a folder.
[[nodiscard]] std::string owner_name();

/// Whether `name` begins with an owner of this pid namespace that has ended, a zombie among them; more may follow after
/// a "-". Of another namespace's nothing is known: false.
[[nodiscard]] bool is_abandoned(std::string_view name);

}  // namespace assay::sandbox

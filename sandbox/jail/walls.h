#pragma once
#include <string>

#include "sandbox/error.h"
#include "sandbox/jail/layers.h"
#include "sandbox/jail/view.h"

namespace assay::sandbox {

struct RaisedWalls {
  Walls walls = Walls::none;
  bool user_namespace = false;  ///< namespaces took one of this process's own
  std::string no_namespaces;    ///< why there are none
  int landlock = 0;             ///< the kernel's version of it
};

/// The strongest walls that can be had here, each tried by a child first, as far as a sample's scratch: some machines
/// grant namespaces and then not what a jail does in them. Where namespaces take a user namespace, this process is in
/// one of its own afterwards, as its only user. Only for a process that has one thread.
[[nodiscard]] RaisedWalls raise_walls(const InterpreterView& view);

/// Namespaces of a zygote's own, all but that of processes, with `view` as their root. After a failure this process is
/// of no more use. Only for a process that has one thread and will exec.
[[nodiscard]] Result<void> enter_namespaces(const InterpreterView& view);

}  // namespace assay::sandbox

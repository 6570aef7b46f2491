#pragma once
#include <string>

#include "sandbox/jail/layers.h"

namespace assay::sandbox {

struct RaisedWalls {
  Walls walls = Walls::none;
  bool user_namespace = false;  ///< namespaces took one of this process's own
  std::string no_namespaces;    ///< why there are none
  int landlock = 0;             ///< the kernel's version of it
};

/// The strongest walls that can be had here, each tried by a child first. Where namespaces take a user namespace, this
/// process is in one of its own afterwards, as its only user. Only for a process that has one thread.
[[nodiscard]] RaisedWalls raise_walls();

}  // namespace assay::sandbox

#pragma once
/// Data sets by name or from a file: what the rest of `assay` asks for.
#include <string>
#include <vector>

#include "datasets/error.h"
#include "datasets/problem.h"

namespace assay::datasets {

struct LoadOptions {
  bool mini = false;       ///< EvalPlus's smaller set of plus tests
  bool noextreme = false;  ///< EvalPlus's set without extreme tests
  bool offline = false;    ///< never download
  std::string data_file;   ///< a name's content from this file; another sha256 than the published one is a warning
};

struct Loaded {
  Dataset dataset;
  std::vector<std::string> warnings;  ///< one line each
};

/// The data set of that name (registry.h, or "mini"), or else the file: of any known format, told by its keys, plain or
/// gzip. A name's content comes from `options.data_file`, else from the file that EvalPlus's HUMANEVAL_OVERRIDE_PATH or
/// MBPP_OVERRIDE_PATH names (its own two sets only), else from the cache, else from the network.
/// All problems are returned, checked, or none.
[[nodiscard]] Result<Loaded> load(const std::string& name_or_file, const LoadOptions& options = {});

}  // namespace assay::datasets

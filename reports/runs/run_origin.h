#pragma once
/// How a run was made, as far as its source says; empty texts are not known.
#include <string>

#include "reports/runs/run.h"

namespace assay::reports {

struct RunOrigin {
  std::string name, source;
  std::string created;
  std::string dataset, dataset_sha256, dataset_md5;
  std::string samples_sha256;
  std::string limits, fingerprint;
};

[[nodiscard]] inline RunOrigin origin_of(const Run& run) {
  return {run.name,        run.source,         run.created, run.dataset,    run.dataset_sha256,
          run.dataset_md5, run.samples_sha256, run.limits,  run.fingerprint};
}

}  // namespace assay::reports

#pragma once
#include <string>

#include "harness/doctor/examine.h"

namespace CLI {
class App;
}

namespace assay::harness {

struct DoctorOptions {
  std::string python;        ///< --python; empty: the samples' own environment
  std::string require_tier;  ///< --require-tier
  bool json = false;
};

/// Adds the subcommand; parsing fills `options`, which must outlive `app`.
CLI::App* add_doctor(CLI::App& app, DoctorOptions& options);
/// The process's exit code: 0 where programs can be run here, at the tier that is required.
[[nodiscard]] int run_doctor(const DoctorOptions& options);

/// The object that `doctor --json` prints; its keys are in docs/json-output.md.
[[nodiscard]] std::string doctor_json(const Diagnosis& diagnosis);
/// The table for people.
[[nodiscard]] std::string doctor_text(const Diagnosis& diagnosis);

}  // namespace assay::harness

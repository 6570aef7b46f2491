#pragma once
/// One table: for each layer of the jail a harmless program that does what the layer is there to stop.
#include <cstdint>
#include <span>
#include <string_view>

#include "sandbox/executor.h"

namespace assay::harness {

/// What tells that a probe was stopped.
enum class SeenBy : std::uint8_t {
  words,    ///< the program says "held: EVIDENCE", or "loose: WHAT HAPPENED"
  end,      ///< it was ended by the kernel for a forbidden call
  time,     ///< the CPU time of a child that it left behind was counted
  outside,  ///< what the kernel says of a sample's process, read from outside
};

/// A program uses little and ends soon, so that it does no harm where the layer is not there.
struct LayerProbe {
  std::string_view layer;
  SeenBy seen_by;
  std::string_view program;
  std::string_view enable;  ///< what to do where the layer is missing
};

[[nodiscard]] std::span<const LayerProbe> layer_probes();
/// What all programs begin with, after the names of Outside.
[[nodiscard]] std::string_view probe_preamble();
/// The memory that a probe's processes may use together; limits of the doctor's jail.
[[nodiscard]] sandbox::Limits probe_limits();

}  // namespace assay::harness

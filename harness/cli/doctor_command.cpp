#include "harness/cli/doctor_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "harness/cli/failure.h"
#include "harness/cli/jail_options.h"
#include "harness/escape_utf8.h"
#include "harness/evaluation/sandbox_error.h"
#include "sandbox/jail/layers.h"
#include "sandbox/printable.h"

namespace assay::harness {
namespace {

constexpr std::string_view tiers[] = {"none", "basic", "contained", "hardened"};

std::ptrdiff_t rank(std::string_view tier) { return std::find(std::begin(tiers), std::end(tiers), tier) - tiers; }

/// What is to be done, each thing once, with the layers that it would give.
std::string remedies(const Diagnosis& diagnosis) {
  std::vector<std::pair<std::string, std::string>> found;  // what to do, layers
  const bool view = std::any_of(diagnosis.layers.begin(), diagnosis.layers.end(), [](const LayerFinding& layer) {
    return layer.name == sandbox::layer::mount_namespace && layer.active;
  });
  for (const LayerFinding& layer : diagnosis.layers) {
    // Landlock stands in for a view; beside one there is nothing to enable.
    if (layer.active || (layer.name == sandbox::layer::landlock && view)) continue;
    const auto known =
        std::find_if(found.begin(), found.end(), [&](const auto& each) { return each.first == layer.enable; });
    if (known == found.end())
      found.emplace_back(layer.enable, layer.name);
    else
      known->second += ", " + layer.name;
  }
  std::string lines;
  for (const auto& [what, layers] : found) lines += fmt::format("  {}: {}\n", layers, what);
  return lines;
}

}  // namespace

std::string doctor_json(const Diagnosis& diagnosis) {
  boost::json::array layers;
  for (const LayerFinding& layer : diagnosis.layers)
    layers.push_back(boost::json::object{
        {"name", layer.name},
        {"active", layer.active},
        {"evidence", escape_invalid_utf8(layer.evidence)},
        {"enable", layer.active ? boost::json::value() : boost::json::value(escape_invalid_utf8(layer.enable))}});
  const auto comma = diagnosis.interpreter.find(", NumPy ");
  boost::json::object interpreter{
      {"path", escape_invalid_utf8(diagnosis.python)}, {"version", nullptr}, {"numpy", nullptr}};
  if (!diagnosis.interpreter.empty())
    interpreter["version"] = escape_invalid_utf8(diagnosis.interpreter.substr(0, comma));
  if (comma != std::string::npos) interpreter["numpy"] = escape_invalid_utf8(diagnosis.interpreter.substr(comma + 8));
  boost::json::object object{
      {"tier", diagnosis.tier},
      {"error",
       diagnosis.error ? boost::json::value(escape_invalid_utf8(diagnosis.error->message)) : boost::json::value()},
      {"layers", std::move(layers)},
      {"interpreter", std::move(interpreter)},
      {"kernel", escape_invalid_utf8(diagnosis.kernel)},
      {"cpus", diagnosis.cpus},
      {"memory_bytes", diagnosis.memory_bytes},
      {"engine", diagnosis.engine},
      {"gpus", boost::json::value_from(diagnosis.gpus)},
  };
  return boost::json::serialize(object);
}

std::string doctor_text(const Diagnosis& diagnosis) {
  std::string table = fmt::format("{:<16} {:<7} {}\n", "layer", "active", "evidence");
  for (const LayerFinding& layer : diagnosis.layers)
    table +=
        fmt::format("{:<16} {:<7} {}\n", layer.name, layer.active ? "yes" : "no", sandbox::printable(layer.evidence));
  table += fmt::format("\ntier: {}\ninterpreter: {}{}{}\nmachine: {}, {} CPUs, {:.1f} GiB\n", diagnosis.tier,
                       sandbox::printable(diagnosis.python), diagnosis.interpreter.empty() ? "" : ", ",
                       diagnosis.interpreter, diagnosis.kernel, diagnosis.cpus,
                       static_cast<double>(diagnosis.memory_bytes) / (1 << 30));
  table += fmt::format(
      "engine: {}; GPUs: {}\n",
      diagnosis.engine ? "in this build" : "not in this build (scripts/setup --with-engine, then build again)",
      diagnosis.gpus.empty() ? "none" : fmt::format("{}", fmt::join(diagnosis.gpus, ", ")));
  if (const std::string what = remedies(diagnosis); !what.empty()) table += "\nto enable what is missing:\n" + what;
  return table;
}

CLI::App* add_doctor(CLI::App& app, DoctorOptions& options) {
  CLI::App* command = app.add_subcommand("doctor", "Try each layer of the jail with a live probe and tell the tier");
  command->add_option("--python", options.python, "interpreter to try it with (default: the samples' own)")
      ->type_name("EXE");
  add_require_tier(*command, options.require_tier);
  command->add_flag("--json", options.json, "print one JSON object instead (docs/json-output.md)");
  command->footer(
      "A layer is active where it was set up and a probe that it must stop was stopped. Tiers: hardened, contained,\n"
      "basic; docs/security.md says what each stops.\n\n"
      "Exit codes: 0 programs can be run here, at the tier that is required, 2 usage, 4 they can't, 70 a bug of "
      "ours,\n74 standard output cannot be written.\n\n"
      "Examples:\n"
      "  assay doctor\n"
      "  assay doctor --require-tier hardened --json");
  return command;
}

int run_doctor(const DoctorOptions& options) {
  sandbox::Options sandbox_options;
  sandbox_options.python = options.python;
  const Diagnosis diagnosis = examine(sandbox_options);
  if (options.json)
    fmt::print("{}\n", doctor_json(diagnosis));
  else
    fmt::print("{}", doctor_text(diagnosis));
  if (diagnosis.error) return fail(of_sandbox(*diagnosis.error));
  if (options.require_tier.empty() || rank(diagnosis.tier) >= rank(options.require_tier)) return 0;
  std::vector<sandbox::Layer> layers;
  for (const LayerFinding& layer : diagnosis.layers) layers.push_back({layer.name, layer.active ? "" : layer.evidence});
  return fail({Errc::sandbox, fmt::format("doctor: tier {} required, {} found; missing: {}", options.require_tier,
                                          diagnosis.tier, sandbox::missing_for(options.require_tier, layers))});
}

}  // namespace assay::harness

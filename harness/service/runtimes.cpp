#include "harness/service/runtimes.h"

namespace assay::harness {
namespace {

// The jail shows a program the samples' Python, its library and NumPy, and nothing else of the machine.
constexpr std::string_view no_jail = "the jail holds Python alone";
constexpr std::string_view no_pytest = "the samples' Python has no pytest; send asserts to /v1/rewards instead";

constexpr Runtime table[] = {
    {"python", true, ""},           {"cpp", false, no_jail},           {"nodejs", false, no_jail},
    {"go", false, no_jail},         {"go_test", false, no_jail},       {"java", false, no_jail},
    {"php", false, no_jail},        {"csharp", false, no_jail},        {"bash", false, no_jail},
    {"typescript", false, no_jail}, {"sql", false, no_jail},           {"rust", false, no_jail},
    {"cuda", false, no_jail},       {"lua", false, no_jail},           {"R", false, no_jail},
    {"perl", false, no_jail},       {"D_ut", false, no_jail},          {"ruby", false, no_jail},
    {"scala", false, no_jail},      {"julia", false, no_jail},         {"pytest", false, no_pytest},
    {"junit", false, no_jail},      {"kotlin_script", false, no_jail}, {"jest", false, no_jail},
    {"verilog", false, no_jail},    {"python_gpu", false, no_jail},    {"lean", false, no_jail},
    {"swift", false, no_jail},      {"racket", false, no_jail},
};

}  // namespace

const Runtime* find_runtime(std::string_view language) {
  for (const Runtime& runtime : table)
    if (runtime.language == language) return &runtime;
  return nullptr;
}

}  // namespace assay::harness

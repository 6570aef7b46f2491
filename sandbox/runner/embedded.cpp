#include "sandbox/runner/embedded.h"

// Each file becomes a pair of symbols. The paths come from CMake, as does the dependency on the files.
#define ASSAY_EMBED(symbol, path)                       \
  __asm__(                                              \
      ".pushsection .rodata\n"                          \
      ".global assay_" #symbol "_begin\nassay_" #symbol \
      "_begin:\n"                                       \
      ".incbin \"" path                                 \
      "\"\n"                                            \
      ".global assay_" #symbol "_end\nassay_" #symbol   \
      "_end:\n.byte 0\n"                                \
      ".popsection\n");                                 \
  extern "C" const char assay_##symbol##_begin[], assay_##symbol##_end[];
#define ASSAY_EMBED_PYTHON(name) ASSAY_EMBED(name, ASSAY_RUNNER_DIR "/" #name ".py")
#define ASSAY_FILE(symbol, name, jailed) {name, assay_##symbol##_begin, assay_##symbol##_end, jailed},
#define ASSAY_JAILED_FILE(name) ASSAY_FILE(name, #name ".py", true)

// What a jail has of Python.
#define ASSAY_JAILED(each)                                                                                             \
  each(zygote) each(frame) each(encode) each(calls) each(program) each(shared) each(answer) each(decode) each(refresh) \
      each(attributes) each(sample_twins) each(remote) each(raised) each(twins) each(proxy) each(apart)                \
          each(run_tests) each(vacuous) each(check)

ASSAY_JAILED(ASSAY_EMBED_PYTHON)
ASSAY_EMBED_PYTHON(describe)
ASSAY_EMBED(native, ASSAY_ZYGOTE_NATIVE)

namespace assay::sandbox::runner {
namespace {

struct File {
  std::string_view name;
  const char* begin;
  const char* end;
  bool jailed;
};

// clang-format off
constexpr File files[] = {
    ASSAY_JAILED(ASSAY_JAILED_FILE)
    ASSAY_FILE(describe, "describe.py", false)
    ASSAY_FILE(native, "native.so", true)
};
// clang-format on

std::string_view content(const File& file) { return {file.begin, static_cast<std::size_t>(file.end - file.begin)}; }

}  // namespace

std::string_view file(std::string_view name) {
  for (const File& each : files)
    if (each.name == name) return content(each);
  return {};
}

std::vector<std::pair<std::string, std::string_view>> jail_files() {
  std::vector<std::pair<std::string, std::string_view>> jailed;
  for (const File& each : files)
    if (each.jailed) jailed.emplace_back(each.name, content(each));
  return jailed;
}

}  // namespace assay::sandbox::runner

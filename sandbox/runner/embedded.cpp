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

ASSAY_EMBED(describe, ASSAY_RUNNER_DIR "/describe.py")
ASSAY_EMBED(zygote, ASSAY_RUNNER_DIR "/zygote.py")
ASSAY_EMBED(frame, ASSAY_RUNNER_DIR "/frame.py")
ASSAY_EMBED(encode, ASSAY_RUNNER_DIR "/encode.py")
ASSAY_EMBED(calls, ASSAY_RUNNER_DIR "/calls.py")
ASSAY_EMBED(program, ASSAY_RUNNER_DIR "/program.py")
ASSAY_EMBED(shared, ASSAY_RUNNER_DIR "/shared.py")
ASSAY_EMBED(answer, ASSAY_RUNNER_DIR "/answer.py")
ASSAY_EMBED(decode, ASSAY_RUNNER_DIR "/decode.py")
ASSAY_EMBED(refresh, ASSAY_RUNNER_DIR "/refresh.py")
ASSAY_EMBED(remote, ASSAY_RUNNER_DIR "/remote.py")
ASSAY_EMBED(raised, ASSAY_RUNNER_DIR "/raised.py")
ASSAY_EMBED(twins, ASSAY_RUNNER_DIR "/twins.py")
ASSAY_EMBED(proxy, ASSAY_RUNNER_DIR "/proxy.py")
ASSAY_EMBED(apart, ASSAY_RUNNER_DIR "/apart.py")
ASSAY_EMBED(run_tests, ASSAY_RUNNER_DIR "/run_tests.py")
ASSAY_EMBED(vacuous, ASSAY_RUNNER_DIR "/vacuous.py")
ASSAY_EMBED(check, ASSAY_RUNNER_DIR "/check.py")
ASSAY_EMBED(native, ASSAY_ZYGOTE_NATIVE)

namespace assay::sandbox::runner {
namespace {

struct File {
  std::string_view name;
  const char* begin;
  const char* end;
  bool jailed;
};

constexpr File files[] = {
    {"describe.py", assay_describe_begin, assay_describe_end, false},
    {"zygote.py", assay_zygote_begin, assay_zygote_end, true},
    {"frame.py", assay_frame_begin, assay_frame_end, true},
    {"encode.py", assay_encode_begin, assay_encode_end, true},
    {"calls.py", assay_calls_begin, assay_calls_end, true},
    {"program.py", assay_program_begin, assay_program_end, true},
    {"shared.py", assay_shared_begin, assay_shared_end, true},
    {"answer.py", assay_answer_begin, assay_answer_end, true},
    {"decode.py", assay_decode_begin, assay_decode_end, true},
    {"refresh.py", assay_refresh_begin, assay_refresh_end, true},
    {"remote.py", assay_remote_begin, assay_remote_end, true},
    {"raised.py", assay_raised_begin, assay_raised_end, true},
    {"twins.py", assay_twins_begin, assay_twins_end, true},
    {"proxy.py", assay_proxy_begin, assay_proxy_end, true},
    {"apart.py", assay_apart_begin, assay_apart_end, true},
    {"run_tests.py", assay_run_tests_begin, assay_run_tests_end, true},
    {"vacuous.py", assay_vacuous_begin, assay_vacuous_end, true},
    {"check.py", assay_check_begin, assay_check_end, true},
    {"native.so", assay_native_begin, assay_native_end, true},
};

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

#include "harness/store/schema.h"

// Each file becomes a pair of symbols. The path comes from CMake, as does the dependency on the files.
#define ASSAY_SCHEMA(number, file)                                    \
  __asm__(                                                            \
      ".pushsection .rodata\n"                                        \
      ".global assay_schema_" #number "_begin\nassay_schema_" #number \
      "_begin:\n"                                                     \
      ".incbin \"" ASSAY_SCHEMA_DIR "/" file                          \
      "\"\n"                                                          \
      ".global assay_schema_" #number "_end\nassay_schema_" #number   \
      "_end:\n.byte 0\n"                                              \
      ".popsection\n");                                               \
  extern "C" const char assay_schema_##number##_begin[], assay_schema_##number##_end[];

ASSAY_SCHEMA(001, "001_initial.sql")
ASSAY_SCHEMA(002, "002_attempts.sql")
ASSAY_SCHEMA(003, "003_returned.sql")
ASSAY_SCHEMA(004, "004_dataset_md5.sql")

namespace assay::harness {

std::span<const std::string_view, reports::newest_schema> migrations() {
  const auto file = [](const char* begin, const char* end) {
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
  };
  static const std::string_view all[] = {
      file(assay_schema_001_begin, assay_schema_001_end),
      file(assay_schema_002_begin, assay_schema_002_end),
      file(assay_schema_003_begin, assay_schema_003_end),
      file(assay_schema_004_begin, assay_schema_004_end),
  };
  return all;
}

}  // namespace assay::harness

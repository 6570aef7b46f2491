#include "harness/store/schema.h"

// The path comes from CMake, as does the dependency on the files.
__asm__(
    ".pushsection .rodata\n"
    ".global assay_schema_001_begin\nassay_schema_001_begin:\n"
    ".incbin \"" ASSAY_SCHEMA_DIR
    "/001_initial.sql\"\n"
    ".global assay_schema_001_end\nassay_schema_001_end:\n.byte 0\n"
    ".popsection\n");
extern "C" const char assay_schema_001_begin[], assay_schema_001_end[];

namespace assay::harness {

std::span<const std::string_view> migrations() {
  static const std::string_view all[] = {
      {assay_schema_001_begin, static_cast<std::size_t>(assay_schema_001_end - assay_schema_001_begin)},
  };
  return all;
}

}  // namespace assay::harness

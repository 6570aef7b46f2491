#include "datasets/embedded.h"

// The path comes from CMake, as does the dependency on the file.
__asm__(
    ".pushsection .rodata\n"
    ".global assay_mini_begin\nassay_mini_begin:\n"
    ".incbin \"" ASSAY_MINI_FILE
    "\"\n"
    ".global assay_mini_end\nassay_mini_end:\n.byte 0\n"
    ".popsection\n");
extern "C" const char assay_mini_begin[], assay_mini_end[];

namespace assay::datasets {

std::string_view embedded_mini() {
  return {assay_mini_begin, static_cast<std::size_t>(assay_mini_end - assay_mini_begin)};
}

}  // namespace assay::datasets

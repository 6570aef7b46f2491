#include "reports/output/page_files.h"

// Each file becomes a pair of symbols. The paths come from CMake, as do the dependencies on the files.
#define ASSAY_PAGE_FILE(name, file)                           \
  __asm__(                                                    \
      ".pushsection .rodata\n"                                \
      ".global assay_page_" #name "_begin\nassay_page_" #name \
      "_begin:\n"                                             \
      ".incbin \"" file                                       \
      "\"\n"                                                  \
      ".global assay_page_" #name "_end\nassay_page_" #name   \
      "_end:\n.byte 0\n"                                      \
      ".popsection\n");                                       \
  extern "C" const char assay_page_##name##_begin[], assay_page_##name##_end[];

ASSAY_PAGE_FILE(style, ASSAY_PAGE_STYLE)
ASSAY_PAGE_FILE(script, ASSAY_PAGE_SCRIPT)

namespace assay::reports {
namespace {

std::string_view file(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

}  // namespace

std::string_view page_style() { return file(assay_page_style_begin, assay_page_style_end); }

std::string_view page_script() { return file(assay_page_script_begin, assay_page_script_end); }

}  // namespace assay::reports

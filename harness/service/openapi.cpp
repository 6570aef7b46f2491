#include <boost/json.hpp>

#include "harness/service/routes.h"

// The path comes from CMake, as does the dependency on the file.
__asm__(
    ".pushsection .rodata\n"
    ".global assay_openapi_begin\nassay_openapi_begin:\n"
    ".incbin \"" ASSAY_OPENAPI_FILE
    "\"\n"
    ".global assay_openapi_end\nassay_openapi_end:\n.byte 0\n"
    ".popsection\n");
extern "C" const char assay_openapi_begin[], assay_openapi_end[];

namespace assay::harness {

std::string openapi_text(std::size_t most_items) {
  auto description = boost::json::parse({assay_openapi_begin, assay_openapi_end});
  description.at_pointer("/components/schemas/RewardRequest/properties/items").as_object()["maxItems"] = most_items;
  return boost::json::serialize(description);
}

}  // namespace assay::harness

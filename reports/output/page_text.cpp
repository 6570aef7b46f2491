#include "reports/output/page_text.h"

#include "reports/output/json_text.h"

namespace assay::reports {

std::string_view first_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80) --most;
  return text.substr(0, most);
}

std::string program_json(std::string_view program, std::size_t most) {
  std::string text = json_text(first_bytes(program, most));
  return program.size() <= most ? text : json_array({text, std::to_string(program.size())});
}

}  // namespace assay::reports

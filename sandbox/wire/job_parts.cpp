#include "sandbox/wire/job_parts.h"

#include <utility>

namespace assay::sandbox {

void put(Packer& out, const std::vector<std::string>& texts) {
  out.put(static_cast<std::uint64_t>(texts.size()));
  for (const auto& text : texts) out.put(std::string_view(text));
}

std::vector<std::string> get_texts(Unpacker& in) {
  std::vector<std::string> texts;
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) texts.emplace_back(in.text());
  return texts;
}

void put(Packer& out, const std::vector<ProgramFile>& files) {
  out.put(static_cast<std::uint64_t>(files.size()));
  for (const ProgramFile& file : files) {
    out.put(std::string_view(file.path));
    out.put(std::string_view(file.content));
  }
}

std::vector<ProgramFile> get_files(Unpacker& in) {
  std::vector<ProgramFile> files;
  const auto count = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    std::string path(in.text());
    files.push_back({std::move(path), std::string(in.text())});
  }
  return files;
}

}  // namespace assay::sandbox

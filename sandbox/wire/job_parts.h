#pragma once
/// Lists of texts and of files, as all of our messages hold them: a count, then of each text (of each file's path and
/// content) a length and its bytes.
#include <string>
#include <vector>

#include "sandbox/executor.h"
#include "sandbox/wire/packer.h"

namespace assay::sandbox {

void put(Packer& out, const std::vector<std::string>& texts);
void put(Packer& out, const std::vector<ProgramFile>& files);
[[nodiscard]] std::vector<std::string> get_texts(Unpacker& in);
[[nodiscard]] std::vector<ProgramFile> get_files(Unpacker& in);

}  // namespace assay::sandbox

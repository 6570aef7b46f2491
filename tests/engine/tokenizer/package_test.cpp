/// The engine's tokenizer beside the `tokenizers` package.
#include "tests/catch.h"
#include "tests/checks_python.h"
#include "tests/engine/tokenizer/cases.h"
#include "tests/temporary_folder.h"

using namespace assay::tests;

namespace {

const std::filesystem::path here = std::filesystem::path(ASSAY_SOURCE_DIR) / "tests/engine/tokenizer";
constexpr const char* script = "engine/tokenizer/reference.py";

void check_agreement(const std::filesystem::path& folder, std::size_t at_least) {
  for (const char* layout : {"whole", "split"}) {
    CAPTURE(layout);
    const Disagreements found = compare_with_package(folder / layout, folder / "cases.jsonl");
    CAPTURE(found.told);
    CHECK(found.count == 0);
    CHECK(found.cases >= at_least);
  }
}

}  // namespace

TEST_CASE("both layouts give what the package gave on texts that are kept here", "[tokenizer]") {
  check_agreement(here / "golden", 150);
}

TEST_CASE("a byte-level BPE trained here, source code, random text and every character: as the package has it",
          "[tokenizer][volume]") {
  const TemporaryFolder folder;
  const int status = run_reference(script, {folder.path().string(), "--every-character"});
  if (status == package_absent) ASSAY_SKIP("the tokenizers package; scripts/setup --with-checks");
  REQUIRE(status == 0);
  check_agreement(folder.path(), 3000);
}

TEST_CASE("Qwen's own vocabulary gives what the package gives", "[tokenizer][volume]") {
  const std::filesystem::path model =
      std::filesystem::path(ASSAY_SOURCE_DIR) / ".venv-checks/share/qwen/tokenizer.json";
  if (checks_python().empty() || !std::filesystem::exists(model))
    ASSAY_SKIP("Qwen's tokenizer.json; scripts/setup --with-checks fetches it where npm is");
  const TemporaryFolder folder;
  const int status = run_reference(script, {folder.path().string(), "--model", model.string()});
  if (status == package_absent) ASSAY_SKIP("the tokenizers package; scripts/setup --with-checks");
  REQUIRE(status == 0);
  check_agreement(folder.path(), 3000);
}

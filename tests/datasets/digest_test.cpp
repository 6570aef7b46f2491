#include "datasets/digest.h"

#include "tests/catch.h"

using namespace assay::datasets;

TEST_CASE("digests are those that the standards publish", "[datasets]") {
  struct Row {
    std::string text, sha256, md5;
  };
  const auto row = GENERATE(values<Row>({
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "d41d8cd98f00b204e9800998ecf8427e"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "900150983cd24fb0d6963f7d28e17f72"},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
       "7707d6ae4e027c70eea2a935c2296f21"},
  }));
  CHECK(sha256(row.text) == row.sha256);
  CHECK(md5(row.text) == row.md5);
}

/// `assay datasets` as users call it, against a local server.
#include <boost/json.hpp>

#include "datasets/registry.h"
#include "tests/catch.h"
#include "tests/datasets/file_server.h"
#include "tests/datasets/surroundings.h"

using namespace assay::tests;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

const std::string command = ASSAY_BUILD_DIR "/assay";

struct Ended {
  int code;
  std::string output;  ///< standard output and error
};

Ended run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {command, "datasets"});
  Child child(arguments, Child::Errors::merged);
  std::string output = child.rest();
  return {child.wait(), std::move(output)};
}

std::string state_of(const std::string& list, const std::string& name) {
  const boost::json::value printed = boost::json::parse(list);
  for (const auto& row : printed.at("datasets").as_array())
    if (row.at("name").as_string() == name) return std::string(row.at("state").as_string());
  return {};
}

}  // namespace

TEST_CASE("a data set is fetched, found and verified by command", "[datasets][command][network]") {
  if (!std::filesystem::exists(command)) ASSAY_SKIP(command + " is not built");
  if (!have_shared()) ASSAY_SKIP("shared/data is absent");
  const TemporaryFolder cache;
  const FileServer server(shared_dir() / "data");
  const Variable home("XDG_CACHE_HOME", cache.path().string());
  const Variable mirror("ASSAY_DATASETS_MIRROR", server.address("plain"));
  const std::string file = (cache.path() / "assay" / "sanitized-mbpp.json").string();

  CHECK(state_of(run({"list", "--json"}).output, "mbpp-sanitized") == "absent");
  CHECK(run({"verify"}).code == 0);
  CHECK(run({"verify", "mbpp-sanitized"}).code == 3);
  const Ended offline = run({"fetch", "--offline", "mbpp-sanitized"});
  CHECK(offline.code == 3);
  CHECK(offline.output == "assay: mbpp-sanitized: not in the cache (" + file +
                              "), and --offline was given; run `assay datasets fetch mbpp-sanitized` with a network "
                              "[input.bad_data]\n");
  const Ended absent = run({"path", "mbpp-sanitized"});
  CHECK(absent.code == 3);
  CHECK_THAT(absent.output, StartsWith("assay: mbpp-sanitized: not in the cache"));

  const Ended fetched = run({"fetch", "mbpp-sanitized"});
  CHECK(fetched.code == 0);
  CHECK(fetched.output == "mbpp-sanitized: downloaded to " + file + " (300253 bytes)\n");
  CHECK(run({"fetch", "mbpp-sanitized"}).output == "mbpp-sanitized: already at " + file + " (300253 bytes)\n");
  CHECK(run({"path", "mbpp-sanitized"}).output == file + "\n");
  CHECK(state_of(run({"list", "--json"}).output, "mbpp-sanitized") == "cached");
  CHECK(state_of(run({"verify", "mbpp-sanitized", "--json"}).output, "mbpp-sanitized") == "good");

  write_file(file, read_file(file) + " ");
  const Ended altered = run({"verify"});
  CHECK(altered.code == 3);
  CHECK_THAT(altered.output, Contains("its content is not what was published"));
  const Ended again = run({"fetch", "mbpp-sanitized"});
  CHECK(again.code == 0);
  CHECK_THAT(again.output, Contains("assay: warning: " + file) && Contains("downloaded to"));
}

TEST_CASE("all data sets are fetched by one command", "[datasets][command][network]") {
  if (!std::filesystem::exists(command)) ASSAY_SKIP(command + " is not built");
  if (!have_shared()) ASSAY_SKIP("shared/data is absent");
  const TemporaryFolder cache;
  const FileServer server(shared_dir() / "data");
  const Variable home("XDG_CACHE_HOME", cache.path().string());
  const Variable mirror("ASSAY_DATASETS_MIRROR", server.address("plain"));
  CHECK(run({"fetch"}).code == 0);
  CHECK(count_files(cache.path() / "assay") == assay::datasets::registry().size());
}

TEST_CASE("what one server lacks does not keep the rest from being fetched", "[datasets][command][network]") {
  if (!std::filesystem::exists(command)) ASSAY_SKIP(command + " is not built");
  if (!have_shared()) ASSAY_SKIP("shared/data is absent");
  const TemporaryFolder cache, served;
  std::filesystem::copy(shared_dir() / "data" / "mbpp.jsonl", served.path());
  const FileServer server(served.path());
  const Variable home("XDG_CACHE_HOME", cache.path().string());
  const Variable mirror("ASSAY_DATASETS_MIRROR", server.address("plain"));
  const Ended fetched = run({"fetch"});
  CHECK(fetched.code == 3);
  CHECK_THAT(fetched.output, Contains("mbpp-original: downloaded to") && Contains("404"));
  CHECK(count_files(cache.path() / "assay") == 1);
}

TEST_CASE("the list names every data set, and the command's misuse is exit code 2", "[datasets][command]") {
  if (!std::filesystem::exists(command)) ASSAY_SKIP(command + " is not built");
  const TemporaryFolder cache;
  const Variable home("XDG_CACHE_HOME", cache.path().string());
  const Ended list = run({"list"});
  CHECK(list.code == 0);
  for (const auto& entry : assay::datasets::registry()) CHECK_THAT(list.output, Contains(std::string(entry.name)));
  CHECK(state_of(run({"list", "--json"}).output, "mini") == "embedded");
  for (const auto& wrong : {std::vector<std::string>{}, {"path"}, {"path", "nosuch"}, {"fetch", "--json"}})
    CHECK(run(wrong).code == 2);
  CHECK(run({"path", "mini"}).code == 3);
  CHECK_THAT(run({"--help"}).output, Contains("assay datasets fetch humaneval"));
}

// assay doctor as root, as an ordinary user, and as one who can make no namespaces: rights are dropped for real.
#include <algorithm>
#include <set>

#include "tests/e2e/ordinary_user.h"

using namespace assay::tests;

namespace {

/// The layers that a diagnosis calls active.
std::set<std::string> active(const boost::json::object& diagnosis) {
  std::set<std::string> names;
  for (const auto& layer : diagnosis.at("layers").as_array()) {
    const bool on = layer.at("active").as_bool();
    if (on) names.emplace(layer.at("name").as_string());
    CHECK_FALSE(layer.at("evidence").as_string().empty());
    CHECK(layer.at("enable").is_null() == on);
  }
  return names;
}

const std::set<std::string> of_every_jail = {"seccomp", "no_new_privs", "rlimits"};
const std::set<std::string> of_namespaces = {"pid_namespace", "mount_namespace", "net_namespace", "ipc_namespace",
                                             "scratch"};

bool has(const std::set<std::string>& all, const std::set<std::string>& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

}  // namespace

TEST_CASE("the doctor finds every layer of a hardened jail active, each by a probe that was stopped", "[doctor]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Workplace place;
  const auto diagnosis = printed(place.assay({"doctor", "--json"}));
  CAPTURE(diagnosis);
  const auto layers = active(diagnosis);
  CHECK(has(layers, of_every_jail));
  CHECK(diagnosis.at("error").is_null());
  CHECK(diagnosis.at("interpreter").at("version").as_string().starts_with("CPython 3."));
  if (diagnosis.at("tier") != "hardened") ASSAY_SKIP("no hardened jail can be made here");
  CHECK(has(layers, of_namespaces));
  CHECK(has(layers, {"own_uid", "memory_cgroup", "pids_cgroup"}));
  const Ended table = place.assay({"doctor", "--require-tier", "hardened"});
  CHECK(table.code == 0);
  CHECK_THAT(table.out, Catch::Contains("tier: hardened"));
  CHECK_THAT(table.out, Catch::Contains("seccomp          yes     ptrace() ended the program"));
}

TEST_CASE("to an ordinary user the doctor says what is missing and how to have it", "[doctor]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  static const OrdinaryUser user;
  if (!user.missing().empty()) ASSAY_SKIP(user.missing());

  SECTION("with user namespaces") {
    const auto diagnosis = printed(user.assay({}, {"doctor", "--json"}));
    CAPTURE(diagnosis);
    const auto layers = active(diagnosis);
    if (!layers.contains("mount_namespace")) ASSAY_SKIP("ordinary users can't make namespaces here");
    CHECK(diagnosis.at("tier") == "contained");
    CHECK(has(layers, of_every_jail));
    CHECK(has(layers, of_namespaces));
    CHECK_FALSE(layers.contains("own_uid"));
  }
  SECTION("without namespaces") {
    const auto diagnosis = printed(user.assay({"--no-namespaces"}, {"doctor", "--json"}));
    CAPTURE(diagnosis);
    const auto layers = active(diagnosis);
    if (!layers.contains("landlock")) ASSAY_SKIP("this kernel has no Landlock");
    CHECK(diagnosis.at("tier") == "contained");
    CHECK(layers == std::set<std::string>{"landlock", "no_new_privs", "rlimits", "seccomp"});
    const Ended refused = user.assay({"--no-namespaces"}, {"doctor", "--require-tier", "hardened"});
    CHECK(refused.code == 4);
    CHECK_THAT(refused.out, Catch::Contains("CAP_SYS_ADMIN"));
    CHECK_THAT(refused.err, Catch::Contains("tier hardened required, contained found; missing: pid_namespace"));
  }
  SECTION("without namespaces and Landlock") {
    const auto diagnosis = printed(user.assay({"--no-namespaces", "--no-landlock"}, {"doctor", "--json"}));
    CAPTURE(diagnosis);
    CHECK(diagnosis.at("tier") == "basic");
    CHECK(active(diagnosis) == of_every_jail);
  }
}

TEST_CASE("where nothing runs the doctor still prints its table, says why, and ends with 4", "[doctor]") {
  const Workplace place;
  const Ended ended = place.assay({"doctor", "--json", "--python", "/nowhere/python"});
  CHECK(ended.code == 4);
  const auto diagnosis = printed(ended, 4);
  CHECK(diagnosis.at("tier") == "none");
  CHECK(active(diagnosis).empty());
  CHECK_THAT(std::string(diagnosis.at("error").as_string()), Catch::Contains("scripts/setup"));
  CHECK_THAT(ended.err, Catch::Contains("/nowhere/python"));
  for (const auto& layer : diagnosis.at("layers").as_array()) {
    CHECK(layer.at("evidence") == "not tried: nothing runs here");
    CHECK(layer.at("enable") == "run scripts/setup, or give another interpreter with --python");
  }
  const std::string table = place.assay({"doctor", "--python", "/nowhere/python"}).out;
  CHECK_THAT(table, Catch::Contains("run scripts/setup") && !Catch::Contains("CONFIG_SECCOMP_FILTER"));
}

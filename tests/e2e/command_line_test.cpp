// What the command says to words that it does not know, and to values that it does not take.
#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace fs = std::filesystem;

TEST_CASE("a word that is not known is named, with the one that was meant", "[command_line]") {
  struct Row {
    Words words;
    std::string says;
  };
  const auto row = GENERATE(values<Row>({
      {{"foo"}, "there is no command foo; assay --help"},
      {{"evla"}, "there is no command evla (did you mean eval?); assay --help"},
      {{"evla", "--dataset", "mini"}, "there is no command evla (did you mean eval?)"},
      {{"help", "evla"}, "there is no command evla (did you mean eval?)"},
      {{"evla", "--help"}, "there is no command evla (did you mean eval?)"},
      {{"runs", "delete", "x"}, "there is no command delete; assay runs --help"},
      {{"runs", "exprt", "x"}, "there is no command exprt (did you mean export?); assay runs --help"},
      {{"--colour"}, "there is no option --colour; assay --help"},
      {{"eval", "--dataset", "mini", "--sampels", "x"},
       "there is no option --sampels (did you mean --samples?); assay eval"},
      {{"eval", "--sampels=x"}, "there is no option --sampels (did you mean --samples?)"},
      {{"eval", "-x"}, "there is no option -x; "},
      {{"model", "info", "--jsn", "d"}, "there is no option --jsn (did you mean --json?); assay model info --help"},
      {{"exec", "a.py", "b.py"}, "exec: b.py is a word too many; "},
      {{"exec", "--", "a.py", "-x"}, "exec: -x is a word too many; "},
      {{"eval", "--dataset", "mini"}, "--samples is required; assay eval --help"},
      {{"eval", "--run=", "--dataset", "mini", "--samples", "x"}, "eval: --run is empty; give it a value"},
      {{"eval", "--dataset", "", "--samples", "x"}, "eval: --dataset is empty; give it a value [usage]"},
      {{"runs", "list", "--store="}, "runs list: --store is empty; give it a value"},
      {{"runs", "list", "--store", ""}, "runs list: --store is empty; give it a value"},
      {{"runs", "list", "--store"}, "--store has no value; give it one; assay runs list --help"},
      {{"eval", "--samples", "a", "--samples", "b"}, "--samples is given 2 times; give it once; assay eval --help"},
      {{"compare", "base"}, "compare: runs come in pairs, BASE NEW [BASE NEW]...; 1 is given"},
  }));
  const Workplace place;
  const Ended ended = place.assay(row.words, 60);
  CAPTURE(row.words, ended.out, ended.err);
  CHECK(ended.code == 2);
  CHECK(ended.out.empty());
  CHECK_THAT(ended.err, Catch::StartsWith("assay: " + row.says) && Catch::EndsWith(" [usage]\n"));
  CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 1);
}

TEST_CASE("a value that is refused is told in one line: what is wanted, and what was given", "[command_line]") {
  struct Row {
    Words words;
    std::string says;
  };
  const auto row = GENERATE(values<Row>({
      {{"compare", "a", "b", "--alpha", "nan"}, "--alpha: a number from 1e-06 to 0.4999 is wanted, not nan"},
      {{"compare", "a", "b", "--max-drop", "nan"}, "--max-drop: a number from 0 to 100 is wanted, not nan"},
      {{"compare", "a", "b", "--metric", "x"}, "--metric: base.pass@K or plus.pass@K is wanted, not x"},
      {{"eval", "--order", "foo"}, "--order: as-given or longest-first is wanted, not foo"},
      {{"generate", "--alg", "foo"}, "--alg: entropy, maskgit_plus, origin or topk_margin is wanted, not foo"},
      {{"generate", "--cache", "1"}, "--cache: dual, none or prefix is wanted, not 1"},
      {{"generate", "--prompt", "foo"}, "--prompt: base, chat or diffucoder is wanted, not foo"},
      {{"eval", "--require-tier", "best"}, "--require-tier: basic, contained or hardened is wanted, not best"},
      {{"exec", "--memory-limit", "4.5G"},
       "--memory-limit: a size from 256M to 1T in whole MiB, as in 512M or 4G, is wanted, not 4.5G"},
      {{"exec", "--memory-limit", "4X"}, "4G, is wanted, not 4X"},
      {{"exec", "--memory-limit", "300000000"}, "4G, is wanted, not 300000000"},
      {{"serve", "--port", "99999"}, "--port: a whole number from 0 to 65535 is wanted, not 99999"},
      {{"serve", "--port", "http"}, "--port: a whole number from 0 to 65535 is wanted, not http"},
  }));
  const Workplace place;
  const Ended ended = place.assay(row.words, 60);
  CAPTURE(row.words, ended.out, ended.err);
  CHECK(ended.code == 2);
  CHECK_THAT(ended.err, Catch::Contains(row.says + "; assay "));
  CHECK(std::count(ended.err.begin(), ended.err.end(), '\n') == 1);
}

TEST_CASE("a value that is empty is no default", "[command_line]") {
  const Workplace place;
  const auto words = GENERATE(values<Words>({{"--run", ""}, {"--store", ""}, {"--run="}, {"--output", ""}}));
  const Ended ended = place.assay(place.eval("mini", mini_samples, words), 60);
  CAPTURE(words, ended.out, ended.err);
  CHECK(ended.code == 2);
  CHECK_THAT(ended.err, Catch::Contains(words.front().substr(0, words.front().find('='))));
  CHECK_FALSE(fs::exists(place / "store.db"));
}

TEST_CASE("help is asked for in two ways; a command that lacks its own prints it as an error", "[command_line]") {
  const Workplace place;
  const auto command = GENERATE(values<Words>({{}, {"eval"}, {"runs"}, {"runs", "export"}}));
  Words before = {"help"}, after = command;
  before.insert(before.end(), command.begin(), command.end());
  after.emplace_back("--help");
  CAPTURE(after);
  const Ended asked = place.assay(after, 60);
  CHECK(asked.code == 0);
  CHECK(place.assay(before, 60).out == asked.out);
  if (command.empty() || command == Words{"runs"}) {
    const Ended bare = place.assay(command, 60);
    CHECK(bare.code == 2);
    CHECK(bare.out.empty());
    CHECK(bare.err == asked.out);
  }
}

TEST_CASE("a shell completes commands, options and the words that an option takes", "[command_line]") {
  struct Row {
    const char *typed, *offered;  ///< the last word is the one that Tab is pressed in
  };
  const auto row = GENERATE(values<Row>({
      {"assay ev", "eval"},
      {"assay help sw", "sweep"},
      {"assay runs ''", "list show rm export import"},
      {"assay eval --ord", "--order"},
      {"assay eval --samples x --da", "--dataset --data"},
      {"assay eval --order ''", "as-given longest-first"},
      {"assay eval --order = l", "longest-first"},
      {"assay eval --dataset mbpp-s", "mbpp-sanitized"},
      {"assay model trace --cache d", "dual"},
      {"assay completion z", "zsh"},
      {"assay eval --samples ''", ""},  // files
  }));
  CAPTURE(row.typed);
  const Workplace place;
  const std::string script = "source <(" + std::string(ASSAY_BINARY) + " completion bash)\nCOMP_WORDS=(" + row.typed +
                             ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_assay\necho \"${COMPREPLY[*]}\"\n";
  const Ended ended = Command({"/usr/bin/env", "bash", "--norc", "-c", script}, place.environment()).wait(60);
  CAPTURE(ended.err);
  CHECK(ended.out == std::string(row.offered) + "\n");
}

TEST_CASE("what is installed runs by itself, with its warden and its engine", "[command_line]") {
  ASSAY_NEEDS(mini_samples);
  Workplace place;
  const fs::path folder = place / "installed";
  const Ended installed =
      Command({"/usr/bin/env", "cmake", "--install", ASSAY_BUILD_DIR, "--prefix", folder}, place.environment())
          .wait(60);
  CAPTURE(installed.out, installed.err);
  REQUIRE(installed.code == 0);
  fs::rename(folder, place / "moved");  // nothing in it names its place
  const std::string program = write_file(place / "program.py", "print(6 * 7)");
  const auto run = [&](const Words& words) {
    Words argv = {place / "moved/bin/assay"};
    argv.insert(argv.end(), words.begin(), words.end());
    return Command(argv, place.environment()).wait(60);
  };
  CHECK(printed(run({"exec", program, "--json"})).at("stdout") == "42\n");
  const bool engine = fs::exists(fs::path(ASSAY_BINARY).parent_path() / "libassay-engine.so");
  const Ended model = run({"model", "logits", place / "none", "--ids", write_file(place / "ids.json", "[[1]]")});
  CHECK_THAT(model.err, Catch::Contains(engine ? "no such folder" : "this build has no engine"));
}

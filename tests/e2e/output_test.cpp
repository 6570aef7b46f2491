// What a command reads from a pipe, and what becomes of its output: where it cannot be written, where nobody reads, and
// on a terminal.
#include <sys/stat.h>

#include "tests/e2e/workplace.h"

using namespace assay::tests;

namespace {

namespace fs = std::filesystem;

/// Runs a shell's text, in which "$@" is the command with these words, and $FILE a file of the workplace.
Ended in_shell(const Workplace& place, const std::string& text, const Words& words) {
  Words argv = {"/bin/sh", "-c", text, "sh"};
  const Words command = assay_argv(words);
  argv.insert(argv.end(), command.begin(), command.end());
  auto environment = place.environment();
  environment["FILE"] = (place / "file").string();
  return Command(argv, environment).wait(patience);
}

/// A store with a run of the name "one", and its results in results.json.
void judge_one(const Workplace& place) {
  std::ifstream samples(mini_samples);
  std::string line;
  std::getline(samples, line);
  const fs::path one = write_file(place / "one.jsonl", line + "\n");
  printed(place.assay(place.eval("mini", one, {"--allow-missing", "--run", "one"})));
}

}  // namespace

TEST_CASE("samples may come from standard input, gzip or not", "[output]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  const std::string packed = GENERATE("", "| gzip -c ");
  const Words words = place.eval("mini", "-", {"--allow-missing", "--json", "--quiet"});
  const Ended ended = in_shell(place, "head -n 3 '" + mini_samples.string() + "' " + packed + "| \"$@\"", words);
  const auto report = printed(ended);
  CHECK(report.at("samples") == 3);
  CHECK(read_results(place / "results.json").size() == 3);

  const Ended none = in_shell(place, "\"$@\" < /dev/null", words);
  CHECK(none.code == 3);
  CHECK_THAT(none.err, Catch::Contains("standard input"));
  const Ended closed = in_shell(place, "\"$@\" <&-", words);
  CHECK(closed.code == 3);
  CHECK_THAT(closed.err, Catch::Contains("standard input"));
  const Ended nowhere = place.assay({"eval", "--dataset", "mini", "--samples", "-"}, 60);
  CHECK(nowhere.code == 2);
  CHECK_THAT(nowhere.err, Catch::Contains("--output"));
}

TEST_CASE("output that cannot be written ends with 74", "[output]") {
  ASSAY_NEEDS(mini_samples);
  if (!fs::exists("/dev/full")) ASSAY_SKIP("/dev/full is not there");
  const Workplace place;
  judge_one(place);
  const std::string results = (place / "results.json").string(), store = "--store=" + (place / "store.db").string();
  const std::string program = write_file(place / "program.py", "print(1)").string();
  for (const Words& words :
       std::vector<Words>{{"--help"},
                          {"help", "eval"},
                          {"--version"},
                          {"datasets", "list"},
                          {"runs", "list", store},
                          {"runs", "export", "one", store},
                          {"report", results},
                          {"report", results, "--json"},
                          {"compare", results, results},
                          {"exec", program},
                          place.eval("mini", place / "one.jsonl", {"--allow-missing", "--quiet", "--force"})}) {
    const Ended ended = in_shell(place, "\"$@\" > /dev/full", words);
    CAPTURE(words, ended.err);
    CHECK(ended.code == 74);
    CHECK_THAT(ended.err, Catch::Contains("assay: standard output cannot be written") &&
                              Catch::EndsWith("[output.failed]\n") && !Catch::Contains("bug"));
  }
}

TEST_CASE("a reader that goes away ends the command without a word", "[output]") {
  const Workplace place;
  REQUIRE(::mkfifo((place / "file").c_str(), 0600) == 0);
  // The reader is gone before the command begins.
  const std::string run = "read gone < \"$FILE\"; \"$@\"; echo $? >&2; } | { exec <&-; echo gone > \"$FILE\"; }";
  const std::string ignored = GENERATE("{ ", "{ trap '' PIPE; ");
  for (const Words& words : std::vector<Words>{{"--help"}, {"datasets", "list"}, {"datasets", "list", "--json"}}) {
    const Ended ended = in_shell(place, ignored + run, words);
    CAPTURE(ignored, words, ended.out);
    CHECK(ended.err == "141\n");
  }
}

TEST_CASE("an exported run goes to the output that is there", "[output]") {
  ASSAY_NEEDS(mini_samples);
  const Workplace place;
  judge_one(place);
  const std::string store = "--store=" + (place / "store.db").string();
  const fs::path file = write_file(place / "file", "kept\n"), named = place / "named.jsonl";
  CHECK(in_shell(place, "\"$@\" >> \"$FILE\"", {"runs", "export", "one", store}).code == 0);
  CHECK(place.assay({"runs", "export", "one", store, "--output", named.string()}).code == 0);
  CHECK(read_file(file) == "kept\n" + read_file(named));
  CHECK(place.assay({"runs", "export", "one", store}).out == read_file(named));
}

TEST_CASE("a program steers no terminal, and what it writes elsewhere stays as it is", "[output]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Workplace place;
  const std::string program =
      write_file(place / "program.py", "import sys\nprint('\\x1b[1mout')\nsys.stderr.write('\\x1b[31merr\\tor')")
          .string();
  Command on_terminal(assay_argv({"exec", program}), place.environment(), Command::Errors::terminal);
  const Ended shown = on_terminal.wait(patience);
  CHECK(shown.code == 0);
  CHECK(shown.out == "\x1b[1mout\n");
  CHECK_THAT(shown.err, Catch::StartsWith("\\u001b[31merr\tor\r\nassay: exec: ok; "));
  const Ended piped = place.assay({"exec", program});
  CHECK(piped.out == shown.out);
  CHECK_THAT(piped.err, Catch::StartsWith("\x1b[31merr\torassay: exec: ok; "));
}

TEST_CASE("streams that are closed are nobody else's", "[output]") {
  const Workplace place;
  const fs::path program = write_file(place / "program.py", "import sys\nprint(1)\nprint(2, file=sys.stderr)");
  const Ended out = in_shell(place, "\"$@\" >&-", {"exec", program.string()});
  CHECK(out.code == 74);
  CHECK_THAT(out.err, Catch::Contains("assay: standard output cannot be written"));
  const Ended all = in_shell(place, "\"$@\" <&- 2>&- > \"$FILE\"", {"exec", program.string()});
  CHECK(all.code == 0);
  CHECK(read_file(place / "file") == "1\n");
}

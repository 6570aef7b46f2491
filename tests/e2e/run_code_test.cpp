// POST /run_code by its sockets: SandboxFusion's API, in every language that the machine has.
#include <fmt/format.h>

#include <memory>
#include <thread>

#include "tests/e2e/service_client.h"
#include "tests/harness/service/scripts.h"

using namespace assay::tests;
namespace json = boost::json;

TEST_CASE("SandboxFusion's clients get what they parse", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  CHECK(get(service, "/v1/ping").body == "\"pong\"");
  struct Row {
    const char *code, *input, *status, *run_status;
    int return_code;
    const char* out;
  };
  for (const Row& row : std::vector<Row>{
           {"print(int(input()) + 1)", "1\n", "Success", "Finished", 0, "2\n"},
           {"print(int(input()) + 1)", "x\n", "Failed", "Finished", 1, ""},
           {"import sys; sys.exit(3)", "", "Failed", "Finished", 3, ""},
           {"import os; os.kill(os.getpid(), 6)", "", "Failed", "Finished", -6, ""},
           {"def f(x):\n    return x\n\n\nassert f(1) == 1", "", "Success", "Finished", 0, ""},
           {"def f(x):\n    return x\n\n\nassert f(1) == 2", "", "Failed", "Finished", 1, ""},
           {"import sys\nsys.exit(0)\n\n\nassert f(1) == 2", "", "Failed", "Finished", 1, ""},
       }) {
    const Answer answer = post(service, "/run_code", run_request(row.code, row.input));
    INFO(row.code << ": " << answer.body);
    REQUIRE(answer.status == 200);
    const auto result = answer.json();
    CHECK(result.at("status").as_string() == row.status);
    CHECK(result.at("message").as_string().empty());
    CHECK(result.at("compile_result").is_null());
    const auto& run = result.at("run_result");
    CHECK(run.at("status").as_string() == row.run_status);
    CHECK(number(run, "return_code") == row.return_code);
    CHECK(run.at("stdout").as_string() == row.out);
  }
  json::object spin = run_request("print('a', flush=True)\nwhile True: pass");
  spin["run_timeout"] = 0.5;
  const auto late = post(service, "/run_code", spin).json();
  CHECK(late.at("status").as_string() == "Failed");
  CHECK(late.at("run_result").at("status").as_string() == "TimeLimitExceeded");
  CHECK(late.at("run_result").at("return_code").is_null());
  CHECK(late.at("run_result").at("stdout").as_string() == "a\n");
  json::object files = run_request("import os\nopen('o', 'w').write(open('d/i').read() * 2)\nos._exit(1)");
  files["files"] = {{"d/i", "aGk="}, {"none", nullptr}};
  files["fetch_files"] = json::array{"o", "absent"};
  const auto fetched = post(service, "/run_code", files).json();
  CHECK(json::serialize(fetched.at("files")) == R"({"o":"aGloaQ=="})");
  CHECK(number(fetched.at("run_result"), "return_code") == 1);
  for (const char* language : {"js", "", "Python"})
    CHECK(post(service, "/run_code", json::object{{"code", "1"}, {"language", language}}).status == 422);
  CHECK(post(service, "/run_code", R"({"code": "1"})").status == 422);
  const auto refused = post(service, "/run_code", R"({"code": "1", "language": "ruby"})").json();
  CHECK(refused.at("status").as_string() == "SandboxError");
  CHECK(std::string(refused.at("message").as_string()).find("python, pytest, bash") != std::string::npos);
  const std::string surrogate =
      "{\"code\": \"print('\\"
      "ud800')\", \"language\": \"python\"}";
  CHECK(post(service, "/run_code", surrogate).status == 200);
}

namespace {

struct Language {
  const char *name, *sum, *broken;  ///< adds the two numbers of its stdin; does not compile
};
const Language languages[] = {
    {"bash", "read a b; echo $((a + b))", nullptr},
    {"nodejs", "const [a, b] = require('fs').readFileSync(0, 'utf8').split(' ').map(Number); console.log(a + b)",
     nullptr},
    {"cpp", "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }",
     "int main({"},
    {"go", "package main\nimport \"fmt\"\nfunc main() { var a, b int; fmt.Scan(&a, &b); fmt.Println(a + b) }",
     "package main\nfunc main() { x }"},
    {"java",
     "import java.util.*;\npublic class Main { static class Sum { int of(int a, int b) { return a + b; } }\n"
     "public static void main(String[] x) { var in = new Scanner(System.in);\n"
     "System.out.println(new Sum().of(in.nextInt(), in.nextInt())); } }",
     "public class Main { int }"},
    {"rust",
     "fn main() { let mut s = String::new(); std::io::stdin().read_line(&mut s).unwrap();\n"
     "println!(\"{}\", s.split_whitespace().map(|x| x.parse::<i32>().unwrap()).sum::<i32>()); }",
     "fn main() { x }"},
};

json::value run_code(const Service& service, json::object request) {
  const Answer answer = post(service, "/run_code", request);
  INFO(answer.body);
  REQUIRE(answer.status == 200);
  return answer.json();
}

json::object program_in(const char* language, const std::string& code, const char* input = "") {
  json::object request = run_request(code, input);
  request["language"] = language;
  return request;
}

bool is_absent(const json::value& result) {
  return result.at("status").as_string() == "SandboxError" &&
         std::string(result.at("message").as_string()).find("is not on this machine") != std::string::npos;
}

}  // namespace

TEST_CASE("programs of other languages run, and compile once for all of their cases", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  for (const Language& language : languages) {
    CAPTURE(language.name);
    const auto before = service.figure("assay_build_cache_misses_total");
    std::vector<std::unique_ptr<Client>> cases;
    for (int i = 0; i < 8; ++i) {
      cases.push_back(std::make_unique<Client>(service.port()));
      const std::string input = fmt::format("{} 2\n", i);
      cases.back()->post("/run_code", json::serialize(program_in(language.name, language.sum, input.c_str())));
    }
    bool absent = false;
    for (int i = 0; i < 8; ++i) {
      const Answer answer = cases[static_cast<std::size_t>(i)]->receive();
      INFO(answer.body);
      REQUIRE(answer.status == 200);
      const auto result = answer.json();
      if ((absent = is_absent(result))) break;
      CHECK(result.at("status").as_string() == "Success");
      CHECK(result.at("run_result").at("stdout").as_string() == fmt::format("{}\n", i + 2));
      CHECK(result.at("compile_result").is_null() == (language.broken == nullptr));
    }
    if (absent) {
      WARN(language.name << " is not on this machine: skipped");
      continue;
    }
    CHECK(service.figure("assay_build_cache_misses_total") - before == (language.broken == nullptr ? 0 : 1));
    if (language.broken == nullptr) continue;
    const auto broken = run_code(service, program_in(language.name, language.broken));
    CHECK(broken.at("status").as_string() == "Failed");
    CHECK(broken.at("run_result").is_null());
    CHECK(broken.at("compile_result").at("status").as_string() == "Finished");
    CHECK(number(broken.at("compile_result"), "return_code") != 0);
    CHECK_FALSE(broken.at("compile_result").at("stderr").as_string().empty());
  }
}

TEST_CASE("what compiles for too long, and what runs for too long, is told apart", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  json::object bomb =
      program_in("cpp",
                 "template <int n, int m> struct F { static const int v = F<n - 1, m>::v + F<n - 1, m + "
                 "(1 << n)>::v; };\ntemplate <int m> struct F<0, m> { static const int v = m; };\n"
                 "int main() { return F<25, 0>::v; }");
  bomb["compile_timeout"] = 1;
  const auto compiling = run_code(service, bomb);
  if (is_absent(compiling)) ASSAY_SKIP("no g++ here");
  CHECK(compiling.at("status").as_string() == "Failed");
  CHECK(compiling.at("compile_result").at("status").as_string() == "TimeLimitExceeded");
  CHECK(compiling.at("run_result").is_null());
  json::object spin = program_in("cpp", "int main() { for (volatile int i = 0;; ) i = 1; }");
  spin["run_timeout"] = 0.5;
  const auto running = run_code(service, spin);
  CHECK(running.at("compile_result").at("status").as_string() == "Finished");
  CHECK(running.at("run_result").at("status").as_string() == "TimeLimitExceeded");
  json::object reads = program_in("cpp",
                                  "#include <fstream>\nint main() { std::ofstream(\"o\") << "
                                  "std::ifstream(\"d/i\").rdbuf(); return 3; }");
  reads["files"] = {{"d/i", "aGk="}};
  reads["fetch_files"] = json::array{"o"};
  const auto fetched = run_code(service, reads);
  CHECK(json::serialize(fetched.at("files")) == R"({"o":"aGk="})");
  CHECK(number(fetched.at("run_result"), "return_code") == 3);
}

TEST_CASE("no blank line in verl's asserts lets a sample see them, or answer for some of them", "[service][hacks]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--cache", "10"});
  const auto status = [&](const std::string& program, const std::string& test) {
    return std::string(run_code(service, run_request(verl_assert(program, test))).at("status").as_string());
  };
  const std::string honest = "def add(a, b):\n    return a + b";
  const std::string cheat =
      "import sys\nclass E:\n    __eq__ = lambda s, o: True\n"
      "def add(a, b):\n    return E() if sys._getframe(1).f_code.co_name == '<module>' else 4";
  for (const char* blank : {"\n", "\n\n", "\n \n", "\r\n\r\n", "\n\n# more\n", "\n\nimport math\n"}) {
    CAPTURE(blank);
    const std::string test = std::string("assert add(1, 2) == 3") + blank + "assert add(7, 8) == 15" + blank;
    CHECK(status(cheat, test + "assert add(2, 2) == 4") == "Failed");
    CHECK(status(honest, test + "assert add(2, 2) == 4") == "Success");
    CHECK(status(honest, test + "assert add(2, 2) == 5") == "Failed");
  }
  // Asserts of the sample's own neither hide the test nor decide it.
  CHECK(status(honest + "\n\nassert add(0, 0) == 0", "assert add(2, 2) == 4") == "Success");
  for (const char* own : {"assert True", "assert (add := lambda a, b: 4)", "assert __import__('os')._exit(0)",
                          "assert '''", "# '''\nassert add(2, 2)"}) {
    CAPTURE(own);
    CHECK(status("def add(a, b):\n    return 0\n\n" + std::string(own), "assert add(2, 2) == 4") == "Failed");
  }
  std::string many;
  for (int i = 0; i < 20; ++i) many += "\n\nassert True";
  CHECK(status(honest + many, "assert add(2, 2) == 4") == "Failed");
}

TEST_CASE("tests that run in their sample's process are counted as shared", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  const std::string program = "def f(x):\n    return x\n";
  const auto count = [&](const char* integrity, const char* verdict) {
    return service.figure(fmt::format(
        R"(assay_items_total{{path="/run_code",verdict="{}",cause="none",integrity="{}"}})", verdict, integrity));
  };
  double shared = 0, split = 0;
  for (const char* test : {"for i in range(3):\n    assert f(i) == i", "assert f(1) == 1\nprint('ok')",
                           "y = f(1)\nassert y == 1", "if True:\n    assert(f(1) == 1)"}) {
    CAPTURE(test);
    CHECK(run_code(service, run_request(verl_assert(program, test))).at("status").as_string() == "Success");
    CHECK(count("shared", "none") == ++shared);
  }
  for (const char* test : {"# a test\nassert f(1) == 1", "import math\nassert f(1) == math.cos(0)",
                           "assert f(1) == 1\r\n\r\nassert f(2) == 2", "assert f(1) == 1\n \nassert f(2) == 2"}) {
    CAPTURE(test);
    CHECK(run_code(service, run_request(verl_assert(program, test))).at("status").as_string() == "Success");
    CHECK(count("split", "pass") == ++split);
  }
  CHECK(run_code(service, run_request("print(1)")).at("status").as_string() == "Success");
  CHECK(run_code(service, run_request("assert input() == 'a'", "a\n")).at("status").as_string() == "Success");
  CHECK(count("none", "none") == 2);
  CHECK(count("shared", "none") == shared);
}

TEST_CASE("pytest runs a file of tests", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  const auto good_tests = run_code(service, program_in("pytest", "def test_one():\n    assert 1 + 1 == 2\n"));
  if (is_absent(good_tests)) ASSAY_SKIP("no pytest here");
  CHECK(good_tests.at("status").as_string() == "Success");
  CHECK(std::string(good_tests.at("run_result").at("stdout").as_string()).find("1 passed") != std::string::npos);
  const auto bad = run_code(service, program_in("pytest", "def test_one():\n    assert 1 + 1 == 3\n"));
  CHECK(bad.at("status").as_string() == "Failed");
  CHECK(number(bad.at("run_result"), "return_code") == 1);
}

TEST_CASE("a client's memory limit holds", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  const std::string code = "x = bytearray(200 << 20)\nprint(len(x) >> 20)";
  for (const int megabytes : {-1, 0, 100, 300, 1 << 20}) {
    CAPTURE(megabytes);
    json::object request = run_request(code);
    request["memory_limit_MB"] = megabytes;
    CHECK((run_code(service, request).at("status").as_string() == "Success") == (megabytes != 100));
  }
}

TEST_CASE("verl's function cases are judged by what the function returned", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service;
  struct Row {
    const char *what, *program, *input, *status, *out;
  };
  for (const Row& row : std::vector<Row>{
           {"a function", "def f(a, b):\n    return a + b", "1\n2", "Success", "3\n"},
           {"a method", "class Solution:\n    def f(self, a):\n        return sorted(a)", "[2, 1]", "Success",
            "[1, 2]\n"},
           {"text as it is", "def f(a):\n    return a.upper()", "\"x\"", "Success", "X\n"},
           {"words of JSON", "def f():\n    return {'a': (None, True)}", "", "Success", "{\"a\": [null, true]}\n"},
           {"other types", "def f():\n    return {1}", "", "Success", "{1}\n"},
           {"a large number", "def f(a):\n    return a * 10", "123456789012345678901234567890", "Success",
            "1234567890123456789012345678900\n"},
           {"what it prints is not what it returns", "def f():\n    print('x')\n    return 1", "", "Success", "1\n"},
           {"an exception is no empty answer", "def f():\n    raise ValueError", "", "Failed", ""},
           {"nor is an early end", "import os\nos._exit(0)\ndef f():\n    pass", "", "Failed", ""},
           {"nor an end in the call", "import sys\ndef f():\n    print('5')\n    sys.exit(0)", "", "Failed", ""},
           {"no such function", "def g():\n    pass", "", "Failed", ""},
           {"no program at all", "def f(:", "", "Failed", ""},
       }) {
    CAPTURE(row.what);
    const auto result = run_code(service, run_request(function_wrapper(row.program, "f"), row.input));
    CHECK(result.at("status").as_string() == row.status);
    CHECK(result.at("run_result").at("status").as_string() == "Finished");
    CHECK(result.at("run_result").at("stdout").as_string() == row.out);
  }
  // Not JSON: run as it is, and so an empty success, as the script has it.
  const auto plain = run_code(service, run_request(function_wrapper("def f(a):\n    return a", "f"), "x"));
  CHECK(plain.at("run_result").at("stdout").as_string().empty());
}

TEST_CASE("all readings of an assert case run in the slot that its request has", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  // With a cache too: another's equal reading may be in work.
  for (const Words& words : {Words{"--parallel", "1"}, Words{"--parallel", "1", "--cache", "100"}}) {
    const Service service(words);
    const std::string slow = "import time\ntime.sleep(1)\nprint(1)\n";
    std::string code = "def f(x):\n    return x\n";
    for (int i = 0; i < 6; ++i) code += "\n\nassert f(" + std::to_string(i) + ") == " + std::to_string(i);
    Client busy(service.port());
    busy.post("/run_code", json::serialize(run_request(slow, "x")));
    while (service.figure("assay_slots_busy") < 1) std::this_thread::yield();
    Client paragraphs(service.port());
    paragraphs.post("/run_code", json::serialize(run_request(code, "")));
    while (service.figure("assay_queue_depth") < 1) std::this_thread::yield();
    std::vector<std::unique_ptr<Client>> others;
    for (int i = 0; i < 4; ++i) {
      others.push_back(std::make_unique<Client>(service.port()));
      others.back()->post("/run_code", json::serialize(run_request(slow, "x")));
    }
    CHECK(paragraphs.receive().json().at("status").as_string() == "Success");
    CHECK(service.figure("assay_queue_depth") >= 1);  // those that came later were not let in between
    for (auto& other : others) CHECK(other->receive().status == 200);
  }
}

TEST_CASE("a request that waits for another's build still has its time", "[service]") {
  ASSAY_NEEDS(ASSAY_SOURCE_DIR);
  const Service service({"--parallel", "2", "--hold", "0.5"});
  // Compiles until its time is up: who waits for it is let go of before that.
  const std::string slow =
      "template <int n, int m> struct F { static const int v = F<n - 1, m>::v + F<n - 1, m + "
      "(1 << n)>::v; };\ntemplate <int m> struct F<0, m> { static const int v = m; };\n"
      "int main() { return F<25, 0>::v; }";
  json::object request = program_in("cpp", slow);
  request["compile_timeout"] = 4;
  Client first(service.port()), second(service.port());
  first.post("/run_code", json::serialize(request));
  while (service.figure("assay_build_cache_misses_total") < 1) {
    if (is_absent(run_code(service, program_in("cpp", "int main() {}")))) ASSAY_SKIP("no g++ here");
  }
  const auto builds = service.figure("assay_build_cache_misses_total");
  second.post("/run_code", json::serialize(request));
  CHECK(second.receive().status == 504);
  const auto late = first.receive().json();
  CHECK(late.at("compile_result").at("status").as_string() == "TimeLimitExceeded");
  // Another time it may well compile: it is not kept.
  request["compile_timeout"] = 1;
  CHECK(run_code(service, request).at("compile_result").at("status").as_string() == "TimeLimitExceeded");
  CHECK(run_code(service, request).at("compile_result").at("status").as_string() == "TimeLimitExceeded");
  CHECK(service.figure("assay_build_cache_misses_total") == builds + 2);
}

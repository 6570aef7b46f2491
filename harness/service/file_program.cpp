#include "harness/service/file_program.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "harness/service/base64.h"
#include "harness/service/program_report.h"
#include "harness/service/request_json.h"

namespace assay::harness {
namespace {

/// The code runs in a child, so that the files are there to be read however it ends.
constexpr std::string_view before = R"PY(import base64, json, os, sys


def prepare(job):
    for path, content in job["files"]:
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(content))
    child = os.fork()
    if child == 0:
        return
    status = os.waitpid(child, 0)[1]
    files = {}
    for path in job["fetch"]:
        try:
            with open(path, "rb") as file:
                files[path] = base64.b64encode(file.read()).decode()
        except OSError:
            pass
    signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    report = ("\n" + job["mark"] + json.dumps({"files": files, "signal": signal})).encode()
    while report:
        report = report[os.write(2, report):]
    os._exit(128 + signal if signal else os.WEXITSTATUS(status))


_job = json.loads(base64.b64decode(")PY";
constexpr std::string_view after = R"PY("))
prepare(_job)
_code = compile(_job["code"], "<program>", "exec", dont_inherit=True)
for _name in ("base64", "json", "os", "sys", "prepare", "_job", "_name"):
    globals().pop(_name, None)
exec(globals().pop("_code"), globals())
)PY";

}  // namespace

sandbox::ProgramJob file_job(FileProgram program, std::string_view mark) {
  sandbox::ProgramJob job;
  job.input = std::move(program.input);
  job.time_limit = program.limit;
  if (program.files.empty() && program.fetch.empty()) {
    job.program = std::move(program.code);
    return job;
  }
  std::string json = fmt::format(R"({{"mark": {}, "code": {}, "files": [)", json_text(mark), json_text(program.code));
  for (std::size_t i = 0; i < program.files.size(); ++i)
    json += fmt::format("{}[{}, {}]", i == 0 ? "" : ", ", json_text(program.files[i].first),
                        json_text(program.files[i].second));
  json += R"(], "fetch": [)";
  for (std::size_t i = 0; i < program.fetch.size(); ++i) json += (i == 0 ? "" : ", ") + json_text(program.fetch[i]);
  json += "]}";
  job.program = std::string(before) + base64(json) + std::string(after);
  return job;
}

FetchedFiles take_files(sandbox::Outcome& outcome, std::string_view mark) {
  FetchedFiles fetched;
  const auto report = take_report(outcome, mark);
  if (!report) return fetched;
  std::vector<Flaw> flaws;
  Fields fields(*report, {}, flaws);
  if (const auto* files = fields.find("files"); files != nullptr && as_object(*files) != nullptr) {
    for (const auto& item : as_object(*files)->items)
      if (const std::string* content = as_text(item.value)) fetched.files.emplace_back(*as_text(item.key), *content);
  }
  if (fields.find("signal") != nullptr) fetched.signal = static_cast<int>(fields.integer("signal", 0, 0, 64));
  return fetched;
}

}  // namespace assay::harness

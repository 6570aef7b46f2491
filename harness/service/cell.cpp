#include "harness/service/cell.h"

#include <utility>

#include "harness/service/program_report.h"
#include "harness/service/python_source.h"
#include "harness/service/request_json.h"

namespace assay::harness {
namespace {

/// Reads the word that marks its report and the cell from stdin; reports on stderr, after the cell's own last word.
constexpr std::string_view cell_program = R"PY(import ast, builtins, io, json, os, sys, traceback, types


def run_cell(source, names):
    tree = ast.parse(source, "<cell>")
    last = None
    shown = not source.rstrip().endswith(";")
    if tree.body and isinstance(tree.body[-1], ast.Expr) and shown:
        last = ast.Expression(tree.body.pop().value)
    exec(compile(tree, "<cell>", "exec", dont_inherit=True), names)
    if last is None:
        return None
    value = eval(compile(last, "<cell>", "eval", dont_inherit=True), names)
    return None if value is None else repr(value)


def main():
    nonce, _, source = sys.stdin.buffer.read().decode("utf-8", "surrogatepass").partition("\n")
    sys.stdin = io.StringIO("")
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    sys.modules["__main__"] = module
    report = {"text": None, "error": None}
    try:
        report["text"] = run_cell(source, module.__dict__)
    except BaseException as error:
        try:
            value = str(error)
        except BaseException:
            value = ""
        place = error.__traceback__
        while place is not None and place.tb_frame.f_code.co_filename != "<cell>":
            place = place.tb_next
        lines = traceback.format_exception(type(error), error, place)
        report["error"] = {"name": type(error).__name__, "value": value, "traceback": "".join(lines)}
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    text = ("\n" + nonce + json.dumps(report)).encode()
    while text:
        text = text[os.write(2, text):]


main()
)PY";

}  // namespace

sandbox::ProgramJob cell_job(std::string_view source, std::string_view mark, std::chrono::milliseconds limit) {
  sandbox::ProgramJob job;
  job.program = cell_program;
  job.input = std::string(mark) + "\n" + without_indent(source);
  job.time_limit = limit;
  return job;
}

std::optional<CellResult> cell_result(sandbox::Outcome outcome, std::string_view mark) {
  const auto report = take_report(outcome, mark);
  if (!report) return std::nullopt;
  std::vector<Flaw> flaws;
  CellResult result;
  Fields fields(*report, {}, flaws);
  result.text = fields.optional_text("text");
  if (const auto* error = fields.find("error"); error != nullptr && as_object(*error) != nullptr) {
    Fields inner(*error, {}, flaws);
    result.error = CellError{inner.text("name"), inner.text("value"), inner.text("traceback")};
  }
  result.out = std::move(outcome.out);
  result.err = std::move(outcome.err);
  return result;
}

}  // namespace assay::harness

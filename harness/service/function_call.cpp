#include "harness/service/function_call.h"

#include <utility>

#include "harness/marshal_inputs.h"
#include "harness/python_json.h"
#include "sandbox/wire/value_reader.h"

namespace assay::harness {
namespace {

/// Finds the function and words its result as the script does. It runs beside the sample, which can change what it
/// says: of its own result alone.
constexpr std::string_view call = R"PY(

def _assay_call(*arguments):
    import json

    here = globals()
    if _assay_name in here:
        target = here[_assay_name]
    else:
        target = getattr(here["Solution"](), _assay_name)
    result = target(*arguments)
    if result is None or isinstance(result, (dict, list, tuple, bool)):
        return json.dumps(result)
    return str(result)
)PY";

/// The value of the one call, or what it raised.
class OneResult : public sandbox::ResultSink {
 public:
  bool begin(const sandbox::ResultHeader& header) override {
    value.clear();  // of a first try
    raised.clear();
    if (header.kind == sandbox::ResultHeader::Kind::raised) raised = header.what.empty() ? "Exception" : header.what;
    return true;
  }
  bool piece(sandbox::Bytes bytes) override {
    value.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  }
  bool end(std::size_t) override { return true; }
  std::string value, raised;
};

}  // namespace

Result<FunctionAnswer> call_function(const Scorer& scorer, const FunctionScript& script,
                                     std::chrono::milliseconds limit, const std::stop_token& stop) {
  sandbox::CallJob job;
  std::string name;
  append_json(name, script.function);  // a literal of Python's, too
  job.program = script.program + "\n_assay_name = " + name + std::string(call);
  job.entry_point = "_assay_call";
  job.inputs = {marshal_input({datasets::List{script.arguments}})};
  job.call_limits = {limit};
  job.set_limit = limit;
  OneResult sink;
  auto outcome = scorer.run(job, sink, stop);
  if (!outcome) return tl::unexpected(outcome.error());
  FunctionAnswer answer;
  answer.outcome = std::move(*outcome);
  answer.raised = std::move(sink.raised);
  if (answer.outcome.status != sandbox::Status::ok || !answer.raised.empty()) return answer;
  sandbox::ValueReader reader(std::as_bytes(std::span(sink.value)));
  const sandbox::ValueHead head = reader.open(0);
  answer.returned = head.kind == sandbox::ValueKind::text;
  if (answer.returned) answer.printed = head.text;
  return answer;
}

}  // namespace assay::harness

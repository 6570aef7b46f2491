#include "harness/oracle/oracle.h"

#include <optional>

#include "harness/oracle/call_comparison.h"

namespace assay::harness {

SetOracle::SetOracle(datasets::Family family, std::string_view entry_point, const std::vector<datasets::Value>& inputs,
                     double atol)
    : rules_(std::make_unique<TaskRules>(TaskRules{rule_of(family, entry_point), &inputs, atol})) {}

SetOracle::~SetOracle() = default;

bool SetOracle::iterates(datasets::Family family, std::string_view entry_point) {
  return rule_of(family, entry_point) == Rule::set_equality;
}

bool SetOracle::begin(std::size_t call, const sandbox::ResultHeader& header, const ExpectedResult& expected) {
  call_ = std::make_unique<CallComparison>(*rules_, call, header, expected);
  return !call_->decided();
}

void SetOracle::piece(sandbox::Bytes sample, sandbox::Bytes expected) {
  if (call_ && !call_->decided()) call_->piece(sample, expected);
}

bool SetOracle::decided() const { return !call_ || call_->decided(); }
bool SetOracle::wrong() const { return call_ && call_->wrong(); }

Cause SetOracle::end() {
  if (!call_) return Cause::wrong_answer;
  const bool right = call_->end();
  if (call_->raises_tolerance()) rules_->atol = raised_tolerance;
  call_.reset();
  return right ? Cause::none : Cause::wrong_answer;
}

}  // namespace assay::harness

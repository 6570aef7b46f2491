#pragma once
/// Runs a SetOracle over results as a job would.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/oracle/oracle.h"
#include "tests/harness/oracle/encode.h"

namespace assay::tests {

using Kind = sandbox::ResultHeader::Kind;

/// One side of a call: a whole value, or a long list or tuple in pieces.
struct Answer {
  Answer(const char* bytes) = delete;
  Answer(Encoded value) : pieces{std::move(value)} {}  // NOLINT: tests read better
  Answer(Kind sequence, std::uint64_t count, std::vector<Encoded> parts)
      : kind(sequence), elements(count), pieces(std::move(parts)) {}
  Kind kind = Kind::whole;
  std::uint64_t elements = 1;
  std::vector<Encoded> pieces;
};

enum class Reference { kept, beside };  ///< the expected pieces are kept, or come beside the sample's

inline bool judge_call(harness::SetOracle& oracle, std::size_t call, const Answer& out, const Answer& exp,
                       Reference reference = Reference::kept) {
  harness::ExpectedResult expected{exp.kind, exp.elements, {}};
  if (reference == Reference::kept) expected.pieces = exp.pieces;
  sandbox::ResultHeader header;
  header.index = call;
  header.kind = out.kind;
  header.elements = out.elements;
  oracle.begin(call, header, expected);
  for (std::size_t i = 0; i < out.pieces.size() && !oracle.decided(); ++i) {
    const bool beside = reference == Reference::beside && i < exp.pieces.size();
    oracle.piece(bytes_of(out.pieces[i]), beside ? bytes_of(exp.pieces[i]) : sandbox::Bytes{});
  }
  return oracle.end() == harness::Cause::none;
}

/// The verdict on one call of a task without rules of its own.
inline bool passes(const Answer& out, const Answer& exp, double atol = 0, Reference reference = Reference::kept) {
  const std::vector<datasets::Value> inputs(1);
  harness::SetOracle oracle(datasets::Family::humaneval, "f", inputs, atol);
  return judge_call(oracle, 0, out, exp, reference);
}

/// The verdict on one call of an MBPP task, its arguments given.
inline bool mbpp_passes(std::string_view entry_point, const Answer& out, const Answer& exp,
                        std::vector<datasets::Value> arguments = {}, double atol = 0) {
  const std::vector<datasets::Value> inputs{{datasets::List{std::move(arguments)}}};
  harness::SetOracle oracle(datasets::Family::mbpp, entry_point, inputs, atol);
  return judge_call(oracle, 0, out, exp);
}

}  // namespace assay::tests

#include "harness/evaluation/wrong_answer.h"

#include "sandbox/wire/value_check.h"
#include "sandbox/wire/value_reader.h"

namespace assay::harness {

std::optional<sandbox::Attempt> attempt_in(sandbox::Bytes piece) {
  constexpr std::size_t most_bytes = 1 << 20;
  if (piece.size() > most_bytes) return std::nullopt;
  switch (sandbox::form_of({reinterpret_cast<const char*>(piece.data()), piece.size()})) {
    case sandbox::Form::malformed:
      return sandbox::Attempt::undecodable;
    case sandbox::Form::untellable:
      return std::nullopt;
    case sandbox::Form::well_formed:
      break;
  }
  sandbox::ValueReader reader(piece);
  if (reader.skip(0) != reader.size()) return sandbox::Attempt::forged_type;
  return std::nullopt;
}

}  // namespace assay::harness

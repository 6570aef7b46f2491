#include "harness/oracle/expected_elements.h"

namespace assay::harness {

using sandbox::ValueKind;

void ExpectedElements::open(sandbox::Bytes piece) {
  reader_ = std::make_unique<sandbox::ValueReader>(piece);
  const sandbox::ValueHead head = reader_->open(0);
  const bool sequence = head.kind == ValueKind::list || head.kind == ValueKind::tuple;
  kind_ = sequence ? head.kind : ValueKind::bad;
  left_ = sequence ? head.count : 0;
  at_ = head.body;
}

bool ExpectedElements::have() {
  while (left_ == 0 && next_piece_ < expected_->pieces.size()) open(bytes_of(expected_->pieces[next_piece_++]));
  return left_ > 0;
}

}  // namespace assay::harness

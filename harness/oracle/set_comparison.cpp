#include "harness/oracle/set_comparison.h"

#include "harness/oracle/expected_elements.h"
#include "harness/oracle/value_elements.h"

namespace assay::harness {

using sandbox::ValueReader;

SetComparison::SetComparison(const ExpectedResult& expected) {
  for (const std::string& piece : expected.pieces) {
    Source& source = sources_.emplace_back(bytes_of(piece));
    const bool hashed =
        visit_elements(source.reader, source.made, source.made_reader,
                       [this](ValueReader& reader, std::size_t& at) { return index_.add_new(reader, at); });
    if (!hashed) so_far_ = Equality::raises;
  }
}

void SetComparison::piece(sandbox::Bytes sample) {
  if (so_far_ != Equality::equal) return;
  Source source(sample);
  // Elements may repeat, but not so often that looking them up becomes an attack.
  const std::uint64_t most = (std::uint64_t{1} << 20) + 64 * std::uint64_t{index_.size()};
  const bool visited =
      visit_elements(source.reader, source.made, source.made_reader, [&](ValueReader& reader, std::size_t& at) {
        so_far_ = ++elements_ > most ? Equality::raises : index_.find(reader, at).answer;
        return so_far_ == Equality::equal;
      });
  if (!visited && so_far_ == Equality::equal) so_far_ = Equality::raises;
}

Equality SetComparison::answer() const {
  if (so_far_ != Equality::equal) return so_far_;
  return index_.found() == index_.size() ? Equality::equal : Equality::unequal;
}

}  // namespace assay::harness

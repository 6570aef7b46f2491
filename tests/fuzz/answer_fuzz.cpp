/// A sample's answer beside an expected value: bytes that are hostile against bytes that are trusted but may be
/// anything.
///
/// Input: a byte for the rules, two bytes for the length of the expected value, the expected value, the answer.
#include <cstdint>
#include <string>

#include "harness/oracle/equals_itself.h"
#include "harness/oracle/expected_text.h"
#include "harness/oracle/oracle.h"
#include "sandbox/wire/value_check.h"
#include "tests/fuzz/require.h"

using namespace assay;

using assay::tests::require;

namespace {

using Kind = sandbox::ResultHeader::Kind;

struct Rules {
  datasets::Family family;
  const char* entry_point;
  double atol;
};
constexpr Rules all_rules[] = {
    {datasets::Family::humaneval, "f", 0},
    {datasets::Family::humaneval, "f", 1e-6},
    {datasets::Family::mbpp, "similar_elements", 0},
    {datasets::Family::mbpp, "check_str", 0},
    {datasets::Family::humaneval, "find_zero", 1e-4},
    {datasets::Family::mbpp, "Diff", 0},
};

sandbox::Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

bool passes(const Rules& rules, Kind kind, const std::string& answer, const std::string& expected, bool kept,
            bool same_memory) {
  const std::vector<datasets::Value> inputs(1);
  harness::SetOracle oracle(rules.family, rules.entry_point, inputs, rules.atol);
  harness::ExpectedResult result{kind, 2, {}};
  if (kept) result.pieces = {expected, expected};
  sandbox::ResultHeader header;
  header.kind = kind;
  header.elements = 2;
  oracle.begin(0, header, result);
  for (int piece = 0; piece < (kind == Kind::whole ? 1 : 2) && !oracle.decided(); ++piece)
    oracle.piece(bytes_of(answer), bytes_of(same_memory ? answer : expected));
  return oracle.end() == harness::Cause::none;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const Rules& rules = all_rules[data[0] % std::size(all_rules)];
  const Kind kind = (data[0] & 0x80) == 0 ? Kind::whole : Kind::list;
  const std::size_t length = std::min<std::size_t>(data[1] + 256U * data[2], size - 3);
  const std::string expected(reinterpret_cast<const char*>(data) + 3, length);
  const std::string answer(reinterpret_cast<const char*>(data) + 3 + length, size - 3 - length);

  (void)sandbox::form_of(answer);
  constexpr std::size_t most = 200, with_its_end = 210;
  require(harness::expected_text({kind, 2, {answer}}, most).size() <= with_its_end);
  for (const bool kept : {true, false}) (void)passes(rules, kind, answer, expected, kept, false);
  // What is known to be the expected value, byte for byte, is judged as if it had been compared.
  const Rules plain{datasets::Family::humaneval, "f", 0};
  const bool compared = passes(plain, kind, answer, std::string(answer), false, false);
  require(passes(plain, kind, answer, answer, false, true) == compared);
  // And what surely equals itself does so in the comparison too, but for depth, where the comparison gives up.
  if (kind == Kind::whole && answer.size() < 1000 && harness::equals_itself(bytes_of(answer))) require(compared);
  return 0;
}

#include "harness/verdict.h"

namespace assay::harness {
namespace {

template <class Enum>
struct Word {
  Enum value;
  std::string_view word;
};

constexpr Word<Verdict> verdicts[] = {{Verdict::pass, "pass"}, {Verdict::fail, "fail"}, {Verdict::timeout, "timeout"}};

constexpr Word<Cause> causes[] = {
    {Cause::none, "none"},
    {Cause::wrong_answer, "wrong_answer"},
    {Cause::exception, "exception"},
    {Cause::timeout, "timeout"},
    {Cause::memory, "memory"},
    {Cause::crash, "crash"},
    {Cause::syntax, "syntax"},
    {Cause::no_entry_point, "no_entry_point"},
    {Cause::early_exit, "early_exit"},
    {Cause::forbidden_call, "forbidden_call"},
    {Cause::output_limit, "output_limit"},
    {Cause::protocol, "protocol"},
};

template <class Enum, std::size_t N>
std::string_view word_of(const Word<Enum> (&words)[N], Enum value) {
  for (const auto& row : words)
    if (row.value == value) return row.word;
  return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const Word<Enum> (&words)[N], std::string_view word) {
  for (const auto& row : words)
    if (row.word == word) return row.value;
  return std::nullopt;
}

}  // namespace

std::string_view name(Verdict verdict) { return word_of(verdicts, verdict); }
std::string_view name(Cause cause) { return word_of(causes, cause); }
std::optional<Verdict> verdict_from(std::string_view word) { return value_of(verdicts, word); }
std::optional<Cause> cause_from(std::string_view word) { return value_of(causes, word); }

}  // namespace assay::harness

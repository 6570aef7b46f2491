#include "harness/errors.h"

namespace assay::harness {
namespace {

struct ErrcRow {
  Errc code;
  int exit_code;
  std::string_view word;
};

constexpr ErrcRow errc_rows[] = {
    {Errc::gate, 1, "compare.gate"},           {Errc::usage, 2, "usage"},
    {Errc::bad_data, 3, "input.bad_data"},     {Errc::refused, 3, "compare.refused"},
    {Errc::sandbox, 4, "sandbox.unavailable"}, {Errc::address, 4, "serve.address"},
    {Errc::server, 4, "server.failed"},        {Errc::incomplete, 5, "eval.incomplete"},
    {Errc::undrawn, 5, "generate.undrawn"},    {Errc::bug, 70, "bug"},
    {Errc::io, 74, "output.failed"},           {Errc::store, 74, "store.failed"},
    {Errc::interrupted, 130, "interrupted"},
};

const ErrcRow& row_of(Errc code) {
  for (const ErrcRow& row : errc_rows)
    if (row.code == code) return row;
  return row_of(Errc::bug);
}

}  // namespace

int exit_code(Errc code) { return row_of(code).exit_code; }

std::string_view code_word(Errc code) { return row_of(code).word; }

Error of_datasets(const datasets::Error& error) {
  return {error.code == datasets::Errc::misused ? Errc::usage : Errc::bad_data, error.message};
}

Error of_engine(const engine::Error& error) { return {Errc::bad_data, error.message}; }

Error of_reports(const reports::Error& error) {
  switch (error.code) {
    case reports::Errc::comparison:
      return {Errc::refused, error.message};
    case reports::Errc::store:
      return {Errc::store, error.message};
    case reports::Errc::not_found:
    case reports::Errc::bad_data:
      break;
  }
  return {Errc::bad_data, error.message};
}

}  // namespace assay::harness

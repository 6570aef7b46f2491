#pragma once
/// The routes of the service: one table, a function each.
#include <span>
#include <string>
#include <string_view>

#include "harness/service/service.h"

namespace assay::harness {

/// Which dialect a route's failures are told in.
enum class Dialect {
  native,   ///< {"error": {"code", "message"}}
  fastapi,  ///< {"detail": ...}
  router,   ///< plain text: its client takes any JSON for results
};

struct Route {
  std::string_view method, path;
  bool open;  ///< needs no token
  Dialect dialect;
  void (*serve)(Service&, const SharedExchange&);
};

[[nodiscard]] std::span<const Route> routes();
/// Null where there is no such path; `allowed` are the methods that it has.
[[nodiscard]] const Route* find_route(std::string_view method, std::string_view path, std::string& allowed);

/// What can go wrong with a request: one table, to a status and a word.
enum class Refusal {
  bad_request,
  unauthorized,
  not_found,
  method,
  timeout,
  too_large,
  invalid,
  header,
  full,
  bug,
  encoding,
  draining,
  held
};
[[nodiscard]] HttpResponse refusal(Dialect dialect, Refusal what, const std::string& message);
[[nodiscard]] HttpResponse refusal_of_status(Dialect dialect, unsigned status, const std::string& message);

void serve_rewards(Service& service, const SharedExchange& exchange);
void serve_execute_batch(Service& service, const SharedExchange& exchange);
void serve_run_code(Service& service, const SharedExchange& exchange);

/// The description of the routes, as /openapi.json has it, with the limits of this service.
[[nodiscard]] std::string openapi_text(std::size_t most_items);

}  // namespace assay::harness

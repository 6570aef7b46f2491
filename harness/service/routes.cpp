#include "harness/service/routes.h"

#include <fmt/format.h>

#include "harness/service/request_json.h"

namespace assay::harness {
namespace {

struct RefusalRow {
  Refusal what;
  unsigned status;
  std::string_view word;
  std::string_view retry_after;  ///< seconds; empty: trying again is in vain
};

constexpr RefusalRow refusals[] = {
    {Refusal::bad_request, 400, "request.malformed", ""},
    {Refusal::unauthorized, 401, "request.unauthorized", ""},
    {Refusal::not_found, 404, "request.not_found", ""},
    {Refusal::method, 405, "request.method", ""},
    {Refusal::timeout, 408, "request.timeout", ""},
    {Refusal::too_large, 413, "request.too_large", ""},
    {Refusal::invalid, 422, "request.invalid", ""},
    {Refusal::full, 429, "service.full", "1"},
    {Refusal::header, 431, "request.header_too_large", ""},
    {Refusal::bug, 500, "bug", ""},
    {Refusal::encoding, 501, "request.encoding", ""},
    {Refusal::draining, 503, "service.draining", "5"},
    {Refusal::held, 504, "service.full", "1"},
};

HttpResponse of_row(Dialect dialect, const RefusalRow& row, const std::string& message) {
  HttpResponse response;
  response.status = row.status;
  switch (dialect) {
    case Dialect::native:
      response.body =
          fmt::format(R"({{"error": {{"code": {}, "message": {}}}}})", json_text(row.word), json_bytes(message));
      break;
    case Dialect::fastapi:
      response.body = fmt::format(R"({{"detail": {}}})", json_bytes(message));
      break;
    case Dialect::router:
      response.content_type = "text/plain; charset=utf-8";
      response.body = "assay: " + message + "\n";
      break;
  }
  if (!row.retry_after.empty()) response.headers.emplace_back("Retry-After", row.retry_after);
  if (row.what == Refusal::unauthorized) response.headers.emplace_back("WWW-Authenticate", R"(Basic realm="assay")");
  return response;
}

void reply(const SharedExchange& exchange, std::string body, std::string type = "application/json") {
  HttpResponse response;
  response.body = std::move(body);
  response.content_type = std::move(type);
  exchange->send(std::move(response));
}

/// The E2B router's, to the letter.
void serve_health(Service&, const SharedExchange& exchange) { reply(exchange, R"({"status": "ok"})"); }

void serve_alive(Service&, const SharedExchange& exchange) {
  reply(exchange, fmt::format(R"({{"status": "ok", "version": {}}})", json_text(Service::version())));
}

void serve_ready(Service& service, const SharedExchange& exchange) {
  if (service.ready()) return reply(exchange, R"({"status": "ready"})");
  exchange->send(refusal(Dialect::native, Refusal::draining, "the service is shutting down"));
}

void serve_ping(Service&, const SharedExchange& exchange) { reply(exchange, R"("pong")"); }

void serve_metrics(Service& service, const SharedExchange& exchange) {
  reply(exchange, service.metrics_text(), "text/plain; version=0.0.4; charset=utf-8");
}

void serve_openapi(Service& service, const SharedExchange& exchange) {
  reply(exchange, openapi_text(service.most_items()));
}

constexpr Route route_table[] = {
    {"POST", "/v1/rewards", false, Dialect::native, serve_rewards},
    {"POST", "/execute_batch", false, Dialect::router, serve_execute_batch},
    {"POST", "/run_code", false, Dialect::fastapi, serve_run_code},
    {"GET", "/health", true, Dialect::router, serve_health},
    {"GET", "/v1/ping", true, Dialect::fastapi, serve_ping},
    {"GET", "/healthz", true, Dialect::native, serve_alive},
    {"GET", "/readyz", true, Dialect::native, serve_ready},
    {"GET", "/metrics", false, Dialect::native, serve_metrics},
    {"GET", "/openapi.json", false, Dialect::native, serve_openapi},
};

}  // namespace

std::span<const Route> routes() { return route_table; }

const Route* find_route(std::string_view method, std::string_view path, std::string& allowed) {
  if (method == "HEAD") method = "GET";
  for (const Route& route : route_table) {
    if (route.path != path) continue;
    if (route.method == method) return &route;
    allowed = route.method == "GET" ? "GET, HEAD" : std::string(route.method);
  }
  return nullptr;
}

HttpResponse refusal(Dialect dialect, Refusal what, const std::string& message) {
  for (const RefusalRow& row : refusals)
    if (row.what == what) return of_row(dialect, row, message);
  return refusal(dialect, Refusal::bug, message);
}

HttpResponse refusal_of_status(Dialect dialect, unsigned status, const std::string& message) {
  for (const RefusalRow& row : refusals)
    if (row.status == status) return of_row(dialect, row, message);
  return refusal(dialect, Refusal::bug, message);
}

}  // namespace assay::harness

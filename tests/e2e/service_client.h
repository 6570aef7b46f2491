#pragma once
/// The service as its clients see it: a process with a port, and bytes on sockets.
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/unique_fd.h"
#include "tests/e2e/command.h"
#include "tests/e2e/workplace.h"

namespace assay::tests {

/// `assay serve` on a free port, ended when this is.
class Service {
 public:
  explicit Service(Words words = {});
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] pid_t pid() const { return command_.pid(); }
  /// Asks it to end, and waits for that.
  Ended end();
  /// Until its log holds `text`.
  bool logs(const std::string& text) { return command_.says(text, 60); }
  /// From now on nobody reads its log.
  void leave_log() { command_.leave_errors(); }
  /// The value of a figure without labels, or -1.
  [[nodiscard]] double figure(const std::string& name) const;

 private:
  Workplace workplace_;
  Command command_;
  int port_ = 0;
};

struct Answer {
  int status = 0;  ///< 0: none came
  std::string head, body;
  [[nodiscard]] boost::json::value json() const { return boost::json::parse(body); }
};

/// One connection.
class Client {
 public:
  explicit Client(int port);
  void send(const std::string& bytes) const;
  /// A request with a body, as a client forms it.
  void post(const std::string& path, const std::string& body, const std::string& headers = {}) const;
  /// Reads one answer; status 0 where the connection ended first.
  Answer receive();
  void shut() { socket_.reset(); }

 private:
  bool read_some();
  sandbox::UniqueFd socket_;
  std::string buffer_;
};

Answer post(const Service& service, const std::string& path, const std::string& body, const std::string& headers = {});
Answer get(const Service& service, const std::string& path, const std::string& headers = {});
inline Answer post(const Service& service, const std::string& path, const boost::json::object& body) {
  return post(service, path, boost::json::serialize(body));
}

inline double number(const boost::json::value& value) { return value.to_number<double>(); }
inline double number(const boost::json::value& object, const char* key) { return number(object.at(key)); }

/// A request to /run_code as verl forms it.
[[nodiscard]] boost::json::object run_request(const std::string& code, const boost::json::value& input = nullptr);

}  // namespace assay::tests

#include "tests/e2e/service_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace assay::tests {
namespace {

constexpr int patience_seconds = 120;

Words serve_words(Words more) {
  Words words = {"serve", "--port", "0"};
  if (std::find(more.begin(), more.end(), "--log") == more.end()) more.insert(more.end(), {"--log", "error"});
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

}  // namespace

Service::Service(Words words) : command_(assay_argv(serve_words(std::move(words))), workplace_.environment()) {
  REQUIRE(command_.prints("\n", patience_seconds));
  const std::string& first = command_.output();
  const std::string mark = "http://127.0.0.1:";
  const std::size_t at = first.find(mark);
  REQUIRE(at != std::string::npos);
  std::from_chars(first.data() + at + mark.size(), first.data() + first.size(), port_);
  REQUIRE(port_ > 0);
}

Ended Service::end() {
  command_.kill(SIGTERM);
  return command_.wait(patience_seconds);
}

double Service::figure(const std::string& name) const {
  const Answer answer = get(*this, "/metrics");
  const std::size_t at = answer.body.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(answer.body.substr(at + name.size() + 2));
}

Client::Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const timeval longest{patience_seconds, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
}

void Client::send(const std::string& bytes) const {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t sent = ::send(socket_.get(), bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;  // the answer tells why
    at += static_cast<std::size_t>(sent);
  }
}

void Client::post(const std::string& path, const std::string& body, const std::string& headers) const {
  send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers +
       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

bool Client::read_some() {
  char bytes[1 << 16];
  const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

Answer Client::receive() {
  Answer answer;
  while (buffer_.find("\r\n\r\n") == std::string::npos)
    if (!read_some()) return {};
  const std::size_t end = buffer_.find("\r\n\r\n") + 4;
  answer.head = buffer_.substr(0, end);
  answer.status = std::stoi(answer.head.substr(9, 3));
  buffer_.erase(0, end);
  const std::string head = lower(answer.head);
  if (const std::size_t at = head.find("content-length: "); at != std::string::npos) {
    const auto length = static_cast<std::size_t>(std::stoul(head.substr(at + 16)));
    while (buffer_.size() < length)
      if (!read_some()) return {};
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
  }
  for (;;) {  // chunks
    std::size_t line;
    while ((line = buffer_.find("\r\n")) == std::string::npos)
      if (!read_some()) return {};
    const auto length = static_cast<std::size_t>(std::stoul(buffer_.substr(0, line), nullptr, 16));
    while (buffer_.size() < line + 2 + length + 2)
      if (!read_some()) return {};
    answer.body += buffer_.substr(line + 2, length);
    buffer_.erase(0, line + 2 + length + 2);
    if (length == 0) return answer;
  }
}

Answer post(const Service& service, const std::string& path, const std::string& body, const std::string& headers) {
  Client client(service.port());
  client.post(path, body, headers);
  return client.receive();
}

Answer get(const Service& service, const std::string& path, const std::string& headers) {
  Client client(service.port());
  client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
  return client.receive();
}

boost::json::object run_request(const std::string& code, const boost::json::value& input) {
  return {{"compile_timeout", 10},
          {"run_timeout", 10},
          {"code", code},
          {"stdin", input},
          {"memory_limit_MB", 1024},
          {"language", "python"},
          {"files", boost::json::object()},
          {"fetch_files", boost::json::array()}};
}

}  // namespace assay::tests

#include "bench/support/served.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string_view>
#include <utility>

namespace assay::bench {

std::optional<Served> Served::start(const std::filesystem::path& assay, const std::vector<std::string>& words) {
  std::vector<std::string> argv = {assay.string(), "serve", "--port", "0", "--log", "error"};
  argv.insert(argv.end(), words.begin(), words.end());
  std::vector<char*> pointers;
  for (std::string& word : argv) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  int said[2];
  if (::pipe2(said, O_CLOEXEC) != 0) return std::nullopt;
  const sandbox::UniqueFd read_end(said[0]);
  sandbox::UniqueFd write_end(said[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, argv[0].c_str(), &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  write_end.reset();
  if (failed != 0) return std::nullopt;
  std::string text;
  char bytes[4096];
  for (ssize_t got; (got = ::read(read_end.get(), bytes, sizeof bytes)) > 0;) {
    text.append(bytes, static_cast<std::size_t>(got));
    constexpr std::string_view mark = "http://127.0.0.1:";
    const std::size_t at = text.find(mark);
    if (at != std::string::npos && text.find('\n', at) != std::string::npos)
      return Served(pid, std::atoi(text.c_str() + at + mark.size()));
  }
  ::waitpid(pid, nullptr, 0);
  return std::nullopt;
}

Served::Served(Served&& other) noexcept : pid_(std::exchange(other.pid_, -1)), port_(other.port_) {}

Served::~Served() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

double Served::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
  double all = 0, resident = 0;
  statm >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

Connection::Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket_.reset();
}

int Connection::post(const std::string& path, const std::string& body) {
  const std::string request = "POST " + path +
                              " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
                              "\r\n\r\n" + body;
  for (std::size_t at = 0; at < request.size();) {
    const ssize_t sent = ::send(socket_.get(), request.data() + at, request.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return -1;
    at += static_cast<std::size_t>(sent);
  }
  const auto read_some = [&] {
    char bytes[1 << 16];
    const ssize_t got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (got > 0) buffer_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  };
  std::size_t end = std::string::npos;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!read_some()) return -1;
  const int status = std::atoi(buffer_.c_str() + 9);
  const std::size_t length_at = buffer_.find("Content-Length: ");
  if (length_at == std::string::npos || length_at > end) return -1;
  const std::size_t whole = end + 4 + static_cast<std::size_t>(std::atoll(buffer_.c_str() + length_at + 16));
  while (buffer_.size() < whole)
    if (!read_some()) return -1;
  body_ = buffer_.substr(end + 4, whole - end - 4);
  buffer_.erase(0, whole);
  return status;
}

}  // namespace assay::bench

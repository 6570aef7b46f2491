/// assay-warden: started by assay with one end of a socket as descriptor 3; see sandbox/warden/warden.h.
#include <malloc.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "sandbox/warden/warden.h"

namespace {

using namespace assay::sandbox;

int run() {
  constexpr int socket = 3;
  // Who replaces a warden serves meanwhile: its listener and its clients' connections, which Asio opens without
  // CLOEXEC, would stay open here for as long as this lives. Boost.Process 1.81 closes nothing between a child's own
  // descriptors and the pipe that it tells a failed exec by (close_all() takes `whitelist[idx]` for the next).
  ::syscall(SYS_close_range, socket + 1, ~0U, 0);
  // Results of many megabytes pass through: memory given back each time would be faulted in again each time.
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 128 << 20);
  // Ctrl-C goes to the whole group of the terminal; a warden ends when assay closes the socket.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  // One that replaces another is started by a thread that blocks signals: samples must not inherit that.
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  Message message;
  Setup setup;
  if (!receive_message(socket, message) || message.type != MessageType::setup || !unpack(message.payload, setup)) {
    std::fputs("assay-warden: started by hand? It is a part of assay, which starts it.\n", stderr);
    return 2;
  }
  auto warden = Warden::start(socket, setup);
  if (!warden) {
    (void)send_message(socket, MessageType::failure, warden.error().message);
    return 1;
  }
  if (!send_message(socket, MessageType::ready, pack(warden->readiness()))) return 1;
  warden->serve();
  return 0;
}

/// assay finds the socket closed: the warden has died, its job runs again in another.
int bug(const char* what) {
  std::fprintf(stderr, "assay-warden: bug: %s; please report it with the command that led here\n", what);
  return 70;
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& thrown) {
    return bug(thrown.what());
  } catch (...) {
    return bug("an unknown exception");
  }
}

// SPDX-License-Identifier: Apache-2.0
// What takes the place of a process is started by another one, and still is a child of the first.
#include "proxy/confinement/launcher.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "proxy/net/packet_pair.hpp"

namespace postern::confinement {
namespace {

Launcher launcher_of(const std::string& script) {
  auto launcher = Launcher::start({.file = "python3", .arguments = {"python3", "-c", script}},
                                  {"PATH=/usr/bin:/bin", "WORD=spoken"});
  REQUIRE(launcher);
  return *std::move(launcher);
}

// What it says on its channel.
std::string said_by(const Launcher& launcher) {
  auto pair = net::new_pair();
  REQUIRE(pair);
  const auto launched = launcher.launch(pair->far);
  REQUIRE(launched);
  pair->far.reset();
  std::array<char, 4096> buffer;
  std::string said(net::receive_packet(pair->near, buffer, net::Wait::kSeconds).packet);
  int status = -1;
  CHECK(::waitpid(launched->pid, &status, 0) == launched->pid);
  CHECK(status == 0);
  return said;
}

const std::string kBegin = "import os, signal, socket\nchannel = socket.socket(fileno=3)\n";

}  // namespace

TEST_CASE("a program is started with a channel, as a child of this process", "[confinement]") {
  const Launcher launcher =
      launcher_of(kBegin + "channel.send((os.environ['WORD'] + ' ' + str(os.getppid())).encode())");
  const std::string expected = "spoken " + std::to_string(getpid());
  CHECK(said_by(launcher) == expected);
  CHECK(said_by(launcher) == expected);
}

TEST_CASE("it has nothing else, and hears signals", "[confinement]") {
  CHECK(said_by(launcher_of(kBegin +
                            "there = [n for n in range(3, 99) if os.path.exists(f'/dev/fd/{n}')]\n"
                            "deaf = [s for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2)\n"
                            "        if signal.getsignal(s) != signal.SIG_DFL]\n"
                            "held = signal.pthread_sigmask(signal.SIG_BLOCK, [])\n"
                            "channel.send(f'{there} {deaf} {held}'.encode())")) == "[3] [] set()");
}

TEST_CASE("what cannot be started is told, and leaves nothing behind", "[confinement]") {
  auto launcher = Launcher::start({.file = "/nowhere/postern", .arguments = {"postern"}}, {});
  REQUIRE(launcher);
  auto pair = net::new_pair();
  REQUIRE(pair);
  for (int i = 0; i < 2; ++i) {
    const auto launched = launcher->launch(pair->far);
    REQUIRE(!launched);
    CHECK(launched.error() == "/nowhere/postern: no such file or directory");
  }
}

// What this process gives up meanwhile, it still has.
TEST_CASE("it is not bound by what binds this process", "[confinement]") {
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    auto launcher =
        Launcher::start({.file = "python3",
                         .arguments = {"python3", "-c",
                                       kBegin + "channel.send([line for line in "
                                                "open('/proc/self/status', 'rb') if b'NoNewPrivs' "
                                                "in line][0])"}},
                        {"PATH=/usr/bin:/bin"});
    auto pair = net::new_pair();
    if (!launcher || !pair || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(1);
    if (!launcher->launch(pair->far)) _exit(2);
    std::array<char, 4096> buffer;
    const auto said = net::receive_packet(pair->near, buffer, net::Wait::kSeconds);
    _exit(said.packet == "NoNewPrivs:\t0\n" ? 0 : 3);
  }
  int status = -1;
  CHECK(::waitpid(process, &status, 0) == process);
  CHECK(status == 0);
}

}  // namespace postern::confinement

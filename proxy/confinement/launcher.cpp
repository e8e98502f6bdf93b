// SPDX-License-Identifier: Apache-2.0
#include "proxy/confinement/launcher.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "proxy/confinement/seclusion.hpp"
#include "proxy/net/error_text.hpp"
#include "proxy/net/packet_pair.hpp"

namespace postern::confinement {
namespace {

constexpr int kCannotStart = 127;

// What the launcher answers, beside the handle of the process.
struct Answer {
  int error = 0;  // of the system
  pid_t pid = 0;  // 0: there is no process
};

// What execve(2) takes: pointers, and none at the end. Nothing is written to.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// A program begins with the signals as the system has them.
void reset_signals() noexcept {
  struct sigaction usual{};
  usual.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &usual, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

// Under the number that it looks for, and over an exec.
bool place_channel(const net::Descriptor& channel) noexcept {
  if (channel.get() != net::Child::kChannel) {
    return ::dup2(channel.get(), net::Child::kChannel) >= 0;
  }
  return ::fcntl(channel.get(), F_SETFD, 0) == 0;
}

class Starter {
 public:
  Starter(const net::Program& program, const std::vector<std::string>& environment)
      : file_(program.file.c_str()),
        arguments_(pointers_to(program.arguments)),
        variables_(pointers_to(environment)) {}

  struct Started {
    Answer answer;
    net::Descriptor handle;
  };

  // As a child of our parent, who waits for it, not of ours. It says nothing through the pipe once
  // another program runs in it, since that closes it.
  Started start(const net::Descriptor& channel) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {.answer = {.error = errno}, .handle = {}};
    const net::Descriptor reading(ends[0]);
    net::Descriptor writing(ends[1]);
    int handle = -1;
    const long pid = ::syscall(SYS_clone, CLONE_PARENT | CLONE_PIDFD | SIGCHLD, nullptr, &handle,
                               nullptr, nullptr);
    if (pid < 0) return {.answer = {.error = errno}, .handle = {}};
    if (pid == 0) become(channel, writing);
    writing.reset();
    Started started{.answer = {.error = 0, .pid = static_cast<pid_t>(pid)},
                    .handle = net::Descriptor(handle)};
    while (::read(reading.get(), &started.answer.error, sizeof(int)) < 0 && errno == EINTR) {
    }
    return started;
  }

 private:
  [[noreturn]] void become(const net::Descriptor& channel, const net::Descriptor& writing) {
    // The pipe may have the number that the channel is to have.
    const net::Descriptor failure(
        ::fcntl(writing.get(), F_DUPFD_CLOEXEC, net::Child::kChannel + 1));
    reset_signals();
    if (place_channel(channel)) ::execvpe(file_, arguments_.data(), variables_.data());
    const int error = errno;
    while (::write(failure.get(), &error, sizeof error) < 0 && errno == EINTR) {
    }
    _exit(kCannotStart);
  }

  const char* file_;
  std::vector<char*> arguments_;
  std::vector<char*> variables_;
};

std::string_view bytes_of(const std::array<char, sizeof(Answer)>& answer) noexcept {
  return {answer.data(), answer.size()};
}

[[noreturn]] void serve(const net::Descriptor& socket, Starter starter) {
  for (;;) {
    std::array<char, 1> order;
    const net::Received received = net::receive_packet(socket, order, net::Wait::kBlocks);
    if (received.error != 0 || !received.descriptor.valid()) _exit(0);
    const Starter::Started started = starter.start(received.descriptor);
    const auto answer = std::bit_cast<std::array<char, sizeof(Answer)>>(started.answer);
    net::send_packet(socket, bytes_of(answer), started.handle.get(), net::Wait::kBlocks);
  }
}

}  // namespace

std::expected<Launcher, std::string> Launcher::start(net::Program program,
                                                     const std::vector<std::string>& environment) {
  auto pair = net::new_pair();
  if (!pair) return std::unexpected("cannot start a process: " + net::error_text(-errno));
  const pid_t parent = getpid();
  const pid_t process = ::fork();
  if (process < 0) return std::unexpected("cannot start a process: " + net::error_text(-errno));
  if (process > 0) return Launcher(std::move(program.file), process, std::move(pair->near));
  pair->near.reset();
  if (!become_helper("postern: launch", pair->far, parent)) _exit(1);
  serve(pair->far, Starter(program, environment));
}

Launcher::Launcher(std::string file, pid_t process, net::Descriptor socket) noexcept
    : file_(std::move(file)), process_(process), socket_(std::move(socket)) {}

Launcher::Launcher(Launcher&& other) noexcept
    : file_(std::move(other.file_)),
      process_(std::exchange(other.process_, -1)),
      socket_(std::move(other.socket_)) {}

Launcher::~Launcher() {
  socket_.reset();
  while (process_ > 0 && ::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

std::expected<Launcher::Launched, std::string> Launcher::launch(
    const net::Descriptor& channel) const {
  if (net::send_packet(socket_, "p", channel.get(), net::Wait::kSeconds) != 0) {
    return std::unexpected(file_ + ": the process that would start it is gone");
  }
  std::array<char, sizeof(Answer)> buffer;
  net::Received received = net::receive_packet(socket_, buffer, net::Wait::kSeconds);
  if (received.error != 0 || received.packet.size() != sizeof(Answer)) {
    return std::unexpected(file_ + ": the process that would start it says nothing");
  }
  const auto answer = std::bit_cast<Answer>(buffer);
  if (answer.error != 0) {
    if (answer.pid > 0) ::waitpid(answer.pid, nullptr, 0);
    return std::unexpected(file_ + ": " + net::error_text(-answer.error));
  }
  return Launched{.pid = answer.pid, .handle = std::move(received.descriptor)};
}

}  // namespace postern::confinement

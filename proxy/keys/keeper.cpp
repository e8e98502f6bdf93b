// SPDX-License-Identifier: Apache-2.0
#include "proxy/keys/keeper.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "proxy/confinement/seclusion.hpp"
#include "proxy/keys/signer.hpp"
#include "proxy/net/packet_pair.hpp"

namespace postern::keys {
namespace {

void wait_for(pid_t process) noexcept {
  while (::waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// Negative when the system has no room for another process: whoever is at the other end of the
// channel sees it closed, and may ask again.
pid_t fork_signer(net::Descriptor& socket, net::Descriptor control) {
  const pid_t keeper = getpid();
  const pid_t signer = ::fork();
  if (signer != 0) return signer;
  socket.reset();
  if (!confinement::begin_seclusion("postern: signer", control, keeper)) _exit(1);
  run_signer(std::move(control));
}

// A signer that has died is waited for when the next one is due, so its number is nobody else's.
[[noreturn]] void keep(net::Descriptor socket, pid_t parent) {
  if (!confinement::begin_seclusion("postern: keeper", socket, parent)) _exit(1);
  pid_t signer = -1;
  for (;;) {
    std::array<char, 1> order;
    net::Received received = net::receive_packet(socket, order, net::Wait::kBlocks);
    if (signer > 0) {
      ::kill(signer, SIGKILL);
      wait_for(signer);
    }
    if (received.error != 0 || !received.descriptor.valid()) _exit(0);
    signer = fork_signer(socket, std::move(received.descriptor));
  }
}

}  // namespace

std::expected<Keeper, std::string> Keeper::start() {
  const auto failed = [] {
    return std::unexpected("cannot start a process: " + std::generic_category().message(errno));
  };
  auto pair = net::new_pair();
  if (!pair) return failed();
  const pid_t parent = getpid();
  const pid_t process = ::fork();
  if (process < 0) return failed();
  if (process > 0) return Keeper(process, std::move(pair->near));
  pair->near.reset();
  keep(std::move(pair->far), parent);
}

Keeper::Keeper(Keeper&& other) noexcept
    : process_(std::exchange(other.process_, -1)), socket_(std::move(other.socket_)) {}

Keeper::~Keeper() {
  socket_.reset();
  if (process_ > 0) wait_for(process_);
}

bool Keeper::start_signer(const net::Descriptor& control) const noexcept {
  return net::send_packet(socket_, "s", control.get(), net::Wait::kBlocks) == 0;
}

}  // namespace postern::keys

// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/proxy_intake.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace postern::net {
namespace {

// So many bytes were seen there. Returns whether they were still.
bool take(const Descriptor& socket, std::size_t count) noexcept {
  // MSG_TRUNC: nothing is copied (tcp(7)).
  return ::recv(socket.get(), nullptr, count, MSG_DONTWAIT | MSG_TRUNC) ==
         static_cast<ssize_t>(count);
}

}  // namespace

// A client that has no balancer before it may have begun with its password.
ProxyIntake::~ProxyIntake() { explicit_bzero(opening_.data(), opening_.size()); }

// What was looked at and stays in the socket may be a password, too.
ProxyIntake::State ProxyIntake::look(const Descriptor& socket) {
  std::array<char, kLongestProxyHeader> bytes{};
  std::ranges::copy(taken_, bytes.begin());
  const std::size_t known = taken_.size();
  const ssize_t came =
      ::recv(socket.get(), bytes.data() + known, bytes.size() - known, MSG_DONTWAIT | MSG_PEEK);
  if (came < 0 && (errno == EAGAIN || errno == EINTR)) return State::kWaiting;
  if (came <= 0) return State::kEnded;
  const std::string_view all(bytes.data(), known + static_cast<std::size_t>(came));
  note_opening(all);
  const State state = judge(socket, all);
  explicit_bzero(bytes.data(), all.size());
  return state;
}

ProxyIntake::State ProxyIntake::judge(const Descriptor& socket, std::string_view bytes) {
  const auto read = read_proxy_header(bytes);
  if (!read) {
    fault_ = read.error();
    return State::kFaulty;
  }
  const std::size_t length = *read ? (*read)->length : bytes.size();
  if (!take(socket, length - taken_.size())) return State::kEnded;
  if (!*read) {
    taken_ = bytes;
    return State::kWaiting;
  }
  header_ = **read;
  return State::kComplete;
}

void ProxyIntake::note_opening(std::string_view bytes) noexcept {
  bytes = bytes.substr(0, opening_.size());
  std::ranges::copy(bytes, opening_.begin());
  opening_size_ = static_cast<std::uint8_t>(bytes.size());
}

}  // namespace postern::net

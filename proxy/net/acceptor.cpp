// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/acceptor.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "policy/must.hpp"
#include "proxy/net/trampoline.hpp"

namespace postern::net {
namespace {

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

bool set_option(int socket, int level, int name) noexcept {
  const int on = 1;
  return setsockopt(socket, level, name, &on, sizeof on) == 0;
}

// A port is shared when both sockets allow it: without SO_REUSEPORT, the bind fails if there is one
// already, and who comes later is let in by what is allowed after it.
bool bind_to(int socket, const Address& address, Claim claim) noexcept {
  const auto share = [socket] { return set_option(socket, SOL_SOCKET, SO_REUSEPORT); };
  const auto bound = [&] { return bind(socket, address.raw(), address.size()) == 0; };
  switch (claim) {
    case Claim::kShared:
      return share() && bound();
    case Claim::kAlone:
      return bound() && share();
  }
  std::unreachable();
}

bool prepare(int socket, const Address& address, Claim claim) noexcept {
  // An IPv6 listener takes IPv6 only: 0.0.0.0 and [::] are configured side by side.
  const bool v6 = address.family() == AF_INET6;
  return set_option(socket, SOL_SOCKET, SO_REUSEADDR) &&
         set_option(socket, IPPROTO_TCP, TCP_NODELAY) &&
         (!v6 || set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY)) &&
         bind_to(socket, address, claim) && listen(socket, SOMAXCONN) == 0;
}

int option_of(int socket, int name) noexcept {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(socket, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

bool is_ip(int socket) noexcept {
  const int family = option_of(socket, SO_DOMAIN);
  return family == AF_INET || family == AF_INET6;
}

// Errors that belong to one connection that is gone already (accept(2)), not to us.
bool concerns_peer_only(int error) noexcept {
  return error == ECONNABORTED || error == EPROTO || error == EINTR || error == EAGAIN ||
         error == ENETDOWN || error == EHOSTDOWN || error == EHOSTUNREACH || error == ENETUNREACH;
}

}  // namespace

std::expected<Descriptor, std::error_code> open_listening_socket(const Address& address,
                                                                 Claim claim) {
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid() || !prepare(socket.get(), address, claim))
    return std::unexpected(last_error());
  return socket;
}

std::expected<void, std::string> adopt_listening_socket(const Descriptor& socket) {
  const int number = socket.get();
  if (!is_ip(number) || option_of(number, SO_TYPE) != SOCK_STREAM) {
    return std::unexpected("it is not a socket of TCP");
  }
  if (option_of(number, SO_ACCEPTCONN) != 1) return std::unexpected("nobody listens on it");
  const int flags = fcntl(number, F_GETFL);
  const bool ready = flags >= 0 && fcntl(number, F_SETFL, flags | O_NONBLOCK) == 0 &&
                     fcntl(number, F_SETFD, FD_CLOEXEC) == 0 &&
                     set_option(number, IPPROTO_TCP, TCP_NODELAY);
  if (!ready) return std::unexpected(last_error().message());
  return {};
}

void dismiss(Descriptor connection, std::string_view last_words) noexcept {
  if (last_words.empty()) return;
  constexpr int kTimes = 16;
  const int socket = connection.get();
  ::send(socket, last_words.data(), last_words.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  ::shutdown(socket, SHUT_WR);
  std::array<char, 16'384> unread;
  for (int i = 0; i < kTimes; ++i) {
    if (::recv(socket, unread.data(), unread.size(), MSG_DONTWAIT) <= 0) break;
  }
  explicit_bzero(unread.data(), unread.size());  // it may be a password
}

Acceptor::Acceptor(Loop& loop, Descriptor socket, Owner& owner)
    : socket_(std::move(socket)),
      address_(Address::of_socket(socket_.get()).value_or(Address())),
      owner_(owner),
      poll_(new uv_poll_t) {
  policy::must(uv_poll_init_socket(loop.raw(), poll_.get(), socket_.get()) == 0,
               "uv_poll_init_socket");
  poll_->data = this;
  resume();
}

// The descriptor must stay open until libuv has let go of it, which stopping does at once.
Acceptor::~Acceptor() { pause(); }

void Acceptor::pause() noexcept { uv_poll_stop(poll_.get()); }

void Acceptor::resume() noexcept {
  uv_poll_start(poll_.get(), UV_READABLE, Trampoline([](uv_poll_t* poll, int, int) {
                  if (auto* const self = owner_of<Acceptor>(poll)) self->accept_one();
                }));
}

Address Acceptor::local_address_of(const Descriptor& connection) const noexcept {
  if (!address_.is_wildcard()) return address_;
  return Address::of_socket(connection.get()).value_or(address_);
}

// One a turn: the loop comes back at once if more are waiting, and those who are already here are
// served in between.
void Acceptor::accept_one() {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* const raw = reinterpret_cast<sockaddr*>(&storage);
  Descriptor connection(accept4(socket_.get(), raw, &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (connection.valid()) {
    const auto peer = Address::from(raw);
    if (peer) owner_.on_accept(*this, std::move(connection), *peer);
  } else if (!concerns_peer_only(errno)) {
    owner_.on_accept_failed(*this, last_error());
  }
}

}  // namespace postern::net

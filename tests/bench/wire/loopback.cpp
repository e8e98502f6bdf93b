// SPDX-License-Identifier: Apache-2.0
#include "wire/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>

#include "wire/fatal.hpp"

namespace postern::bench {
namespace {

constexpr rlim_t kDescriptors = 200'000;

void switch_on(const net::Descriptor& socket, int level, int option) {
  const int on = 1;
  if (setsockopt(socket.get(), level, option, &on, sizeof on) != 0) fatal_errno("setsockopt");
}

sockaddr_in loopback(std::uint8_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(0x7F000000U | host);
  address.sin_port = htons(port);
  return address;
}

bool bind_to(const net::Descriptor& socket, const sockaddr_in& address) {
  return bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

net::Descriptor new_socket() {
  net::Descriptor made(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.valid()) fatal_errno("socket");
  return made;
}

}  // namespace

net::Descriptor listen_on_loopback(std::uint16_t port) {
  net::Descriptor made = new_socket();
  switch_on(made, SOL_SOCKET, SO_REUSEADDR);
  if (!bind_to(made, loopback(1, port))) fatal_errno("bind");
  if (listen(made.get(), SOMAXCONN) != 0) fatal_errno("listen");
  return made;
}

std::uint16_t port_of(const net::Descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    fatal_errno("getsockname");
  }
  return ntohs(address.sin_port);
}

net::Descriptor accept_from(const net::Descriptor& listener) {
  net::Descriptor taken(accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (taken.valid()) switch_on(taken, IPPROTO_TCP, TCP_NODELAY);
  return taken;
}

net::Descriptor connect_to_loopback(std::uint16_t port, std::uint8_t source) {
  net::Descriptor made = new_socket();
  switch_on(made, IPPROTO_TCP, TCP_NODELAY);
  // The port is chosen by connect(), which may use one again that went to another address.
  switch_on(made, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  if (!bind_to(made, loopback(source, 0))) fatal_errno("bind");
  const sockaddr_in server = loopback(1, port);
  const int done = connect(made.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server);
  if (done != 0 && errno != EINPROGRESS) fatal_errno("connect");
  return made;
}

void allow_many_descriptors() {
  rlimit limit{kDescriptors, kDescriptors};
  if (setrlimit(RLIMIT_NOFILE, &limit) == 0) return;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) fatal_errno("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) fatal_errno("setrlimit");
}

}  // namespace postern::bench

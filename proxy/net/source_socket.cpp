// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/source_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

#include <cerrno>

namespace postern::net {

// A port that is chosen when the peer is known may be in use towards others (ip(7)): else there
// would be as many connections as ports.
std::expected<Descriptor, int> source_socket(const Address& source) {
  Descriptor socket(::socket(source.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return std::unexpected(uv_translate_sys_error(errno));
  const int late = 1;
  setsockopt(socket.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof late);
  if (::bind(socket.get(), source.raw(), source.size()) != 0) {
    return std::unexpected(uv_translate_sys_error(errno));
  }
  return socket;
}

}  // namespace postern::net

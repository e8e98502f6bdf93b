// SPDX-License-Identifier: Apache-2.0
#include "proxy/net/local_datagram.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>

namespace postern::net {
namespace {

std::unexpected<std::error_code> failure(int number) {
  return std::unexpected(std::error_code(number, std::generic_category()));
}

}  // namespace

std::expected<Descriptor, std::error_code> local_datagram(std::string_view path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.size() >= sizeof name.sun_path) return failure(ENAMETOOLONG);
  path.copy(name.sun_path, path.size());
  Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) return failure(errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
    return failure(errno);
  }
  return socket;
}

}  // namespace postern::net

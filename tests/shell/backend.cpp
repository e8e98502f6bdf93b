// SPDX-License-Identifier: Apache-2.0
#include "tests/shell/backend.hpp"

#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "proxy/net/acceptor.hpp"

namespace postern::shell {

Backend::Backend()
    : socket_(net::open_listening_socket(*net::Address::parse("127.0.0.1", 0)).value()),
      address_(*net::Address::of_socket(socket_.get())) {}

bool Backend::has_taken(std::size_t count) {
  net::Descriptor connection(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (connection.valid()) taken_.push_back(std::make_unique<Peer>(std::move(connection)));
  return taken_.size() >= count;
}

}  // namespace postern::shell

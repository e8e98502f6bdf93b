// SPDX-License-Identifier: Apache-2.0
// A mail server on the loopback, as a test plays it: it takes connections only when it is asked to.
#pragma once

#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"
#include "tests/shell/peer.hpp"

namespace postern::shell {

class Backend {
 public:
  Backend();

  /// "127.0.0.1:PORT".
  std::string address() const { return address_.text(); }
  /// Takes the next connection if there is one. Whether there are as many by now.
  bool has_taken(std::size_t count);
  /// The connection that was taken last.
  Peer& last() { return *taken_.back(); }
  /// Nobody listens there any more.
  void stop() { socket_.reset(); }

 private:
  net::Descriptor socket_;
  net::Address address_;
  std::vector<std::unique_ptr<Peer>> taken_;
};

}  // namespace postern::shell

// SPDX-License-Identifier: Apache-2.0
// The listening sockets of all workers, by listener and address. Opening is apart from using, so
// that a reload can fail before anything has changed.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "conf/reader.hpp"
#include "conf/settings.hpp"
#include "proxy/net/acceptor.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"

namespace postern::server {

/// One address, and what a worker needs to serve it.
struct Door {
  std::string configured;                 // listener and address as the file has them
  std::size_t listener = 0;               // position in the configuration; of several, the first
  std::optional<std::size_t> lanes = {};  // position among conf::lanes_of(), where it has several
  net::Address address;                   // with the port that is in use
  std::vector<net::Descriptor> sockets;   // one a worker; empty when they are open already
};

class Doors {
 public:
  explicit Doors(unsigned workers) : workers_(workers) {}

  /// The doors that a configuration asks for. Those that are not open yet carry fresh sockets. On
  /// failure a diagnostic for each that could not be opened, and nothing stays open.
  [[nodiscard]] std::expected<std::vector<Door>, conf::Diagnostics> prepare(
      const conf::Document& document) const;

  /// From now on these are the open ones.
  void commit(const std::vector<Door>& doors);

 private:
  struct Open {
    std::string configured;
    net::Address address;
  };

  /// `beside`: those of the same configuration that were opened before.
  std::expected<Door, std::string> open(std::string configured, const conf::Endpoint& endpoint,
                                        const std::vector<Door>& beside) const;
  /// The open one that serves what is wanted; null when there is none.
  const Open* find(const std::string& configured, const net::Address& wanted,
                   const std::vector<Door>& beside) const;
  net::Claim claim_on(const net::Address& address, const std::vector<Door>& beside) const;

  unsigned workers_;
  std::vector<Open> open_;
};

}  // namespace postern::server

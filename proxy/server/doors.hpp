// SPDX-License-Identifier: Apache-2.0
// The listening sockets of all workers, by listener and address. Opening is apart from using, so
// that a reload can fail before anything has changed. One that was open before the process is used
// as it is: who waits in it is not lost.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conf/reader.hpp"
#include "conf/settings.hpp"
#include "proxy/net/acceptor.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/server/inherited_socket.hpp"

namespace postern::server {

/// One address, and what the workers need to serve it.
struct Door {
  std::string configured;                 // listener and address as the file has them
  std::size_t listener = 0;               // position in the configuration; of several, the first
  std::optional<std::size_t> lanes = {};  // position among conf::lanes_of(), where it has several
  net::Address address;                   // with the port that is in use
  // One a worker, or more, and then each has its share; empty when they are open already.
  std::vector<net::Descriptor> sockets;
  std::vector<net::Descriptor> kept;  // the same ones, for whoever is to take our place
};

class Doors {
 public:
  explicit Doors(unsigned workers, std::vector<InheritedSocket> inherited = {}) noexcept
      : workers_(workers), inherited_(std::move(inherited)) {}

  /// The doors that a configuration asks for. Those that are not open yet carry fresh sockets. On
  /// failure a diagnostic for each that could not be opened, and nothing stays open.
  [[nodiscard]] std::expected<std::vector<Door>, conf::Diagnostics> prepare(
      const conf::Document& document) const;

  /// From now on these are the open ones; takes what of them is kept. Of what was inherited only
  /// that stays which a service manager has passed.
  void commit(std::vector<Door>& doors);

  /// Nothing is kept any more: without the workers' own sockets nobody listens.
  void close() noexcept;

  /// All that are open, for a process that is to take the place of this one.
  struct Bequest {
    std::string_view name;
    std::string_view configured;
    const net::Descriptor* socket;
  };
  std::vector<Bequest> bequest() const;

  /// Names of sockets that a service manager has passed and no door has.
  std::vector<std::string> unused_names() const;

 private:
  struct Open {
    std::string configured;
    net::Address address;
    std::vector<net::Descriptor> kept;
  };
  using Beside = std::vector<Door>;  // of the same configuration, opened before

  std::expected<std::vector<Door>, std::string> open(const conf::Listener& listener,
                                                     const conf::Endpoint& endpoint,
                                                     const Beside& beside) const;
  std::expected<Door, std::string> open_address(Door door, const Beside& beside) const;
  std::expected<std::vector<Door>, std::string> find_passed(const std::string& configured,
                                                            std::string_view name) const;
  std::vector<const InheritedSocket*> inherited_for(const Door& door) const;
  std::expected<Door, std::string> adopt(Door door,
                                         const std::vector<const InheritedSocket*>& found) const;
  /// The open one that serves what is wanted; null when there is none.
  const Open* find(const std::string& configured, const net::Address& wanted,
                   const Beside& beside) const;
  net::Claim claim_on(const net::Address& address, const Beside& beside) const;

  unsigned workers_;
  std::vector<InheritedSocket> inherited_;
  std::vector<Open> open_;
};

}  // namespace postern::server

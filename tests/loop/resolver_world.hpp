// SPDX-License-Identifier: Apache-2.0
// A resolver and the only name server that it knows.
#pragma once

#include <optional>
#include <utility>

#include "proxy/net/resolver.hpp"
#include "tests/loop/name_server.hpp"
#include "tests/loop/wire.hpp"

namespace postern::net {

struct Found {
  std::vector<std::string> addresses;
  int error = 0;
};

struct ResolverWorld {
  NameServer server;
  Loop loop;
  Resolver resolver;

  explicit ResolverWorld(ResolverSettings settings = {})
      : resolver(loop, (settings.servers = server.address(), std::move(settings))) {}

  void turn(const std::function<bool()>& until) {
    turn_until(loop, [&] {
      server.serve();
      return until();
    });
  }

  Found find(const std::string& host, std::uint16_t port = 110) {
    std::optional<Found> found;
    const Lookup lookup(resolver, host, port, note_in(found));
    CHECK_FALSE(found);
    turn([&] { return found.has_value(); });
    return *found;
  }

  static Lookup::Callback note_in(std::optional<Found>& found) {
    return [&found](std::vector<Address> addresses, int error) {
      found.emplace().error = error;
      for (const Address& address : addresses) found->addresses.push_back(address.text());
    };
  }
};

}  // namespace postern::net

// SPDX-License-Identifier: Apache-2.0
// A connection that was accepted, before anything was made for it.
#pragma once

#include <memory>

#include "proxy/net/address.hpp"
#include "proxy/net/descriptor.hpp"
#include "proxy/session/snapshot.hpp"

namespace postern::server {

using SnapshotPtr = std::shared_ptr<const session::Snapshot>;

struct Arrival {
  SnapshotPtr snapshot;                 // that was in use when it came
  const session::ListenerPlan* plan{};  // of it, and so are
  const conf::Lanes* lanes{};           // those that share the address; null: it is the only one
  net::Descriptor connection;
  net::Address peer;   // the client, and where it has connected to: of the socket, or as a balancer
  net::Address local;  // says
  std::unique_ptr<const net::Address> balancer = nullptr;  // that said so
};

}  // namespace postern::server

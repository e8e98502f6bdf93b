// SPDX-License-Identifier: Apache-2.0
#include "proxy/cluster/membership.hpp"

#include "proxy/cluster/cluster_keys.hpp"

namespace postern::cluster {

// The hash has a key of its own, that no other process has.
Membership::Membership() : id_(text_of(tls::short_form(tls::KeyedHash()({"node"})))) {}

void Membership::owe(const policy::Network& network) {
  const std::lock_guard lock(mutex_);
  owed_.insert(network);
}

std::set<policy::Network> Membership::take_owed() {
  const std::lock_guard lock(mutex_);
  return std::exchange(owed_, {});
}

}  // namespace postern::cluster

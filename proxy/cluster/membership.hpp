// SPDX-License-Identifier: Apache-2.0
// This process among the machines that count together. One for all threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "policy/network.hpp"
#include "proxy/cluster/leases.hpp"

namespace postern::cluster {

class Membership {
 public:
  Membership();

  /// Drawn: another process of the same machine is somebody else.
  const std::string& id() const noexcept { return id_; }

  /// Machines that lived when the engine was last asked, this one included.
  std::uint32_t nodes() const noexcept { return nodes_.load(); }
  void note_nodes(std::uint32_t nodes) noexcept { nodes_ = nodes == 0 ? 1 : nodes; }

  Leases& leases() noexcept { return leases_; }

  /// That this network is banned, or no more, the engine was not told.
  void owe(const policy::Network& network);
  std::set<policy::Network> take_owed();

 private:
  std::string id_;
  std::atomic<std::uint32_t> nodes_{1};
  Leases leases_;
  std::mutex mutex_;
  std::set<policy::Network> owed_;
};

}  // namespace postern::cluster

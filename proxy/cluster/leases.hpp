// SPDX-License-Identifier: Apache-2.0
// How many sessions of each user this machine has told the engine of, so that they can be told
// again: what it lost, or was not told while it was away. From any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace postern::cluster {

class Leases {
 public:
  using Count = std::pair<std::uint64_t, std::uint32_t>;  // of a user, as a keyed hash

  void add(std::uint64_t user);
  void drop(std::uint64_t user);

  /// What the engine knows of this user may be wrong.
  void owe(std::uint64_t user);
  /// Of all of them.
  void owe_all();
  /// At most that many users whose count it has to be told, which may be 0; they are owed no more.
  std::vector<Count> take_owed(std::size_t most);

 private:
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::uint32_t> counts_;  // never 0
  std::unordered_set<std::uint64_t> owed_;
};

}  // namespace postern::cluster

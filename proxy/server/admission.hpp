// SPDX-License-Identifier: Apache-2.0
// How many connections there are and may be, over all workers. Touched at accept and at close only.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace postern::server {

class Admission {
 public:
  /// How many sessions the process has descriptors for, and how many memory.
  Admission(std::uint32_t by_descriptors, std::uint32_t by_memory) noexcept
      : by_descriptors_(by_descriptors), by_memory_(by_memory) {}

  void enter() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  void leave(std::uint32_t sessions) noexcept {
    count_.fetch_sub(sessions, std::memory_order_relaxed);
  }

  /// So many descriptors are for connections that belong to no session. Half of all sessions that
  /// there are descriptors for may come all the same.
  void set_aside(std::uint32_t descriptors) noexcept {
    aside_.store(std::min((descriptors + 1) / 2, by_descriptors_ / 2), std::memory_order_relaxed);
  }

  std::uint32_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
  bool has_descriptors() const noexcept {
    return count() + aside_.load(std::memory_order_relaxed) < by_descriptors_;
  }
  /// How many there may be under this limit, by whichever is least of it, descriptors and memory.
  std::uint32_t most(std::uint32_t limit) const noexcept {
    return std::min(limit == 0 ? by_memory_ : limit,
                    by_descriptors_ - aside_.load(std::memory_order_relaxed));
  }
  /// `limit` 0 is as many as there is memory for.
  bool within(std::uint32_t limit) const noexcept {
    return count() < (limit == 0 ? by_memory_ : limit);
  }

 private:
  std::uint32_t by_descriptors_;
  std::uint32_t by_memory_;
  std::atomic<std::uint32_t> count_{0};
  std::atomic<std::uint32_t> aside_{0};  // in sessions, each of which has two
};

}  // namespace postern::server

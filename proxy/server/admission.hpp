// How many connections there are and may be, over all workers. Touched at accept and at close only.
#pragma once

#include <atomic>
#include <cstdint>

namespace postern::server {

class Admission {
 public:
  /// `capacity`: how many sessions the process has descriptors for.
  explicit Admission(std::uint32_t capacity) noexcept : capacity_(capacity) {}

  void enter() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  void leave(std::uint32_t sessions) noexcept {
    count_.fetch_sub(sessions, std::memory_order_relaxed);
  }

  std::uint32_t count() const noexcept { return count_.load(std::memory_order_relaxed); }
  bool has_descriptors() const noexcept { return count() < capacity_; }
  /// `limit` 0 is off.
  bool within(std::uint32_t limit) const noexcept { return limit == 0 || count() < limit; }

 private:
  std::uint32_t capacity_;
  std::atomic<std::uint32_t> count_{0};
};

}  // namespace postern::server

// SPDX-License-Identifier: Apache-2.0
// The requests that were taken and not yet answered, oldest first. Fixed in size: who asks for more
// before reading an answer has to wait.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "proxy/pop3/transaction.hpp"

namespace postern::pop3 {

class RequestQueue {
 public:
  // Enough for whoever sends commands in advance to keep a backend busy; each session has room for
  // all of them as long as it is open.
  static constexpr std::size_t kCapacity = 32;

  bool empty() const noexcept { return size_ == 0; }
  bool full() const noexcept { return size_ == kCapacity; }

  /// Only when not empty.
  const Request& front() const noexcept { return ring_[first_]; }

  /// Only when not full.
  void push(Request request) noexcept { ring_[(first_ + size_++) % kCapacity] = request; }

  /// Only when not empty.
  void pop() noexcept {
    first_ = static_cast<std::uint8_t>((first_ + 1) % kCapacity);
    --size_;
  }

 private:
  std::array<Request, kCapacity> ring_{};
  std::uint8_t first_ = 0;
  std::uint8_t size_ = 0;
};

}  // namespace postern::pop3

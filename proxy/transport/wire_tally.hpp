// SPDX-License-Identifier: Apache-2.0
// The bytes of one connection, and where those of many are counted together. Those numbers are
// somebody else's; one thread changes them, and others may read.
#pragma once

#include <atomic>
#include <cstdint>

namespace postern::transport {

struct WireTally {
  using Number = std::atomic<std::uint64_t>;

  Number& in;
  Number& out;
};

class WireCount {
 public:
  /// Counts there, too; it outlives this.
  void share(const WireTally& tally) noexcept { tally_ = &tally; }

  void add_in(std::uint64_t bytes) noexcept {
    in_ += bytes;
    if (tally_ != nullptr) add(tally_->in, bytes);
  }
  void add_out(std::uint64_t bytes) noexcept {
    out_ += bytes;
    if (tally_ != nullptr) add(tally_->out, bytes);
  }
  std::uint64_t in() const noexcept { return in_; }
  std::uint64_t out() const noexcept { return out_; }

 private:
  static void add(WireTally::Number& number, std::uint64_t more) noexcept {
    number.store(number.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }

  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
  const WireTally* tally_ = nullptr;
};

}  // namespace postern::transport

// SPDX-License-Identifier: Apache-2.0
// What is known of one address of a backend, shared by all who dial it, in whichever thread: its
// health, how many connections there are, and how long it usually takes to greet.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "policy/address_health.hpp"
#include "proxy/net/address.hpp"

namespace postern::upstream {

class AddressState {
 public:
  using milliseconds = std::chrono::milliseconds;

  /// "IP:PORT", or a name that is looked up, "mail.lan:110".
  explicit AddressState(std::string text) : text_(std::move(text)) {}

  /// What it is.
  const std::string& text() const noexcept { return text_; }

  /// It has greeted, `took` after it was called. Times are those of a loop. When that ends an
  /// outage, how long it was.
  std::optional<milliseconds> note_greeting(milliseconds now, milliseconds took,
                                            const policy::HealthLimits& limits);
  /// When it is taken for down from now on, how many failures that took.
  std::optional<std::uint32_t> note_failure(milliseconds now, const policy::HealthLimits& limits);
  void note_doubt(milliseconds now);
  policy::Trust trust(milliseconds now) const;
  bool is_down() const;
  /// Since when, in the time of a loop; empty: it is not.
  std::optional<milliseconds> down_since() const;
  /// When it is worth another try.
  milliseconds retry_at() const;

  /// How many connections there are, those included that have not greeted yet.
  std::uint32_t connections() const noexcept { return connections_.load(kRelaxed); }

  /// How long it is waited for before the next address is tried beside it (RFC 8305 section 5):
  /// twice as long as it usually takes, as far as that makes sense.
  milliseconds head_start() const noexcept;

 private:
  friend struct Counters;
  static constexpr auto kRelaxed = std::memory_order_relaxed;

  const std::string text_;
  std::atomic<std::uint32_t> connections_{0};
  std::atomic<std::uint32_t> dialing_{0};
  std::atomic<std::uint32_t> usual_{0};  // ms; 0: not known
  mutable std::mutex mutex_;             // guards what follows
  policy::AddressHealth health_;
  std::minstd_rand chance_{std::random_device{}()};
};

/// One more at an address, as long as this lives.
template <auto kCounter>
class CountedAt {
 public:
  CountedAt() noexcept = default;
  explicit CountedAt(std::shared_ptr<AddressState> address) noexcept
      : address_(std::move(address)) {
    ((*address_).*kCounter).fetch_add(1, std::memory_order_relaxed);
  }
  ~CountedAt() { release(); }
  CountedAt(CountedAt&& other) noexcept : address_(std::move(other.address_)) {}
  CountedAt& operator=(CountedAt&& other) noexcept {
    std::swap(address_, other.address_);
    return *this;
  }

  void release() noexcept {
    if (address_) ((*address_).*kCounter).fetch_sub(1, std::memory_order_relaxed);
    address_.reset();
  }
  AddressState* operator->() const noexcept { return address_.get(); }
  explicit operator bool() const noexcept { return address_ != nullptr; }

 private:
  std::shared_ptr<AddressState> address_;
};

/// What is counted at an address.
struct Counters {
  static constexpr auto kConnections = &AddressState::connections_;
  static constexpr auto kDialing = &AddressState::dialing_;
};

/// A connection, and somebody who waits for its greeting.
using Hold = CountedAt<Counters::kConnections>;
using Trying = CountedAt<Counters::kDialing>;

}  // namespace postern::upstream

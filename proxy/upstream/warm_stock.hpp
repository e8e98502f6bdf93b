// SPDX-License-Identifier: Apache-2.0
// The connections to one backend that one worker has made in advance, so that a login costs no
// connect, no handshake and no greeting. As many are made as were taken or lost, one alone after a
// failure or a loss: a server that comes back is not met by a crowd. None is made while the backend
// is known to be down; whether it serves again, others find out.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <random>

#include "policy/back_off.hpp"
#include "policy/warm_age.hpp"
#include "proxy/upstream/race.hpp"
#include "proxy/upstream/warm_connection.hpp"

namespace postern::upstream {

class WarmStock {
 public:
  /// Begins at once. All that is handed in must outlive it. `patience` is for each address.
  WarmStock(const Dialer::World& world, const BackendPlan& plan,
            std::chrono::milliseconds patience);
  ~WarmStock();
  WarmStock(const WarmStock&) = delete;
  WarmStock& operator=(const WarmStock&) = delete;

  const BackendPlan& plan() const noexcept { return plan_; }
  /// How many there are.
  std::size_t ready() const noexcept;
  /// One that is good, reserved; null when there is none.
  std::unique_ptr<WarmConnection> take();

 private:
  class Dial;

  void fill();
  void clear_away();
  void look_again();
  void wait(std::chrono::milliseconds delay);
  void note_ended(std::chrono::milliseconds age);
  void add(Dialed dialed);
  void on_failed(const DialFailure& why);
  std::uint32_t draw() { return static_cast<std::uint32_t>(chance_()); }

  Dialer::World world_;
  const BackendPlan& plan_;
  std::chrono::milliseconds patience_;
  bool cautious_ = true;                     // the next one is made alone,
  std::chrono::milliseconds not_before_{0};  // and not before this
  policy::WarmAge age_;
  policy::BackOff back_off_;
  std::minstd_rand chance_{std::random_device{}()};
  net::Timer timer_;                                 // when to look again what is missing
  std::list<std::unique_ptr<WarmConnection>> kept_;  // the oldest first
  std::list<std::unique_ptr<Dial>> dials_;
};

}  // namespace postern::upstream

// SPDX-License-Identifier: Apache-2.0
// What one worker has in stock for all backends in service. A load of the configuration begins
// anew: what was made under another one may go elsewhere, or prove less.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "proxy/upstream/warm_stock.hpp"

namespace postern::upstream {

class WarmStocks {
 public:
  /// There is nothing in stock yet. What is in `world` must outlive it.
  explicit WarmStocks(const Dialer::World& world) : world_(world) {}

  /// From now on for these, and no others; `plans` live as long as `keeper`. `patience` is for each
  /// address.
  void use(std::shared_ptr<const void> keeper, const std::vector<BackendPlan>& plans,
           std::chrono::milliseconds patience);
  /// Nothing any more.
  void clear() noexcept;

  /// How many are ready for this backend.
  std::size_t ready(const BackendPlan& plan) const noexcept;
  /// One that is good, reserved; null when there is none, or the plan is an older load's.
  std::unique_ptr<WarmConnection> take(const BackendPlan& plan);

 private:
  Dialer::World world_;
  std::shared_ptr<const void> keeper_;
  std::list<WarmStock> stocks_;
};

}  // namespace postern::upstream

// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/warm_stocks.hpp"

#include <utility>

namespace postern::upstream {

void WarmStocks::use(std::shared_ptr<const void> keeper, const std::vector<BackendPlan>& plans,
                     std::chrono::milliseconds patience) {
  stocks_.clear();
  keeper_ = std::move(keeper);
  for (const BackendPlan& plan : plans) {
    if (plan.warm != 0) stocks_.emplace_back(world_, plan, patience);
  }
}

void WarmStocks::clear() noexcept {
  stocks_.clear();
  keeper_.reset();
}

std::unique_ptr<WarmConnection> WarmStocks::take(const BackendPlan& plan) {
  for (WarmStock& stock : stocks_) {
    if (&stock.plan() == &plan) return stock.take();
  }
  return nullptr;
}

std::size_t WarmStocks::ready(const BackendPlan& plan) const noexcept {
  for (const WarmStock& stock : stocks_) {
    if (&stock.plan() == &plan) return stock.ready();
  }
  return 0;
}

}  // namespace postern::upstream

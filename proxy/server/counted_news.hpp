// SPDX-License-Identifier: Apache-2.0
// News of backends, as one thread hears them: counted for metrics, and told on.
#pragma once

#include "proxy/admin/counters.hpp"
#include "proxy/upstream/news.hpp"

namespace postern::server {

class CountedNews final : public upstream::News {
 public:
  /// Both must outlive it; the counters are the thread's.
  CountedNews(upstream::News& news, admin::Counters& counters) noexcept
      : news_(news), counters_(counters) {}

  void on_down(const std::string& backend, const upstream::DialFailure& why,
               std::uint32_t failures) override {
    news_.on_down(backend, why, failures);
  }
  void on_up(const std::string& backend, const std::string& address,
             std::chrono::milliseconds outage) override {
    news_.on_up(backend, address, outage);
  }
  void on_greeting(const std::string& backend, std::chrono::milliseconds took) override;
  void on_failure(const std::string& backend, const upstream::DialFailure& why) override;

 private:
  upstream::News& news_;
  admin::Counters& counters_;
};

}  // namespace postern::server

// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/counted_news.hpp"

#include "proxy/upstream/dialer.hpp"

namespace postern::server {

using admin::Metric;

void CountedNews::on_greeting(const std::string&, std::chrono::milliseconds took) {
  counters_.observe(Metric::kBackendConnectDuration, {}, took);
}

void CountedNews::on_failure(const std::string& backend, const upstream::DialFailure& why) {
  counters_.count(Metric::kBackendErrors, {backend, upstream::name_of(why.phase)});
}

}  // namespace postern::server

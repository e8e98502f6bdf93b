// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/roll_out.hpp"

namespace postern::server {
namespace {

// Where these stand in the metric's labels.
constexpr std::size_t kTls = 1;
constexpr std::size_t kResult = 2;

// A total that became smaller is one of which nothing is known.
std::uint64_t growth(std::uint64_t before, std::uint64_t now) noexcept {
  return now > before ? now - before : 0;
}

}  // namespace

Logins logins_in(const admin::MetricSums& sums) {
  Logins all;
  for (const auto& [key, sum] : sums.all()) {
    const auto& [metric, labels] = key;
    if (metric != admin::Metric::kAuthAttempts || labels.size() <= kResult) continue;
    if (labels[kResult] == "denied") all.denied += sum.value;
    if (labels[kResult] != "ok") continue;
    (labels[kTls] == "none" ? all.without : all.with_tls) += sum.value;
  }
  return all;
}

void RollOut::note(std::chrono::system_clock::time_point now, const Logins& totals) {
  const auto day = std::chrono::floor<std::chrono::days>(now);
  Logins& today = days_[day];
  const auto oldest = day - std::chrono::days(kMostDays - 1);
  days_.erase(days_.begin(), days_.lower_bound(oldest));
  days_.erase(days_.upper_bound(day), days_.end());  // a clock that went back
  if (last_ && now - last_->when <= kLongest) {
    today.with_tls += growth(last_->totals.with_tls, totals.with_tls);
    today.without += growth(last_->totals.without, totals.without);
    today.denied += growth(last_->totals.denied, totals.denied);
  }
  last_ = {.when = now, .totals = totals};
}

}  // namespace postern::server

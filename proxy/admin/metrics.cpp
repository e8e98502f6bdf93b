// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/metrics.hpp"

#include <algorithm>
#include <utility>

#include "proxy/admin/process_gauges.hpp"

namespace postern::admin {

Counters& Metrics::new_counters() {
  const std::lock_guard lock(mutex_);
  return counters_.emplace_back();
}

MetricSums Metrics::counted() const {
  const std::lock_guard lock(mutex_);
  MetricSums sums;
  for (const Counters& one : counters_) one.collect(sums);
  return sums;
}

MetricSums Metrics::sums() const {
  const std::lock_guard lock(mutex_);
  MetricSums sums = carried_;
  for (const Counters& one : counters_) one.collect(sums);
  sums.add(Metric::kLogDropped, {}, {.value = log_.lost()});
  return sums;
}

MetricSums::Told Metrics::series() const { return sums().told(); }

void Metrics::carry(const MetricSums::Told& told) {
  const std::lock_guard lock(mutex_);
  carried_.take(told);
}

void Metrics::publish(std::shared_ptr<const Facts> facts) {
  const std::lock_guard lock(mutex_);
  facts_ = std::move(facts);
}

std::shared_ptr<const Metrics::Facts> Metrics::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

std::size_t Metrics::silent_since(std::chrono::steady_clock::time_point then) const {
  const std::lock_guard lock(mutex_);
  const std::chrono::steady_clock::time_point never;
  return static_cast<std::size_t>(std::ranges::count_if(counters_, [&](const Counters& one) {
    const auto pulse = one.pulse();
    return pulse != never && pulse < then;
  }));
}

std::string Metrics::page() const {
  std::vector<Gauge> gauges = facts()->gauges;
  std::ranges::move(process_gauges(), std::back_inserter(gauges));
  return metrics_page(sums(), gauges);
}

}  // namespace postern::admin

// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/counters.hpp"

#include <algorithm>
#include <functional>

#include "policy/must.hpp"
#include "proxy/admin/metrics_sums.hpp"

namespace postern::admin {
namespace {

// For what is too much.
constexpr std::array<std::string_view, 4> kOther = {"other", "other", "other", "other"};

std::size_t hash_of(Metric metric, std::span<const std::string_view> labels) noexcept {
  auto hash = static_cast<std::size_t>(metric);
  for (const std::string_view label : labels) {
    hash = hash * 31 + std::hash<std::string_view>{}(label);
  }
  return hash;
}

}  // namespace

// On lines of its own: what another thread counts is never beside it.
struct alignas(64) Counters::Series {
  Series(Metric what, Values with, const Series* before, Series* next)
      : metric(what),
        labels(with.begin(), with.end()),
        older(before),
        same_row(next),
        buckets(traits_of(what).buckets()) {}

  const Metric metric;
  const std::vector<std::string> labels;
  const Series* const older;
  Series* const same_row;
  Counter value;                 // of a histogram the sum, in milliseconds
  std::vector<Counter> buckets;  // of a histogram, not cumulated
};

Counters::Counters() = default;
Counters::~Counters() = default;

Counter& Counters::counter(Metric metric, Labels labels) {
  return series(metric, {labels.begin(), labels.size()}).value;
}

void Counters::observe(Metric metric, Labels labels, std::chrono::milliseconds took) {
  Series& one = series(metric, {labels.begin(), labels.size()});
  const auto bounds = traits_of(metric).bounds;
  const auto length = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
  const auto bucket = std::ranges::lower_bound(bounds, length) - bounds.begin();
  one.buckets[static_cast<std::size_t>(bucket)].add();
  one.value.add(length);
}

void Counters::clear(Metric metric) noexcept {
  for (Series& one : all_) {
    if (one.metric == metric) one.value.set(0);
  }
}

Counters::Series& Counters::series(Metric metric, Values labels) {
  policy::must(labels.size() == traits_of(metric).labels(), "counting with all labels");
  std::size_t row = hash_of(metric, labels) % kRows;
  if (Series* const known = find(metric, labels, row)) return *known;
  if (sizes_[static_cast<std::size_t>(metric)] < kMostSeries) return add(metric, labels, row);
  labels = Values(kOther).first(labels.size());
  row = hash_of(metric, labels) % kRows;
  Series* const known = find(metric, labels, row);
  return known != nullptr ? *known : add(metric, labels, row);
}

Counters::Series* Counters::find(Metric metric, Values labels, std::size_t row) const noexcept {
  for (Series* one = rows_[row]; one != nullptr; one = one->same_row) {
    if (one->metric == metric && std::ranges::equal(one->labels, labels)) return one;
  }
  return nullptr;
}

// Whoever reads finds it complete, or not at all.
Counters::Series& Counters::add(Metric metric, Values labels, std::size_t row) {
  Series& one =
      all_.emplace_back(metric, labels, newest_.load(std::memory_order_relaxed), rows_[row]);
  rows_[row] = &one;
  ++sizes_[static_cast<std::size_t>(metric)];
  newest_.store(&one, std::memory_order_release);
  return one;
}

void Counters::collect(MetricSums& sums) const {
  for (const Series* one = newest_.load(std::memory_order_acquire); one != nullptr;
       one = one->older) {
    MetricSum sum{.value = one->value.value()};
    for (const Counter& bucket : one->buckets) sum.buckets.push_back(bucket.value());
    sums.add(one->metric, one->labels, sum);
  }
}

}  // namespace postern::admin

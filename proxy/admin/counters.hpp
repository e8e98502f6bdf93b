// SPDX-License-Identifier: Apache-2.0
// What one thread counts, for metrics: written by that thread alone, without a lock and without a
// cache line that anybody else writes to, and read by whoever asks. A series is looked up by its
// labels where something happens, once; what happens often keeps the counter that it found.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/metrics_names.hpp"

namespace postern::admin {

class MetricSums;

/// A number that one thread changes and others read.
class Counter {
 public:
  Counter() = default;
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void add(std::uint64_t more = 1) noexcept { set(value() + more); }
  void take(std::uint64_t less = 1) noexcept { set(value() - less); }
  void set(std::uint64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }
  /// For those who know nothing of metrics.
  std::atomic<std::uint64_t>& number() noexcept { return value_; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Counters {
 public:
  /// As many as the metric has, in their order.
  using Labels = std::initializer_list<std::string_view>;

  /// So many series a metric; what is more is counted together, with "other" for all labels.
  static constexpr std::size_t kMostSeries = 1'024;

  Counters();
  ~Counters();
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  // In the thread that counts.
  /// The series of these labels, a counter's or a gauge's, which lasts as long as all of them.
  Counter& counter(Metric metric, Labels labels);
  void count(Metric metric, Labels labels, std::uint64_t more = 1) {
    counter(metric, labels).add(more);
  }
  /// Into a histogram; below zero is zero.
  void observe(Metric metric, Labels labels, std::chrono::milliseconds took);
  /// Makes all series of a gauge zero.
  void clear(Metric metric) noexcept;
  /// The thread is alive at this moment.
  void note_pulse(std::chrono::steady_clock::time_point now) noexcept {
    pulse_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }

  // In any thread.
  /// Adds all of it.
  void collect(MetricSums& sums) const;
  /// When the thread was last known to be alive; the epoch if it never was.
  std::chrono::steady_clock::time_point pulse() const noexcept {
    using Clock = std::chrono::steady_clock;
    return Clock::time_point(Clock::duration(pulse_.load(std::memory_order_relaxed)));
  }

 private:
  struct Series;
  using Values = std::span<const std::string_view>;

  static constexpr std::size_t kRows = 256;

  Series& series(Metric metric, Values labels);
  Series* find(Metric metric, Values labels, std::size_t row) const noexcept;
  Series& add(Metric metric, Values labels, std::size_t row);

  // Each thread's on lines of its own.
  alignas(64) std::atomic<std::chrono::steady_clock::rep> pulse_{0};
  std::atomic<const Series*> newest_{nullptr};  // from there all others are found
  std::array<Series*, kRows> rows_{};           // by hash
  std::array<std::uint16_t, kMetricCount> sizes_{};
  std::deque<Series> all_;
};

}  // namespace postern::admin

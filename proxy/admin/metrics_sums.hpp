// SPDX-License-Identifier: Apache-2.0
// What was counted, by series: put together from several threads, and from a process before this
// one. All that only grows can be handed on as text and taken up again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/admin/metrics_names.hpp"

namespace postern::admin {

/// One series' state.
struct MetricSum {
  std::uint64_t value = 0;                  // of a histogram the sum, in milliseconds
  std::vector<std::uint64_t> buckets = {};  // of a histogram, not cumulated

  std::uint64_t observations() const noexcept;
};

class MetricSums {
 public:
  using Labels = std::vector<std::string>;
  using Key = std::pair<Metric, Labels>;
  /// "postern_sessions_total{listener="pop3s",ended_by="client"}" and its value; of a histogram all
  /// its buckets, `_sum` and `_count`.
  using Told = std::map<std::string, double>;

  void add(Metric metric, const Labels& labels, const MetricSum& more);
  void add(const MetricSums& more);

  /// All series that only grow: counters and histograms.
  Told told() const;
  /// Adds what was told by told(). What is no such series, or not of this program, is left out.
  void take(const Told& told);

  const std::map<Key, MetricSum>& all() const noexcept { return all_; }

 private:
  void take(std::string_view series, double value);

  std::map<Key, MetricSum> all_;  // by metric
};

}  // namespace postern::admin

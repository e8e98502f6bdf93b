// SPDX-License-Identifier: Apache-2.0
// All that a process counts, put together for whoever asks, in whichever thread, without making
// those wait who serve sessions.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proxy/admin/counters.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/admin/metrics_page.hpp"
#include "proxy/admin/metrics_sums.hpp"

namespace postern::admin {

class Metrics {
 public:
  /// What is true at the moment, as it was last looked at.
  struct Facts {
    std::vector<Gauge> gauges;
    std::string why_not_ready;  // one line; empty: it serves
  };

  /// The log, whose lost lines are counted, must outlive it.
  explicit Metrics(const Log& log) : log_(log) {}
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// For one more thread to count in; lasts as long as this.
  Counters& new_counters();

  /// What only grows, by series: "postern_sessions_total{listener="pop3s",ended_by="client"}".
  MetricSums::Told series() const;
  /// What the threads of this process have counted, and how they are: gauges, too.
  MetricSums counted() const;
  /// The same, with all that was carried over, and what the log has lost.
  MetricSums sums() const;

  /// What another process has counted, as its series() told; it is part of all that is told from
  /// now on. What is no series of this program is left out.
  void carry(const MetricSums::Told& told);

  /// These are the facts now.
  void publish(std::shared_ptr<const Facts> facts);
  std::shared_ptr<const Facts> facts() const;

  /// Which threads have not shown a pulse since then; those that never have are left out.
  std::size_t silent_since(std::chrono::steady_clock::time_point then) const;

  /// The page for Prometheus.
  std::string page() const;

 private:
  const Log& log_;
  mutable std::mutex mutex_;  // guards what follows; nobody who counts takes it
  std::deque<Counters> counters_;
  MetricSums carried_;
  std::shared_ptr<const Facts> facts_ = std::make_shared<const Facts>();
};

}  // namespace postern::admin

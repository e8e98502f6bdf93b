// SPDX-License-Identifier: Apache-2.0
// How far users have come on their way to TLS: logins by day, with TLS and without, and those that
// the policy has refused. From totals that somebody else counts, looked at now and then.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "proxy/admin/metrics_sums.hpp"

namespace postern::server {

struct Logins {
  std::uint64_t with_tls = 0;
  std::uint64_t without = 0;
  std::uint64_t denied = 0;  // by the policy

  std::uint64_t done() const noexcept { return with_tls + without; }
  bool operator==(const Logins&) const = default;
};

/// All that were counted so far.
Logins logins_in(const admin::MetricSums& sums);

class RollOut {
 public:
  using Days = std::map<std::chrono::sys_days, Logins>;  // in UTC

  static constexpr std::size_t kMostDays = 30;
  /// What is counted between two looks further apart is of no day.
  static constexpr std::chrono::minutes kLongest{10};

  /// These are the totals at this moment. What has come since the last look is this day's.
  void note(std::chrono::system_clock::time_point now, const Logins& totals);
  /// The last ones, today included; a day without a login is one of zeros.
  const Days& days() const noexcept { return days_; }

 private:
  struct Look {
    std::chrono::system_clock::time_point when;
    Logins totals;
  };

  Days days_;
  std::optional<Look> last_;
};

}  // namespace postern::server

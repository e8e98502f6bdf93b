// SPDX-License-Identifier: Apache-2.0
// All that the status page shows, as JSON: the values of its template, and what /status.json tells.
// Without a user, and without an address of a client.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "proxy/admin/metrics_page.hpp"
#include "proxy/admin/metrics_sums.hpp"
#include "proxy/server/overview.hpp"
#include "proxy/server/roll_out.hpp"

namespace postern::server {

/// As it was at one moment; the sums may be newer.
struct StatusFacts {
  Overview overview;  // without answers of workers
  RollOut::Days days;
  std::string host;
};

nlohmann::json status_model(const StatusFacts& facts, const admin::MetricSums& sums,
                            const std::vector<admin::Gauge>& gauges, std::size_t silent_threads);

}  // namespace postern::server

// SPDX-License-Identifier: Apache-2.0
// Counters as the status page tells them: by listener, by rule, by mail program.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "proxy/admin/metrics_sums.hpp"
#include "proxy/server/overview.hpp"

namespace postern::server {

/// Of all series of this metric.
std::uint64_t sum_of(const admin::MetricSums& sums, admin::Metric metric);
/// "1.5" for 15 of 1000; "0" where there is nothing at all.
std::string percent_text(std::uint64_t part, std::uint64_t whole);

/// Open sessions by state; of listeners that a reload has taken away, too, as long as they have
/// any.
nlohmann::json sessions_by_listener(const Overview& overview, const admin::MetricSums& sums);
/// What the policy has refused, or would have, by the rule that decided; most first.
nlohmann::json refusals_by_rule(const admin::MetricSums& sums);
/// How many were turned away or met a limit, by what it was; most first.
nlohmann::json counts_by_label(const admin::MetricSums& sums, admin::Metric metric,
                               std::string_view label);
/// Sessions that are over, with TLS and without; most first.
nlohmann::json sessions_by_program(const admin::MetricSums& sums);

}  // namespace postern::server

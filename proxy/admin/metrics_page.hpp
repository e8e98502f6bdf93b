// SPDX-License-Identifier: Apache-2.0
// Metrics as Prometheus reads them: its text format, version 0.0.4.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "proxy/admin/metrics_names.hpp"
#include "proxy/admin/metrics_sums.hpp"

namespace postern::admin {

/// What Prometheus wants to be told of it.
inline constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

/// A value that is what it is at the moment.
struct Gauge {
  Metric metric;
  std::vector<std::string> labels;  // as many as the metric has
  double value = 0;
};

/// All metrics that have a series, and those without labels in any case.
std::string metrics_page(const MetricSums& sums, std::span<const Gauge> gauges);

}  // namespace postern::admin

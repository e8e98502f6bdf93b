// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/metrics_page.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace postern::admin {
namespace {

using Families = std::array<prometheus::MetricFamily, kMetricCount>;

prometheus::MetricType type_of(MetricKind kind) noexcept {
  switch (kind) {
    case MetricKind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricKind::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  std::unreachable();
}

Families empty_families() {
  Families families;
  for (std::size_t i = 0; i < families.size(); ++i) {
    const MetricTraits& traits = traits_of(static_cast<Metric>(i));
    families[i].name = traits.name;
    families[i].help = traits.help;
    families[i].type = type_of(traits.kind);
  }
  return families;
}

prometheus::ClientMetric series_of(Metric metric, const std::vector<std::string>& labels) {
  prometheus::ClientMetric series;
  const MetricTraits& traits = traits_of(metric);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    series.label.push_back({std::string(traits.label_names.at(i)), labels[i]});
  }
  return series;
}

void set_histogram(prometheus::ClientMetric::Histogram& histogram, const MetricTraits& traits,
                   const MetricSum& sum) {
  for (std::size_t i = 0; i < sum.buckets.size(); ++i) {
    histogram.sample_count += sum.buckets[i];
    const double bound = i < traits.bounds.size() ? traits.bounds[i] / kMillisecondsInSecond
                                                  : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  histogram.sample_sum = static_cast<double>(sum.value) / kMillisecondsInSecond;
}

void add(Families& families, Metric metric, const std::vector<std::string>& labels,
         const MetricSum& sum) {
  const MetricTraits& traits = traits_of(metric);
  prometheus::ClientMetric series = series_of(metric, labels);
  switch (traits.kind) {
    case MetricKind::kCounter:
      series.counter.value = static_cast<double>(sum.value);
      break;
    case MetricKind::kGauge:
      series.gauge.value = static_cast<double>(sum.value);
      break;
    case MetricKind::kHistogram:
      set_histogram(series.histogram, traits, sum);
      break;
  }
  families[static_cast<std::size_t>(metric)].metric.push_back(std::move(series));
}

}  // namespace

std::string metrics_page(const MetricSums& sums, std::span<const Gauge> gauges) {
  Families families = empty_families();
  for (const auto& [key, sum] : sums.all()) add(families, key.first, key.second, sum);
  for (const Gauge& gauge : gauges) {
    prometheus::ClientMetric series = series_of(gauge.metric, gauge.labels);
    // A process' CPU time is a counter that nobody counts here.
    series.gauge.value = gauge.value;
    series.counter.value = gauge.value;
    families[static_cast<std::size_t>(gauge.metric)].metric.push_back(std::move(series));
  }
  std::vector<prometheus::MetricFamily> shown;
  for (std::size_t i = 0; i < families.size(); ++i) {
    const auto metric = static_cast<Metric>(i);
    const MetricTraits& traits = traits_of(metric);
    const bool counted = traits.kind != MetricKind::kGauge;
    if (families[i].metric.empty() && counted && traits.labels() == 0) {
      add(families, metric, {}, {.buckets = std::vector<std::uint64_t>(traits.buckets())});
    }
    if (!families[i].metric.empty()) shown.push_back(std::move(families[i]));
  }
  return prometheus::TextSerializer().Serialize(shown);
}

}  // namespace postern::admin

// SPDX-License-Identifier: Apache-2.0
// All metrics that there are: name, kind, what they mean, and their labels. The one table that the
// counters, the page for Prometheus and the manual agree with.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace postern::admin {

enum class Metric : std::uint8_t {
  kBuildInfo,
  kReloadSuccessful,
  kReloadTime,
  kConnectionsTotal,
  kConnections,
  kRejected,
  kHandshakes,
  kHandshakeDuration,
  kResumptions,
  kStls,
  kStlsInjections,
  kDecisions,
  kSecretsExposed,
  kAuthAttempts,
  kSessions,
  kSessionDuration,
  kLoginDuration,
  kClientBytes,
  kCommands,
  kBackendUp,
  kBackendConnections,
  kBackendWarm,
  kBackendConnectDuration,
  kBackendErrors,
  kCertificateEnd,
  kCertificateMatches,
  kBans,
  kBansTotal,
  kLimitHits,
  kLogDropped,
  kClientSessions,
  kRemembered,
  kClusterUp,
  kClusterCommands,
  kHandovers,
  kElderSessions,
  kProcessCpu,
  kProcessMemory,
  kProcessVirtualMemory,
  kProcessDescriptors,
  kProcessMostDescriptors,
  kProcessStart,
};

inline constexpr std::size_t kMetricCount = static_cast<std::size_t>(Metric::kProcessStart) + 1;

/// Histograms count milliseconds, and tell seconds.
inline constexpr double kMillisecondsInSecond = 1'000.0;

enum class MetricKind : std::uint8_t { kCounter, kGauge, kHistogram };

struct MetricTraits {
  Metric metric;
  MetricKind kind;
  std::string_view name;
  std::string_view help;
  std::array<std::string_view, 4> label_names = {};  // "" behind the last
  std::span<const std::uint32_t> bounds = {};        // of a histogram's buckets, in milliseconds

  /// How many labels it has.
  std::size_t labels() const noexcept;
  /// How many buckets: one more than bounds, or none.
  std::size_t buckets() const noexcept { return bounds.empty() ? 0 : bounds.size() + 1; }
};

/// Never fails; the table is complete.
const MetricTraits& traits_of(Metric metric) noexcept;

/// The metric of that name; empty where there is none.
std::optional<Metric> metric_named(std::string_view name) noexcept;

}  // namespace postern::admin

// SPDX-License-Identifier: Apache-2.0
#include "proxy/admin/metrics_names.hpp"

#include <algorithm>

namespace postern::admin {
namespace {

constexpr auto kCounter = MetricKind::kCounter;
constexpr auto kGauge = MetricKind::kGauge;
constexpr auto kHistogram = MetricKind::kHistogram;

constexpr std::array<std::uint32_t, 13> kQuick = {1,   2,   5,    10,   25,   50,    100,
                                                  250, 500, 1000, 2500, 5000, 10'000};
constexpr std::array<std::uint32_t, 12> kLogin = {5,   10,   25,   50,   100,    250,
                                                  500, 1000, 2500, 5000, 10'000, 30'000};
constexpr std::array<std::uint32_t, 12> kLong = {
    100, 500, 1000, 2000, 5000, 10'000, 30'000, 60'000, 300'000, 600'000, 1'800'000, 3'600'000};

// clang-format off
constexpr std::array<MetricTraits, kMetricCount> kTable = {{
    {Metric::kBuildInfo, kGauge, "postern_build_info",
     "The version that runs; always 1", {"version"}},
    {Metric::kReloadSuccessful, kGauge, "postern_config_last_reload_successful",
     "Whether the last load of the configuration was taken"},
    {Metric::kReloadTime, kGauge, "postern_config_last_reload_timestamp_seconds",
     "When the configuration in use was loaded"},
    {Metric::kConnectionsTotal, kCounter, "postern_connections_total",
     "Connections that became a session", {"listener"}},
    {Metric::kConnections, kGauge, "postern_connections",
     "Open sessions, by how far they have come", {"listener", "state"}},
    {Metric::kRejected, kCounter, "postern_connections_rejected_total",
     "Connections that were turned away before they became a session", {"listener", "reason"}},
    {Metric::kHandshakes, kCounter, "postern_tls_handshakes_total",
     "TLS handshakes with clients", {"listener", "version", "result"}},
    {Metric::kHandshakeDuration, kHistogram, "postern_tls_handshake_duration_seconds",
     "How long complete TLS handshakes with clients took", {}, kQuick},
    {Metric::kResumptions, kCounter, "postern_tls_resumptions_total",
     "TLS handshakes that resumed a session"},
    {Metric::kStls, kCounter, "postern_stls_total",
     "STLS commands that were accepted, by what followed", {"result"}},
    {Metric::kStlsInjections, kCounter, "postern_stls_injection_attempts_total",
     "Sessions that were ended for bytes in clear behind STLS"},
    {Metric::kDecisions, kCounter, "postern_policy_decisions_total",
     "What the policy decided about logins, and the key that decided", {"rule", "decision"}},
    {Metric::kSecretsExposed, kCounter, "postern_secrets_exposed_total",
     "Passwords that arrived in clear", {"listener", "mech"}},
    {Metric::kAuthAttempts, kCounter, "postern_auth_attempts_total",
     "Logins and what became of them", {"mech", "tls", "result", "reason"}},
    {Metric::kSessions, kCounter, "postern_sessions_total",
     "Sessions that are over, by who ended them", {"listener", "ended_by"}},
    {Metric::kSessionDuration, kHistogram, "postern_session_duration_seconds",
     "How long sessions took, from the accepted connection on", {}, kLong},
    {Metric::kLoginDuration, kHistogram, "postern_login_duration_seconds",
     "How long successful logins took, from the last word of the client on", {"backend"}, kLogin},
    {Metric::kClientBytes, kCounter, "postern_client_bytes_total",
     "Bytes from and to clients, as they were on the wire", {"direction"}},
    {Metric::kCommands, kCounter, "postern_commands_total",
     "Commands of logged-in clients that were answered", {"command", "result"}},
    {Metric::kBackendUp, kGauge, "postern_backend_up",
     "Whether an address of a backend is taken for up", {"backend", "address"}},
    {Metric::kBackendConnections, kGauge, "postern_backend_connections",
     "Connections to a backend, those of health checks and in advance included", {"backend"}},
    {Metric::kBackendWarm, kGauge, "postern_backend_warm_connections",
     "Connections to a backend that were made in advance and wait for a login", {"backend"}},
    {Metric::kBackendConnectDuration, kHistogram, "postern_backend_connect_duration_seconds",
     "How long backends took from the call to the greeting, TLS included", {}, kQuick},
    {Metric::kBackendErrors, kCounter, "postern_backend_errors_total",
     "Failures of backends, by the phase of the call, or by how a session ended for it",
     {"backend", "reason"}},
    {Metric::kCertificateEnd, kGauge, "postern_certificate_not_after_timestamp_seconds",
     "When a certificate that is served expires", {"name"}},
    {Metric::kCertificateMatches, kGauge, "postern_certificate_matches_name",
     "Whether a served certificate covers this name of server.names", {"name"}},
    {Metric::kBans, kGauge, "postern_bans", "Networks that are banned now"},
    {Metric::kBansTotal, kCounter, "postern_bans_total", "Bans that were made", {"reason"}},
    {Metric::kLimitHits, kCounter, "postern_limit_hits_total",
     "How often a limit was met by who wanted more", {"limit"}},
    {Metric::kLogDropped, kCounter, "postern_log_dropped_total",
     "Lines of the log that could not be written"},
    {Metric::kClientSessions, kCounter, "postern_client_sessions_total",
     "Sessions that are over, by mail program", {"client", "tls"}},
    {Metric::kRemembered, kCounter, "postern_logins_remembered_total",
     "Wrong passwords that were refused from memory, without asking the backend"},
    {Metric::kClusterUp, kGauge, "postern_cluster_up",
     "Whether what machines share can be asked; there is none where they share nothing"},
    {Metric::kClusterCommands, kCounter, "postern_cluster_commands_total",
     "What the engine that machines share was asked", {"command", "result"}},
    {Metric::kHandovers, kCounter, "postern_handovers_total",
     "How often another process took the place of the one before it"},
    {Metric::kElderSessions, kGauge, "postern_elder_sessions",
     "Open sessions of processes before this one, whose place it took"},
    {Metric::kProcessCpu, kCounter, "process_cpu_seconds_total",
     "Total user and system CPU time spent in seconds"},
    {Metric::kProcessMemory, kGauge, "process_resident_memory_bytes",
     "Resident memory size in bytes"},
    {Metric::kProcessVirtualMemory, kGauge, "process_virtual_memory_bytes",
     "Virtual memory size in bytes"},
    {Metric::kProcessDescriptors, kGauge, "process_open_fds", "Number of open file descriptors"},
    {Metric::kProcessMostDescriptors, kGauge, "process_max_fds",
     "Maximum number of open file descriptors"},
    {Metric::kProcessStart, kGauge, "process_start_time_seconds",
     "Start time of the process since unix epoch in seconds"},
}};
// clang-format on

consteval bool metrics_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].metric) != i || kTable[i].name.empty()) return false;
    if ((kTable[i].kind == MetricKind::kHistogram) == kTable[i].bounds.empty()) return false;
  }
  return true;
}
static_assert(metrics_in_order(), "every metric has its traits, in the order of the enum");

}  // namespace

std::size_t MetricTraits::labels() const noexcept {
  return static_cast<std::size_t>(std::ranges::find(label_names, "") - label_names.begin());
}

const MetricTraits& traits_of(Metric metric) noexcept {
  return kTable[static_cast<std::size_t>(metric)];
}

std::optional<Metric> metric_named(std::string_view name) noexcept {
  const auto found = std::ranges::find(kTable, name, &MetricTraits::name);
  if (found == kTable.end()) return std::nullopt;
  return found->metric;
}

}  // namespace postern::admin

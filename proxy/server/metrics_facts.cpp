// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/metrics_facts.hpp"

#include <algorithm>
#include <map>

namespace postern::server {
namespace {

using admin::Gauge;
using admin::Metric;

using Certificates = std::vector<std::shared_ptr<const tls::Certificate>>;

double seconds(std::chrono::sys_seconds time) noexcept {
  return static_cast<double>(time.time_since_epoch().count());
}

void add_backends(const session::Snapshot& snapshot, std::vector<Gauge>& gauges) {
  for (const upstream::BackendPlan& backend : snapshot.backends) {
    for (const auto& [address, up] : backend.state->addresses.standing(backend.address)) {
      gauges.push_back({Metric::kBackendUp, {backend.name, address}, up ? 1.0 : 0.0});
    }
    gauges.push_back({Metric::kBackendConnections,
                      {backend.name},
                      static_cast<double>(backend.state->places->taken())});
  }
}

// Two certificates of one name, RSA beside ECDSA, are told as the one that ends first.
void add_ends(const Certificates& certificates, std::vector<Gauge>& gauges) {
  std::map<std::string, double> ends;
  for (const auto& certificate : certificates) {
    const std::string name = certificate->names().empty() ? "none" : certificate->names().front();
    const double end = seconds(certificate->not_after());
    const auto [known, fresh] = ends.emplace(name, end);
    if (!fresh) known->second = std::min(known->second, end);
  }
  for (const auto& [name, end] : ends) gauges.push_back({Metric::kCertificateEnd, {name}, end});
}

void add_names(const Sight& sight, std::vector<Gauge>& gauges) {
  for (const std::string& name : sight.server_names) {
    const bool covered = std::ranges::any_of(
        sight.certificates, [&](const auto& certificate) { return certificate->matches(name); });
    gauges.push_back({Metric::kCertificateMatches, {name}, covered ? 1.0 : 0.0});
  }
}

std::string why_not_ready(const Sight& sight) {
  if (sight.draining) return "draining: nothing new is accepted, and open sessions end";
  const auto is_down = [](const auto& backend) { return backend.terms.known_down(); };
  if (std::ranges::all_of(sight.snapshot.backends, is_down)) return "no backend is reachable";
  return {};
}

}  // namespace

admin::Metrics::Facts facts_of(const Sight& sight) {
  std::vector<Gauge> gauges;
  gauges.push_back({Metric::kBuildInfo, {POSTERN_VERSION}, 1.0});
  gauges.push_back({Metric::kElderSessions, {}, static_cast<double>(sight.elder_sessions)});
  gauges.push_back({Metric::kReloadSuccessful, {}, sight.reload_taken ? 1.0 : 0.0});
  gauges.push_back({Metric::kReloadTime, {}, seconds(sight.loaded_at)});
  add_backends(sight.snapshot, gauges);
  add_ends(sight.certificates, gauges);
  add_names(sight, gauges);
  const std::size_t banned = sight.guard.banned(std::chrono::steady_clock::now());
  gauges.push_back({Metric::kBans, {}, static_cast<double>(banned)});
  return {.gauges = std::move(gauges), .why_not_ready = why_not_ready(sight)};
}

}  // namespace postern::server

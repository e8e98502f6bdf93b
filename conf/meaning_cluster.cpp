// SPDX-License-Identifier: Apache-2.0
// Where machines share what they know, and what protects it on its way and there.
#include <fmt/format.h>

#include <algorithm>

#include "conf/endpoint.hpp"
#include "conf/meaning.hpp"

namespace postern::conf {
namespace {

constexpr std::string_view kTable = "cluster.";

void check_alone(Reading& reading) {
  const auto given = reading.places.lower_bound(kTable);
  if (given == reading.places.end() || !given->first.starts_with(kTable)) return;
  reading.report.warning(
      "setting-idle", given->second,
      fmt::format("without `cluster.redis`, `{}` has no effect", given->first));
}

void check_protection(const Cluster& cluster, Reading& reading) {
  if (cluster.tls) return;
  if (!cluster.ca_file.empty()) {
    reading.report.warning("setting-idle", reading.mark_of("cluster.ca_file"),
                           "without `cluster.tls` = true, `cluster.ca_file` has no effect");
  }
  const auto open = std::ranges::find_if_not(cluster.redis, is_loopback);
  if (open == cluster.redis.end()) return;
  reading.report.warning(
      "cluster-plaintext", reading.mark_of("cluster.redis"),
      fmt::format("the Redis at {} is reached without TLS: whoever is on the way can read its "
                  "password and let go of bans",
                  to_string(*open)));
}

}  // namespace

void check_cluster(Reading& reading) {
  const Cluster& cluster = reading.settings.live.cluster;
  if (reading.broken.contains("cluster.redis")) return;
  if (cluster.redis.empty()) return check_alone(reading);
  if (cluster.key_file.empty() && !reading.broken.contains("cluster.key_file")) {
    reading.report.error(reading.mark_of("cluster.redis"),
                         "`cluster.redis` needs `cluster.key_file`, 32 random bytes that all "
                         "machines have: without it names and addresses could be read there");
  }
  if (!cluster.username.empty() && cluster.password_file.empty() &&
      !reading.broken.contains("cluster.password_file")) {
    reading.report.error(reading.mark_of("cluster.username"),
                         "`cluster.username` needs `cluster.password_file`");
  }
  check_protection(cluster, reading);
}

}  // namespace postern::conf

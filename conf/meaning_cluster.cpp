// SPDX-License-Identifier: Apache-2.0
// Where machines share what they know, and what protects it on its way and there.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "conf/endpoint.hpp"
#include "conf/meaning.hpp"

namespace postern::conf {
namespace {

void check_alone(const Cluster& cluster, Reading& reading) {
  const std::array<std::pair<const char*, bool>, 5> given = {{
      {"cluster.username", !cluster.username.empty()},
      {"cluster.password_file", !cluster.password_file.empty()},
      {"cluster.key_file", !cluster.key_file.empty()},
      {"cluster.node", !cluster.node.empty()},
      {"cluster.tls", cluster.tls},
  }};
  for (const auto& [key, is_given] : given) {
    if (!is_given) continue;
    return reading.report.warning("setting-idle", reading.mark_of(key),
                                  fmt::format("without `cluster.redis`, `{}` has no effect", key));
  }
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
  if (cluster.redis.empty()) return check_alone(cluster, reading);
  if (cluster.key_file.empty() && !reading.broken.contains("cluster.key_file")) {
    reading.report.error(reading.mark_of("cluster.redis"),
                         "[cluster] needs `key_file`, 32 random bytes that all "
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

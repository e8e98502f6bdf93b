// SPDX-License-Identifier: Apache-2.0
#include "conf/meaning.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "conf/units.hpp"

namespace postern::conf {
namespace {

// RFC 2449, section 4: a command line has at most 255 octets, so each server must take that many.
constexpr std::uint32_t kCommandBytes = 255;
// RFC 5034, section 4: a line of an authentication exchange has at most 12288 octets.
constexpr std::uint32_t kAuthBytes = 12288;
// RFC 1939, section 3: an autologout timer must be of at least 10 minutes' duration.
constexpr milliseconds kIdle = std::chrono::minutes{10};

void check_idle(Reading& reading) {
  const milliseconds idle = reading.settings.live.timeouts.idle;
  if (idle == milliseconds{0} || idle >= kIdle) return;
  reading.report.warning("timeout-idle", reading.mark_of("timeouts.idle"),
                         fmt::format("`timeouts.idle` is {}; RFC 1939 wants at least 10 minutes",
                                     duration_text(idle)));
}

// Without these deadlines a peer that says nothing keeps its session for ever.
void check_deadlines(Reading& reading) {
  const Timeouts& timeouts = reading.settings.live.timeouts;
  const std::array<std::pair<std::string_view, milliseconds>, 7> deadlines = {{
      {"timeouts.handshake", timeouts.handshake},
      {"timeouts.login", timeouts.login},
      {"timeouts.idle", timeouts.idle},
      {"timeouts.stall", timeouts.stall},
      {"timeouts.connect", timeouts.connect},
      {"timeouts.backend_login", timeouts.backend_login},
      {"timeouts.backend_reply", timeouts.backend_reply},
  }};
  for (const auto& [key, value] : deadlines) {
    if (value != milliseconds{0}) continue;
    reading.report.warning(
        "timeout-off", reading.mark_of(key),
        fmt::format("`{}` is off; a silent peer keeps its session for ever", key));
  }
}

}  // namespace

void check_limits(Reading& reading) {
  const Limits& limits = reading.settings.live.limits;
  if (limits.max_command_bytes < kCommandBytes) {
    reading.report.warning("limit-small", reading.mark_of("limits.max_command_bytes"),
                           fmt::format("`limits.max_command_bytes` is below the {} that RFC 2449 "
                                       "lets clients send",
                                       kCommandBytes));
  }
  if (limits.max_auth_bytes < kAuthBytes) {
    reading.report.warning("limit-small", reading.mark_of("limits.max_auth_bytes"),
                           fmt::format("`limits.max_auth_bytes` is below the {} that RFC 5034 "
                                       "lets clients send",
                                       kAuthBytes));
  }
  check_idle(reading);
  check_deadlines(reading);
}

void check_meaning(Reading& reading) {
  check_listeners(reading);
  check_backends(reading);
  check_routes(reading);
  check_tls(reading);
  check_client_auth(reading);
  check_policy(reading);
  check_before_tls(reading);
  check_limits(reading);
  check_metrics(reading);
  check_cluster(reading);
  check_sandbox(reading);
}

}  // namespace postern::conf

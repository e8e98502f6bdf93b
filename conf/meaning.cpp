#include "conf/meaning.hpp"

#include <fmt/format.h>

#include <array>

#include "conf/units.hpp"

namespace postern::conf {
namespace {

// RFC 2449, section 4: a command line has at most 255 octets, so each server must take that many.
constexpr std::uint32_t kCommandBytes = 255;
// RFC 5034, section 4: a line of an authentication exchange has at most 12288 octets.
constexpr std::uint32_t kAuthBytes = 12288;
// RFC 1939, section 3: an autologout timer must be of at least 10 minutes' duration.
constexpr milliseconds kIdle = std::chrono::minutes{10};

void check_versions(Reading& reading) {
  const tls::Settings& tls = reading.settings.live.tls;
  if (tls.min_version > tls.max_version) {
    const bool low = reading.has("tls.min_version");
    reading.report.error(reading.mark_of(low ? "tls.min_version" : "tls.max_version"),
                         "`tls.min_version` is newer than `tls.max_version`");
  }
  if (tls.min_version < tls::Version::kTls12) {
    reading.report.warning(reading.mark_of("tls.min_version"),
                           "`tls.min_version` below \"1.2\" lets in versions that are not safe "
                           "(RFC 8996)");
  }
  if (tls.profile == tls::Profile::kModern && tls.max_version < tls::Version::kTls13) {
    reading.report.error(
        reading.mark_of("tls.max_version"),
        "`tls.profile` \"modern\" is TLS 1.3 only, and `tls.max_version` is older");
  }
}

void check_idle(Reading& reading) {
  const milliseconds idle = reading.settings.live.timeouts.idle;
  if (idle == milliseconds{0} || idle >= kIdle) return;
  reading.report.warning(reading.mark_of("timeouts.idle"),
                         fmt::format("`timeouts.idle` is {}; RFC 1939 wants at least 10 minutes",
                                     duration_text(idle)));
}

// Without these deadlines a peer that says nothing keeps its session for ever.
void check_deadlines(Reading& reading) {
  const Timeouts& timeouts = reading.settings.live.timeouts;
  const std::array<std::pair<std::string_view, milliseconds>, 6> deadlines = {{
      {"timeouts.handshake", timeouts.handshake},
      {"timeouts.login", timeouts.login},
      {"timeouts.idle", timeouts.idle},
      {"timeouts.stall", timeouts.stall},
      {"timeouts.connect", timeouts.connect},
      {"timeouts.backend_login", timeouts.backend_login},
  }};
  for (const auto& [key, value] : deadlines) {
    if (value != milliseconds{0}) continue;
    reading.report.warning(
        reading.mark_of(key),
        fmt::format("`{}` is off; a silent peer keeps its session for ever", key));
  }
}

}  // namespace

void check_tls(Reading& reading) {
  const bool doubtful = reading.broken.contains("tls.min_version") ||
                        reading.broken.contains("tls.max_version") ||
                        reading.broken.contains("tls.profile");
  if (!doubtful) check_versions(reading);
}

void check_limits(Reading& reading) {
  const Limits& limits = reading.settings.live.limits;
  if (limits.max_command_bytes < kCommandBytes) {
    reading.report.warning(reading.mark_of("limits.max_command_bytes"),
                           fmt::format("`limits.max_command_bytes` is below the {} that RFC 2449 "
                                       "lets clients send",
                                       kCommandBytes));
  }
  if (limits.max_auth_bytes < kAuthBytes) {
    reading.report.warning(reading.mark_of("limits.max_auth_bytes"),
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
  check_tls(reading);
  check_limits(reading);
}

}  // namespace postern::conf

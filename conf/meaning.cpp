// SPDX-License-Identifier: Apache-2.0
#include "conf/meaning.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "conf/units.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

// RFC 2449, section 4: a command line has at most 255 octets, so each server must take that many.
constexpr std::uint32_t kCommandBytes = 255;
// RFC 5034, section 4: a line of an authentication exchange has at most 12288 octets.
constexpr std::uint32_t kAuthBytes = 12288;
// RFC 1939, section 3: an autologout timer must be of at least 10 minutes' duration.
constexpr milliseconds kIdle = std::chrono::minutes{10};

// The oldest version that a profile's ciphers can do.
tls::Version oldest_of(tls::Profile profile) {
  switch (profile) {
    case tls::Profile::kModern:
      return tls::Version::kTls13;
    case tls::Profile::kIntermediate:
      return tls::Version::kTls12;
    case tls::Profile::kLegacy:
      return tls::Version::kTls10;
  }
  std::unreachable();
}

std::string_view word_of(tls::Version version) {
  return version_words()[static_cast<std::size_t>(version)].word;
}

std::string_view word_of(tls::Profile profile) {
  return profile_words()[static_cast<std::size_t>(profile)].word;
}

void check_newest(Reading& reading, const tls::Settings& tls) {
  if (tls.min_version > tls.max_version) {
    const bool given = reading.has("tls.min_version");
    reading.report.error(
        reading.mark_of(given ? "tls.min_version" : "tls.max_version"),
        fmt::format("`tls.min_version` \"{}\"{} is newer than `tls.max_version` \"{}\"",
                    word_of(tls.min_version), given ? "" : " (the default)",
                    word_of(tls.max_version)));
  } else if (oldest_of(tls.profile) > tls.max_version) {
    reading.report.error(
        reading.mark_of("tls.max_version"),
        fmt::format("`tls.max_version` \"{}\" is older than all that `tls.profile` \"{}\" can do",
                    word_of(tls.max_version), word_of(tls.profile)));
  }
}

void check_oldest(Reading& reading, const tls::Settings& tls) {
  if (tls.min_version >= tls::Version::kTls12) return;
  const Mark mark = reading.mark_of("tls.min_version");
  const tls::Version oldest = oldest_of(tls.profile);
  if (tls.min_version < oldest) {
    reading.report.warning("tls-floor", mark,
                           fmt::format("`tls.profile` \"{}\" lets in nothing below \"{}\"",
                                       word_of(tls.profile), word_of(oldest)));
  } else {
    reading.report.warning(
        "tls-old-version", mark,
        fmt::format("`tls.min_version` \"{}\" is not safe (RFC 8996)", word_of(tls.min_version)));
  }
}

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

void check_tls(Reading& reading) {
  const tls::Settings& tls = reading.settings.live.tls;
  if (!tls.tickets && !tls.ticket_key_file.empty()) {
    reading.report.warning("setting-idle", reading.mark_of("tls.ticket_key_file"),
                           "with `tls.tickets` = false, `tls.ticket_key_file` has no effect");
  }
  const bool doubtful = reading.broken.contains("tls.min_version") ||
                        reading.broken.contains("tls.max_version") ||
                        reading.broken.contains("tls.profile");
  if (doubtful) return;
  check_newest(reading, tls);
  check_oldest(reading, tls);
}

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
  check_limits(reading);
}

}  // namespace postern::conf

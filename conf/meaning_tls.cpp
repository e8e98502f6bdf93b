// SPDX-License-Identifier: Apache-2.0
// Versions and profiles: those that leave nothing, and those that make no sense without each other.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "conf/meaning.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

using tls::Profile;
using tls::Version;

std::string_view word_of(Version version) {
  return version_words()[static_cast<std::size_t>(version)].word;
}

std::string_view word_of(Profile profile) {
  return profile_words()[static_cast<std::size_t>(profile)].word;
}

// One of the two, and the key that says so.
template <typename Value>
struct Said {
  Value value;
  std::string_view key;  // "tls.profile", "listener.profile"
  Mark mark;             // line 0: by default, or for others
};

// What meets at [tls], or at a listener that has one of them for itself.
struct Meeting {
  Said<Version> least;
  Said<Profile> profile;
};

// Returns whether anything is left.
bool check_newest(Reading& reading, const tls::Settings& tls) {
  if (tls.min_version > tls.max_version) {
    const bool given = reading.has("tls.min_version");
    reading.report.error(
        reading.mark_of(given ? "tls.min_version" : "tls.max_version"),
        fmt::format("`tls.min_version` \"{}\"{} is newer than `tls.max_version` \"{}\"",
                    word_of(tls.min_version), given ? "" : " (the default)",
                    word_of(tls.max_version)));
    return false;
  }
  if (tls::oldest_of(tls.profile) > tls.max_version) {
    reading.report.error(
        reading.mark_of("tls.max_version"),
        fmt::format("`tls.max_version` \"{}\" is older than all that `tls.profile` \"{}\" can do",
                    word_of(tls.max_version), word_of(tls.profile)));
    return false;
  }
  return true;
}

// What one of them asks for is in vain, or dangerous, or only half of what is needed.
void check_sense(Reading& reading, const Meeting& at) {
  const auto& [least, profile] = at;
  const Version oldest = tls::oldest_of(profile.value);
  const Mark mark = least.mark.line != 0 ? least.mark : profile.mark;
  if (least.value < Version::kTls12 && least.value < oldest) {
    reading.report.warning("tls-floor", mark,
                           fmt::format("`{}` \"{}\" lets in nothing below \"{}\"", profile.key,
                                       word_of(profile.value), word_of(oldest)));
  } else if (least.value < Version::kTls12) {
    reading.report.warning(
        "tls-old-version", mark,
        fmt::format("`{}` \"{}\" is not safe (RFC 8996)", least.key, word_of(least.value)));
  } else if (profile.value == Profile::kLegacy) {
    reading.report.warning(
        "configuration", profile.mark.line != 0 ? profile.mark : mark,
        fmt::format("weak ciphers, and no older version: `{}` \"legacy\" makes sense with "
                    "`min_version` \"1.0\" or \"1.1\"",
                    profile.key));
  }
}

void check_listener_tls(Reading& reading, std::size_t index) {
  const Listener& listener = reading.settings.live.listeners[index];
  const tls::Settings& tls = reading.settings.live.tls;
  if (!listener.min_version && !listener.profile) return;
  Meeting at{{tls.min_version, "tls.min_version", {}}, {tls.profile, "tls.profile", {}}};
  if (listener.min_version) {
    at.least = {*listener.min_version, "listener.min_version",
                reading.mark_of(fmt::format("listener[{}].min_version", index))};
  }
  if (listener.profile) {
    at.profile = {*listener.profile, "listener.profile",
                  reading.mark_of(fmt::format("listener[{}].profile", index))};
  }
  if (listener.min_version && *listener.min_version > tls.max_version) {
    reading.report.error(
        at.least.mark, fmt::format("`listener.min_version` \"{}\" is newer than `tls.max_version` "
                                   "\"{}\"",
                                   word_of(at.least.value), word_of(tls.max_version)));
  } else if (listener.profile && tls::oldest_of(*listener.profile) > tls.max_version) {
    reading.report.error(at.profile.mark,
                         fmt::format("`tls.max_version` \"{}\" is older than all that "
                                     "`listener.profile` \"{}\" can do",
                                     word_of(tls.max_version), word_of(at.profile.value)));
  } else {
    check_sense(reading, at);
  }
}

// Somebody is too old only where something is older than the floor.
void check_old_version(Reading& reading) {
  const Live& live = reading.settings.live;
  if (live.tls.old_version == tls::OldVersion::kRefuseHandshake) return;
  const auto takes_all = [&](const Listener& one) {
    const Version least = one.min_version.value_or(live.tls.min_version);
    const Version oldest = tls::oldest_of(one.profile.value_or(live.tls.profile));
    return one.tls == ListenerTls::kNone || std::max(least, oldest) == Version::kTls10;
  };
  const auto raises = [](const Exception& one) {
    return one.min_version.value_or(Version::kTls10) != Version::kTls10;
  };
  if (!std::ranges::all_of(live.listeners, takes_all) ||
      std::ranges::any_of(live.policy.exceptions, raises)) {
    return;
  }
  reading.report.warning("setting-idle", reading.mark_of("tls.old_version"),
                         "no listener has a floor above TLS 1.0, so `tls.old_version` has no "
                         "effect");
}

}  // namespace

void check_tls(Reading& reading) {
  const tls::Settings& all = reading.settings.live.tls;
  if (!all.tickets && !all.ticket_key_file.empty()) {
    reading.report.warning("setting-idle", reading.mark_of("tls.ticket_key_file"),
                           "with `tls.tickets` = false, `tls.ticket_key_file` has no effect");
  }
  for (const auto* const key : {"tls.min_version", "tls.max_version", "tls.profile",
                                "listener.min_version", "listener.profile"}) {
    if (reading.broken.contains(key)) return;
  }
  if (!check_newest(reading, all)) return;
  check_sense(reading, {{all.min_version, "tls.min_version", reading.mark_of("tls.min_version")},
                        {all.profile, "tls.profile", reading.mark_of("tls.profile")}});
  const Live& live = reading.settings.live;
  for (std::size_t i = 0; i < live.listeners.size(); ++i) check_listener_tls(reading, i);
  check_old_version(reading);
}

}  // namespace postern::conf

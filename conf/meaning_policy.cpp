// SPDX-License-Identifier: Apache-2.0
// The policy: dates that contradict each other, exceptions that cannot mean what they say, and
// those that open a door wider than it seems.
#include <fmt/format.h>

#include <algorithm>

#include "conf/meaning.hpp"
#include "conf/references.hpp"
#include "conf/words.hpp"

namespace postern::conf {
namespace {

std::string path_of(std::size_t index, std::string_view leaf) {
  return fmt::format("policy.exception[{}].{}", index, leaf);
}

// Two ways to say one thing must not say two.
void check_rollout(Reading& reading, const Rollout& rollout, const std::string& path) {
  const auto refuse = [&](std::string_view leaf, std::string text) {
    reading.report.error(reading.mark_of(fmt::format("{}.{}", path, leaf)), std::move(text));
  };
  const bool until = rollout.report_only_until.has_value();
  const bool from = rollout.enforce_from.has_value();
  if (until && from && *rollout.report_only_until != *rollout.enforce_from) {
    refuse("enforce_from",
           "`report_only_until` and `enforce_from` name different moments; write "
           "one of them");
  } else if (until && rollout.mode == policy::Mode::kEnforce) {
    refuse("report_only_until", "`report_only_until` contradicts `mode` \"enforce\"");
  }
}

bool is_from_everywhere(const Exception& exception) {
  const auto is_any = [](const policy::Network& network) { return network.prefix() == 0; };
  return exception.networks.empty() || std::ranges::any_of(exception.networks, is_any);
}

bool is_everybody(const Exception& exception) {
  return is_from_everywhere(exception) && exception.users.empty();
}

// A handshake knows addresses, and no users.
void check_openness(Reading& reading, std::size_t index) {
  const Exception& exception = reading.settings.live.policy.exceptions[index];
  const tls::Settings& tls = reading.settings.live.tls;
  const tls::Version usual = std::max(tls.min_version, tls::oldest_of(tls.profile));
  if (!exception.min_version || *exception.min_version >= usual) return;
  if (!is_from_everywhere(exception) || reading.broken.contains("policy.exception.networks"))
    return;
  reading.report.warning(
      "tls-old-version", reading.mark_of(path_of(index, "min_version")),
      "the user is known after the handshake only, so this version and its ciphers are open to "
      "every address; narrow it with `networks`");
}

void check_exception(Reading& reading, std::size_t index) {
  const Exception& exception = reading.settings.live.policy.exceptions[index];
  check_rollout(reading, exception.rollout, fmt::format("policy.exception[{}]", index));
  check_listener_names(reading, exception.listeners, path_of(index, "listeners"));
  const bool says_nothing = !exception.login && !exception.min_version && !exception.stls &&
                            exception.rollout == Rollout();
  if (says_nothing && !reading.broken.contains("policy.exception.login") &&
      !reading.broken.contains("policy.exception.min_version") &&
      !reading.broken.contains("policy.exception.stls") &&
      !reading.broken.contains("policy.exception.mode")) {
    reading.report.warning("exception-idle", exception.mark,
                           "this exception changes nothing: it needs `login`, `min_version`, "
                           "`mode` or `stls`");
  }
  const bool doubtful = reading.broken.contains("policy.exception.networks") ||
                        reading.broken.contains("policy.exception.users");
  if (exception.login == policy::Level::kPlaintextAllowed && is_everybody(exception) && !doubtful) {
    reading.report.warning("listener-plaintext", reading.mark_of(path_of(index, "login")),
                           "this exception takes passwords without TLS from any address; narrow "
                           "it with `networks`");
  }
  if (exception.min_version && *exception.min_version < tls::Version::kTls12) {
    const Mark mark = reading.mark_of(path_of(index, "min_version"));
    const std::string_view word =
        version_words()[static_cast<std::size_t>(*exception.min_version)].word;
    reading.report.warning("tls-old-version", mark,
                           fmt::format("`min_version` \"{}\" is not safe (RFC 8996)", word));
  }
  check_openness(reading, index);
}

}  // namespace

void check_policy(Reading& reading) {
  const Policy& policy = reading.settings.live.policy;
  check_rollout(reading, policy.rollout, "policy");
  for (std::size_t i = 0; i < policy.exceptions.size(); ++i) check_exception(reading, i);
}

}  // namespace postern::conf

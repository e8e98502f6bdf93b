// SPDX-License-Identifier: Apache-2.0
// What is shown before TLS: keys that show or hide what is not there, and those that leave somebody
// no way in.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "conf/listener_rules.hpp"
#include "conf/meaning.hpp"
#include "policy/date.hpp"

namespace postern::conf {
namespace {

using policy::Enforcement;
using policy::Level;
using policy::StlsListing;

// Whether no login without TLS is allowed, by any mechanism that is offered.
bool refuses_all_in_clear(const Policy& policy, Level level) {
  const auto shows = [](policy::Mechanism mechanism) { return policy::shows_password(mechanism); };
  switch (level) {
    case Level::kTlsRequired:
      return true;
    case Level::kTlsForPlaintext:
      return std::ranges::all_of(policy.mechanisms, shows);
    case Level::kPlaintextAllowed:
      return false;
  }
  std::unreachable();
}

bool is_for(const Exception& exception, const Listener& listener) {
  const auto& names = exception.listeners;
  return listener.tls == ListenerTls::kStls &&
         (names.empty() || std::ranges::find(names, listener.name) != names.end());
}

// Some of those who are to find no TLS get no login without it either.
void check_way_in(Reading& reading, const Exception& exception, Mark mark) {
  const Policy& policy = reading.settings.live.policy;
  const Rollout& rollout = exception.rollout == Rollout() ? policy.rollout : exception.rollout;
  const Enforcement enforcement = enforcement_of(rollout, Enforcement::always());
  if (enforcement == Enforcement::never()) return;
  for (const Listener& listener : reading.settings.live.listeners) {
    const Level level = exception.login.value_or(listener.login.value_or(policy.login));
    if (!is_for(exception, listener) || !refuses_all_in_clear(policy, level)) continue;
    const std::string since = enforcement == Enforcement::always()
                                  ? std::string()
                                  : " from " + policy::date_text(enforcement.start()) + " on";
    reading.report.warning(
        "stls-hidden", mark,
        fmt::format("whoever finds no STLS on listener \"{}\" could never log in{}: without TLS "
                    "the policy is \"{}\"; write `login` = \"plaintext-allowed\" here",
                    listener.name, since, policy::name_of(level)));
    return;
  }
}

void check_stls(Reading& reading, std::size_t index) {
  const Exception& exception = reading.settings.live.policy.exceptions[index];
  if (exception.stls != StlsListing::kHidden) return;
  const Mark mark = reading.mark_of(fmt::format("policy.exception[{}].stls", index));
  if (!exception.users.empty()) {
    reading.report.error(mark,
                         "`stls` = \"hide\" stands beside `users`: CAPA is asked for before "
                         "anybody has said a name; write `networks` and `listeners` alone");
    return;
  }
  const auto meant = [&](const Listener& listener) { return is_for(exception, listener); };
  if (std::ranges::none_of(reading.settings.live.listeners, meant)) {
    reading.report.warning("setting-idle", mark,
                           "no listener that this exception is for offers STLS, so `stls` has no "
                           "effect");
    return;
  }
  check_way_in(reading, exception, mark);
}

}  // namespace

void check_before_tls(Reading& reading) {
  for (const auto* const key :
       {"listener.tls", "listener.login", "policy.login", "policy.mechanisms", "policy.mode",
        "policy.exception.users", "policy.exception.listeners", "policy.exception.login"}) {
    if (reading.broken.contains(key)) return;
  }
  const Live& live = reading.settings.live;
  for (std::size_t i = 0; i < live.policy.exceptions.size(); ++i) check_stls(reading, i);
  const auto implicit = [](const Listener& one) { return one.tls == ListenerTls::kImplicit; };
  if (live.policy.before_tls == policy::BeforeTls::kTalkative &&
      std::ranges::all_of(live.listeners, implicit)) {
    reading.report.warning("setting-idle", reading.mark_of("policy.before_tls"),
                           "with TLS first on every listener, `policy.before_tls` has no effect");
  }
}

}  // namespace postern::conf

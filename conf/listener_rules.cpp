// SPDX-License-Identifier: Apache-2.0
#include "conf/listener_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conf/links.hpp"

namespace postern::conf {
namespace {

using policy::Enforcement;

// The key that enforcement_of() goes by, of the whole policy.
std::string_view mode_rule_of(const Rollout& rollout) noexcept {
  if (rollout.enforce_from) return "policy.enforce_from";
  return rollout.report_only_until ? "policy.report_only_until" : "policy.mode";
}

policy::Exception exception_of(const Exception& written, std::size_t index) {
  policy::Exception exception;
  exception.networks = written.networks;
  exception.users = written.users;
  exception.login = written.login;
  if (written.min_version) exception.floor = link_of(*written.min_version);
  if (written.rollout != Rollout()) {
    exception.enforcement = enforcement_of(written.rollout, Enforcement::always());
  }
  exception.stls = written.stls;
  exception.expires = written.expires.value_or(policy::Moment::max());
  exception.login_rule = fmt::format("policy.exception[{}].login", index);
  exception.floor_rule = fmt::format("policy.exception[{}].min_version", index);
  exception.stls_rule = fmt::format("policy.exception[{}].stls", index);
  constexpr std::string_view kWhole = "policy";
  exception.mode_rule = fmt::format("policy.exception[{}]{}", index,
                                    mode_rule_of(written.rollout).substr(kWhole.size()));
  return exception;
}

// A profile agrees on no version that it has no ciphers for.
void set_floor(policy::BaseRule& base, const Live& settings, const Listener& listener) {
  const tls::Version asked = listener.min_version.value_or(settings.tls.min_version);
  const tls::Version oldest = tls::oldest_of(listener.profile.value_or(settings.tls.profile));
  base.floor = link_of(std::max(asked, oldest));
  if (listener.min_version) base.floor_rule = "listener.min_version";
  if (asked < oldest) base.floor_rule = listener.profile ? "listener.profile" : "tls.profile";
}

policy::BaseRule base_of(const Live& settings, const Listener& listener) {
  policy::BaseRule base;
  base.login = listener.login.value_or(settings.policy.login);
  if (listener.login) base.login_rule = "listener.login";
  set_floor(base, settings, listener);
  base.enforcement = enforcement_of(settings.policy.rollout, Enforcement::always());
  base.mode_rule = mode_rule_of(settings.policy.rollout);
  base.brownout = {.percent = static_cast<std::uint8_t>(settings.policy.enforce_percent),
                   .hours = policy::Hours::parse(settings.policy.enforce_hours)};
  base.mechanisms = settings.policy.mechanisms;
  return base;
}

}  // namespace

Enforcement enforcement_of(const Rollout& rollout, Enforcement otherwise) noexcept {
  if (rollout.enforce_from) return Enforcement::from(*rollout.enforce_from);
  if (rollout.report_only_until) return Enforcement::from(*rollout.report_only_until);
  if (!rollout.mode) return otherwise;
  return *rollout.mode == policy::Mode::kReportOnly ? Enforcement::never() : Enforcement::always();
}

policy::Rules rules_of(const Live& settings, std::size_t listener) {
  const Listener& own = settings.listeners[listener];
  std::vector<policy::Exception> exceptions;
  for (std::size_t i = 0; i < settings.policy.exceptions.size(); ++i) {
    const Exception& written = settings.policy.exceptions[i];
    const bool meant = written.listeners.empty() ||
                       std::ranges::find(written.listeners, own.name) != written.listeners.end();
    if (meant) exceptions.push_back(exception_of(written, i));
  }
  return policy::Rules(base_of(settings, own), std::move(exceptions));
}

}  // namespace postern::conf

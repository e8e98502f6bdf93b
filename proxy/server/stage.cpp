#include "proxy/server/stage.hpp"

#include <chrono>

#include "conf/dates.hpp"
#include "conf/rules.hpp"
#include "proxy/server/certificates.hpp"

namespace postern::server {
namespace {

using session::ListenerPlan;
using Cause = Refusal::Cause;

pop3::UpstreamAuth auth_of(const conf::Backend& backend) noexcept {
  switch (backend.auth) {
    case conf::BackendAuth::kUserPass:
      return pop3::UpstreamAuth::kUserPass;
    case conf::BackendAuth::kSaslPlain:
      return pop3::UpstreamAuth::kSaslPlain;
    case conf::BackendAuth::kAuto:
      return pop3::UpstreamAuth::kAuto;
  }
  __builtin_unreachable();
}

// What TLS has to accept here, so that the rules can decide who may use what of it.
tls::Settings tls_for(const conf::Live& settings, const conf::Listener& listener,
                      const policy::Rules& rules) {
  tls::Settings own = settings.tls;
  own.profile = listener.profile.value_or(own.profile);
  own.min_version = conf::version_of(rules.lowest_floor());
  return own;
}

}  // namespace

pop3::Terms terms_for(const conf::Live& settings, std::size_t index) {
  const conf::Listener& listener = settings.listeners[index];
  pop3::Terms terms;
  terms.rules = conf::rules_of(settings, index);
  terms.stls =
      listener.tls == conf::ListenerTls::kStls ? pop3::Stls::kOffered : pop3::Stls::kAbsent;
  terms.greeting = listener.greeting;
  terms.advice = pop3::default_advice(settings.policy.help_text, settings.policy.help_url);
  terms.help_url = settings.policy.help_url;
  terms.refusal_code = settings.policy.refusal_code == "none" ? "" : settings.policy.refusal_code;
  terms.upstream_auth = auth_of(settings.backends.front());
  terms.on_plaintext = settings.policy.on_plaintext;
  terms.on_exposed = settings.policy.exposed;
  terms.capabilities = settings.policy.capabilities;
  terms.commands = settings.policy.commands;
  // A configuration without a backend is none.
  terms.error_text = settings.backends.front().error_text == conf::ErrorText::kPass
                         ? pop3::ErrorText::kPass
                         : pop3::ErrorText::kReplace;
  terms.max_command_bytes = settings.limits.max_command_bytes;
  terms.max_auth_bytes = settings.limits.max_auth_bytes;
  terms.max_bad_commands = settings.limits.max_bad_commands;
  terms.max_login_attempts = settings.limits.max_login_attempts;
  return terms;
}

namespace {

std::expected<std::vector<ListenerPlan>, conf::Diagnostics> plan_listeners(
    const conf::Live& settings, const tls::Certificates& certificates,
    const tls::TicketKeys& keys) {
  // One backend behind all listeners. A new configuration may mean another one: it is learned anew.
  const auto learned = std::make_shared<pop3::LearnedCapabilities>();
  std::vector<ListenerPlan> plans;
  conf::Diagnostics failures;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    const conf::Listener& listener = settings.listeners[i];
    ListenerPlan plan{listener.name, listener.tls, terms_for(settings, i), nullptr};
    plan.terms.learned = learned;
    if (listener.tls != conf::ListenerTls::kNone) {
      auto context = tls::Context::create(tls_for(settings, listener, plan.terms.rules),
                                          certificates, keys, listener.name);
      if (context) {
        plan.context = *std::move(context);
      } else {
        failures.push_back({.severity = conf::Severity::kError,
                            .mark = listener.mark,
                            .text = "listener \"" + listener.name + "\": " + context.error().text,
                            .source_line = {}});
      }
    }
    plans.push_back(std::move(plan));
  }
  if (!failures.empty()) return std::unexpected(std::move(failures));
  return plans;
}

std::unexpected<Refusal> refuse(Cause cause, conf::Diagnostics& diagnostics) {
  return std::unexpected(Refusal{cause, std::move(diagnostics)});
}

std::chrono::sys_seconds today() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

std::expected<Staged, Refusal> stage(const std::string& file, const Doors& doors,
                                     const tls::TicketKeys& keys, std::uint64_t generation) {
  auto document = conf::read_file(file);
  if (!document) return refuse(Cause::kConfiguration, document.error());
  auto loaded = load_certificates(*document, today());
  if (!loaded) return refuse(Cause::kConfiguration, loaded.error());
  const conf::Live& settings = document->settings.live;
  auto plans = plan_listeners(settings, loaded->certificates, keys);
  if (!plans) return refuse(Cause::kConfiguration, plans.error());
  auto prepared = doors.prepare(settings);
  if (!prepared) return refuse(Cause::kSystem, prepared.error());
  conf::Diagnostics warnings = document->warnings;
  warnings.insert(warnings.end(), loaded->warnings.begin(), loaded->warnings.end());
  const conf::Diagnostics dated = conf::about_dates(*document, today());
  warnings.insert(warnings.end(), dated.begin(), dated.end());
  auto snapshot = std::make_shared<const session::Snapshot>(
      session::Snapshot{generation, settings, *std::move(plans)});
  return Staged{*std::move(document), std::move(snapshot), *std::move(prepared),
                std::move(warnings)};
}

}  // namespace postern::server

#include "proxy/server/stage.hpp"

#include <chrono>

#include "proxy/server/certificates.hpp"

namespace postern::server {
namespace {

using session::ListenerPlan;
using Cause = Refusal::Cause;

policy::Rules rules_for(const conf::Live& settings, const conf::Listener& listener) noexcept {
  return listener.login ? policy::Rules(*listener.login, "listener.login")
                        : policy::Rules(settings.policy.login, "policy.login");
}

pop3::Terms terms_for(const conf::Live& settings, const conf::Listener& listener,
                      const std::shared_ptr<pop3::LearnedCapabilities>& learned) {
  pop3::Terms terms;
  terms.rules = rules_for(settings, listener);
  terms.mechanisms = settings.policy.mechanisms;
  terms.stls =
      listener.tls == conf::ListenerTls::kStls ? pop3::Stls::kOffered : pop3::Stls::kAbsent;
  terms.greeting = listener.greeting;
  terms.advice = pop3::default_advice(settings.policy.help_text, settings.policy.help_url);
  terms.capabilities = settings.policy.capabilities;
  terms.learned = learned;
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

std::expected<std::vector<ListenerPlan>, conf::Diagnostics> plan_listeners(
    const conf::Live& settings, const tls::Certificates& certificates,
    const tls::TicketKeys& keys) {
  // One backend behind all listeners. A new configuration may mean another one: it is learned anew.
  const auto learned = std::make_shared<pop3::LearnedCapabilities>();
  std::vector<ListenerPlan> plans;
  conf::Diagnostics failures;
  for (const conf::Listener& listener : settings.listeners) {
    ListenerPlan plan{listener.name, listener.tls, terms_for(settings, listener, learned), nullptr};
    if (listener.tls != conf::ListenerTls::kNone) {
      auto context = tls::Context::create(settings.tls, certificates, keys, listener.name);
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
  auto snapshot = std::make_shared<const session::Snapshot>(
      session::Snapshot{generation, settings, *std::move(plans)});
  return Staged{*std::move(document), std::move(snapshot), *std::move(prepared),
                std::move(warnings)};
}

}  // namespace postern::server

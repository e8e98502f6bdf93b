#include "proxy/server/stage.hpp"

#include <chrono>

#include "conf/dates.hpp"
#include "conf/rules.hpp"
#include "proxy/server/certificates.hpp"
#include "proxy/server/surroundings.hpp"
#include "proxy/server/terms.hpp"

namespace postern::server {
namespace {

using session::ListenerPlan;
using Cause = Refusal::Cause;

// What TLS has to accept here, so that the rules can decide who may use what of it.
tls::Settings tls_for(const conf::Live& settings, const conf::Listener& listener,
                      const policy::Rules& rules) {
  tls::Settings own = settings.tls;
  own.profile = listener.profile.value_or(own.profile);
  own.min_version = conf::version_of(rules.lowest_floor());
  return own;
}

std::expected<std::vector<ListenerPlan>, conf::Diagnostics> plan_listeners(
    const conf::Live& settings, const tls::Certificates& certificates,
    const tls::TicketKeys& keys) {
  // One backend behind all listeners. A new configuration may mean another one: it is learned anew.
  const auto learned = std::make_shared<pop3::LearnedCapabilities>();
  std::vector<ListenerPlan> plans;
  conf::Diagnostics failures;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    const conf::Listener& listener = settings.listeners[i];
    ListenerPlan plan{listener.name, listener.tls, client_terms_for(settings, i),
                      backend_terms_for(settings.backends.front()), nullptr};
    plan.backend_terms.learned = learned;
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
  if (auto itself = about_own_addresses(*document); !itself.empty()) {
    return refuse(Cause::kConfiguration, itself);
  }
  const conf::Live& settings = document->settings.live;
  auto plans = plan_listeners(settings, loaded->certificates, keys);
  if (!plans) return refuse(Cause::kConfiguration, plans.error());
  auto prepared = doors.prepare(*document);
  if (!prepared) return refuse(Cause::kSystem, prepared.error());
  conf::Diagnostics warnings = document->warnings;
  warnings.insert(warnings.end(), loaded->warnings.begin(), loaded->warnings.end());
  const conf::Diagnostics dated = conf::about_dates(*document, today());
  warnings.insert(warnings.end(), dated.begin(), dated.end());
  const conf::Diagnostics open_to_all = about_permissions(*document);
  warnings.insert(warnings.end(), open_to_all.begin(), open_to_all.end());
  auto snapshot = std::make_shared<const session::Snapshot>(
      session::Snapshot{generation, settings, *std::move(plans)});
  return Staged{*std::move(document), std::move(snapshot), *std::move(prepared),
                std::move(warnings)};
}

}  // namespace postern::server

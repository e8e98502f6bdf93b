// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/plans.hpp"

#include <algorithm>
#include <array>

#include "conf/lanes.hpp"
#include "conf/listener_routes.hpp"
#include "conf/listener_rules.hpp"
#include "policy/must.hpp"
#include "proxy/server/listener_context.hpp"

namespace postern::server {
namespace {

// RFC 5034 section 4 gives a line inside AUTH 12288 octets. Only tokens and tickets need more, and
// without them nobody gets to fill more: whoever has not logged in yet may be anybody.
std::uint32_t auth_bound(const conf::Live& settings) noexcept {
  constexpr std::uint32_t kEnough = 12'288;
  using policy::Mechanism;
  constexpr std::array kLong = {Mechanism::kGssapi, Mechanism::kNtlm, Mechanism::kXoauth2,
                                Mechanism::kOauthBearer};
  const auto& offered = settings.policy.mechanisms;
  const bool needed = std::ranges::find_first_of(offered, kLong) != offered.end();
  const std::uint32_t most = settings.limits.max_auth_bytes;
  return needed ? most : std::min(most, kEnough);
}

session::ListenerPlan listener_plan(const conf::Live& settings, std::size_t index,
                                    const std::vector<upstream::BackendPlan>& backends,
                                    std::string_view file) {
  const conf::Listener& listener = settings.listeners[index];
  session::ListenerPlan plan{.name = listener.name,
                             .tls = listener.tls,
                             .terms = client_terms_for(settings, index),
                             .routes = conf::routes_of(settings, index, file),
                             .context = nullptr,
                             .balancers = listener.proxy_protocol ? listener.proxy_trusted
                                                                  : std::vector<policy::Network>()};
  for (const std::size_t backend : plan.routes.backends(backends.size())) {
    plan.terms.learned.push_back(backends[backend].terms.learned);
  }
  return plan;
}

// Without a link there is none that is protected, and none is made that should be.
upstream::BackendPlan backend_plan(const conf::Backend& backend, const upstream::BackendLink& link,
                                   const upstream::Pool& pool) {
  policy::must(link.settings == backend.security, "finding the way to a backend");
  policy::must(link.context || backend.security.tls == conf::BackendTls::kNone, "a backend's TLS");
  upstream::BackendPlan plan{.name = backend.name,
                             .address = backend.address,
                             .balance = backend.balance,
                             .health = backend.health.limits,
                             .check_interval = backend.health.interval,
                             .link = link,
                             .sources = upstream::SourceAddresses(backend.source_address),
                             .max_connections = backend.max_connections,
                             .warm = backend.warm,
                             .terms = backend_terms_for(backend),
                             .state = pool.find(backend.name, backend.address, backend.security)};
  plan.terms.learned = {plan.state, &plan.state->capabilities};
  plan.terms.availability = {plan.state, &plan.state->availability};
  return plan;
}

conf::Diagnostic about_context(const conf::Listener& listener, const tls::Error& error) {
  return {.severity = conf::Severity::kError,
          .mark = listener.mark,
          .text = "listener \"" + listener.name + "\": " + error.text,
          .source_line = {}};
}

}  // namespace

pop3::ClientTerms client_terms_for(const conf::Live& settings, std::size_t index) {
  const conf::Listener& listener = settings.listeners[index];
  pop3::ClientTerms terms;
  terms.rules = conf::rules_of(settings, index);
  terms.stls =
      listener.tls == conf::ListenerTls::kStls ? pop3::Stls::kOffered : pop3::Stls::kAbsent;
  terms.greeting = listener.greeting;
  terms.advice = pop3::default_advice(settings.policy.help_text, settings.policy.help_url);
  terms.help_text = settings.policy.help_text;
  terms.help_url = settings.policy.help_url;
  terms.refusal_code = settings.policy.refusal_code == "none" ? "" : settings.policy.refusal_code;
  terms.before_tls = settings.policy.before_tls;
  terms.on_plaintext = settings.policy.on_plaintext;
  terms.on_exposed = settings.policy.exposed;
  terms.capabilities = settings.policy.capabilities;
  terms.commands = settings.policy.commands;
  terms.max_command_bytes = settings.limits.max_command_bytes;
  terms.max_auth_bytes = auth_bound(settings);
  terms.max_bad_commands = settings.limits.max_bad_commands;
  terms.max_login_attempts = settings.limits.max_login_attempts;
  return terms;
}

pop3::BackendTerms backend_terms_for(const conf::Backend& backend) {
  return {.auth = backend.auth,
          .client_address = backend.client_address,
          .error_text = backend.error_text,
          .temporary_errors = backend.temporary_errors,
          .line_ends = backend.line_ends,
          .body = backend.body,
          .vouching = backend.security.certificate.cert_file.empty() ? pop3::Vouching::kNo
                                                                     : pop3::Vouching::kYes};
}

std::expected<session::Snapshot, conf::Diagnostics> make_plans(const conf::Live& settings,
                                                               const Loaded& loaded,
                                                               const tls::TicketKeys& keys,
                                                               const upstream::Pool& pool) {
  session::Snapshot plans;
  plans.maps = loaded.maps;
  plans.timeouts = settings.timeouts;
  plans.limits = settings.limits;
  plans.lanes = conf::lanes_of(settings);
  for (std::size_t i = 0; i < settings.backends.size(); ++i) {
    const auto link = i < loaded.links.size() ? loaded.links[i] : upstream::BackendLink{};
    plans.backends.push_back(backend_plan(settings.backends[i], link, pool));
  }
  conf::Diagnostics failures;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    const conf::Listener& listener = settings.listeners[i];
    session::ListenerPlan& plan =
        plans.listeners.emplace_back(listener_plan(settings, i, plans.backends, loaded.file));
    if (listener.tls == conf::ListenerTls::kNone) continue;
    auto context = context_for(settings, plan, i, loaded.credentials, keys);
    if (context) {
      plan.context = std::make_shared<tls::ContextSlot>(*std::move(context));
    } else {
      failures.push_back(about_context(listener, context.error()));
    }
  }
  if (!failures.empty()) return std::unexpected(std::move(failures));
  return plans;
}

}  // namespace postern::server

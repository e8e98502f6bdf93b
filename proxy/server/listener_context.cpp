// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/listener_context.hpp"

#include "conf/links.hpp"

namespace postern::server {
namespace {

// What TLS has to accept here, of everybody and of those whom an exception allows more.
tls::Settings tls_for(const conf::Live& settings, const conf::Listener& listener,
                      const policy::Rules& rules) {
  tls::Settings own = settings.tls;
  own.profile = listener.profile.value_or(own.profile);
  own.min_version = conf::version_of(rules.base_floor());
  own.lowered_floor = conf::version_of(rules.lowest_floor());
  return own;
}

}  // namespace

std::expected<std::shared_ptr<const tls::ServerContext>, tls::Error> context_for(
    const conf::Live& settings, const session::ListenerPlan& plan, std::size_t listener,
    const tls::Credentials& credentials, const tls::TicketKeys& keys) {
  const conf::Listener& own = settings.listeners[listener];
  return tls::ServerContext::create(tls_for(settings, own, plan.terms.rules), credentials, keys,
                                    own.name);
}

}  // namespace postern::server

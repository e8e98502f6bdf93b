// SPDX-License-Identifier: Apache-2.0
// Listeners and backends: names, addresses, and what a listener offers to whom.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "conf/lanes.hpp"
#include "conf/meaning.hpp"
#include "conf/references.hpp"
#include "conf/self_reach.hpp"

namespace postern::conf {
namespace {

using policy::Level;

std::string path(std::string_view list, std::size_t index, std::string_view leaf) {
  return fmt::format("{}[{}].{}", list, index, leaf);
}

struct Bound {
  Endpoint endpoint;
  std::size_t listener;
  Mark mark;
};

// Whether one of them leaves the other nothing: names divide what two listeners share.
bool excludes(const Bound& one, const Bound& other, const std::vector<Listener>& listeners) {
  return same_address(one.endpoint, other.endpoint) &&
         (one.listener == other.listener ||
          (takes_all_names(listeners[one.listener]) && takes_all_names(listeners[other.listener])));
}

void check_addresses(Reading& reading) {
  std::vector<Bound> seen;
  const std::vector<Listener>& listeners = reading.settings.live.listeners;
  for (std::size_t i = 0; i < listeners.size(); ++i) {
    if (!reading.has(path("listener", i, "address"))) continue;
    for (std::size_t j = 0; j < listeners[i].address.size(); ++j) {
      const Bound bound = {.endpoint = listeners[i].address[j],
                           .listener = i,
                           .mark = reading.mark_of(fmt::format("listener[{}].address[{}]", i, j))};
      if (bound.endpoint.port == 0 && !passed_name(bound.endpoint)) continue;
      const auto same = std::ranges::find_if(
          seen, [&](const Bound& other) { return excludes(other, bound, listeners); });
      if (same == seen.end()) {
        seen.push_back(bound);
        continue;
      }
      reading.report.error(bound.mark, fmt::format("address {} is already taken in line {}",
                                                   to_string(bound.endpoint), same->mark.line));
    }
  }
}

// Whether passwords may come in without TLS, what the door offers and from where.
struct Door {
  const Listener& listener;
  Level level;
  bool loopback;
  Mark address;
  Mark tls;
};

// Whether anybody may log in without TLS. Exceptions are taken to mean somebody.
bool lets_anybody_in(const Reading& reading, Level level) {
  const Policy& policy = reading.settings.live.policy;
  const auto shows = [](policy::Mechanism mechanism) { return policy::shows_password(mechanism); };
  const bool hides = !std::ranges::all_of(policy.mechanisms, shows);
  return level == Level::kPlaintextAllowed || !policy.exceptions.empty() ||
         policy.rollout != Rollout() || (level == Level::kTlsForPlaintext && hides);
}

void check_certificates_for(Reading& reading, const Door& door) {
  const tls::Settings& tls = reading.settings.live.tls;
  const bool missing = tls.certificates.empty() && tls.cert_dir.empty() &&
                       !reading.broken.contains("tls.certificate") &&
                       !reading.broken.contains("tls.cert_dir");
  if (door.listener.tls == ListenerTls::kNone || !missing) return;
  reading.report.error(door.tls,
                       fmt::format("listener \"{}\" needs a [[tls.certificate]], or `tls.cert_dir`",
                                   door.listener.name));
}

void check_plaintext(Reading& reading, const Door& door) {
  if (door.listener.tls == ListenerTls::kImplicit) return;
  if (door.listener.tls == ListenerTls::kNone && !door.loopback) {
    reading.report.warning(
        "listener-no-tls", door.tls,
        fmt::format("listener \"{}\" offers no TLS, and not only on loopback", door.listener.name));
  }
  if (door.listener.tls == ListenerTls::kNone && !lets_anybody_in(reading, door.level)) {
    reading.report.warning(
        "listener-no-login", door.tls,
        fmt::format("nobody can log in on listener \"{}\": it offers no TLS, and the "
                    "policy is \"{}\"",
                    door.listener.name, policy::name_of(door.level)));
  }
  if (door.level == Level::kPlaintextAllowed && !door.loopback) {
    reading.report.warning(
        "listener-plaintext", door.address,
        fmt::format("listener \"{}\" takes passwords without TLS from any address; "
                    "narrow it with [[policy.exception]]",
                    door.listener.name));
  }
}

void check_door(Reading& reading, std::size_t index) {
  const Listener& listener = reading.settings.live.listeners[index];
  const std::string tls = path("listener", index, "tls");
  const std::string address = path("listener", index, "address");
  if (!reading.has(tls) || !reading.has(address)) return;
  const Door door = {.listener = listener,
                     .level = listener.login.value_or(reading.settings.live.policy.login),
                     .loopback = std::ranges::all_of(listener.address, is_loopback),
                     .address = reading.mark_of(address),
                     .tls = reading.mark_of(tls)};
  check_certificates_for(reading, door);
  const bool doubtful =
      reading.broken.contains("policy.login") || reading.broken.contains("listener.login");
  if (!doubtful) check_plaintext(reading, door);
}

// Who may come with a header may be anybody: all that is decided by address depends on it.
void check_balancers(Reading& reading, std::size_t index) {
  const Listener& listener = reading.settings.live.listeners[index];
  const std::string protocol = path("listener", index, "proxy_protocol");
  const std::string trusted = path("listener", index, "proxy_trusted");
  if (reading.broken.contains("listener.proxy_protocol") ||
      reading.broken.contains("listener.proxy_trusted")) {
    return;
  }
  if (listener.proxy_protocol && listener.proxy_trusted.empty()) {
    reading.report.error(
        reading.mark_of(protocol),
        "a listener with `proxy_protocol` needs `proxy_trusted`, the networks of the "
        "balancers, such as [\"10.0.0.4\"]");
  } else if (!listener.proxy_protocol && !listener.proxy_trusted.empty()) {
    reading.report.warning(
        "proxy-trusted", reading.mark_of(trusted),
        "without `proxy_protocol = true`, `listener.proxy_trusted` has no effect");
  }
  const bool anybody = std::ranges::any_of(
      listener.proxy_trusted, [](const policy::Network& one) { return one.prefix() == 0; });
  if (!listener.proxy_protocol || !anybody) return;
  reading.report.warning("proxy-trusted", reading.mark_of(trusted),
                         "`listener.proxy_trusted` lets anybody pretend to come from anywhere; "
                         "write the networks of the balancers");
}

void check_temporary_errors(Reading& reading, std::size_t index) {
  constexpr std::size_t kMost = 64;
  const std::size_t count = reading.settings.live.backends[index].temporary_errors.size();
  if (count <= kMost) return;
  reading.report.error(
      reading.mark_of(path("backend", index, "temporary_errors")),
      fmt::format("`backend.temporary_errors` must have at most {} texts, not {}", kMost, count));
}

// One login would open sessions to itself until none is left.
void check_own_addresses(Reading& reading, std::size_t index) {
  const Backend& backend = reading.settings.live.backends[index];
  if (!reading.has(path("backend", index, "address"))) return;
  for (std::size_t i = 0; i < backend.address.size(); ++i) {
    for (const Listener& listener : reading.settings.live.listeners) {
      const bool itself = std::ranges::any_of(listener.address, [&](const Endpoint& listening) {
        return reaches(backend.address[i], listening);
      });
      if (!itself) continue;
      reading.report.error(
          reading.mark_of(fmt::format("backend[{}].address[{}]", index, i)),
          fmt::format("{} is postern itself, listener \"{}\" in line {}; write the address of the "
                      "server behind postern",
                      to_string(backend.address[i]), listener.name, listener.mark.line));
      break;
    }
  }
}

}  // namespace

void check_listeners(Reading& reading) {
  const std::vector<Listener>& listeners = reading.settings.live.listeners;
  if (listeners.empty() && !reading.broken.contains("listener")) {
    reading.report.error({}, "there is no [[listener]]");
  }
  check_names(reading, "listener", listeners);
  check_addresses(reading);
  check_lanes(reading);
  for (std::size_t i = 0; i < listeners.size(); ++i) check_door(reading, i);
  for (std::size_t i = 0; i < listeners.size(); ++i) check_balancers(reading, i);
}

void check_backends(Reading& reading) {
  const std::vector<Backend>& backends = reading.settings.live.backends;
  if (backends.empty() && !reading.broken.contains("backend")) {
    reading.report.error({}, "there is no [[backend]]");
  }
  check_names(reading, "backend", backends);
  for (std::size_t i = 0; i < backends.size(); ++i) check_temporary_errors(reading, i);
  for (std::size_t i = 0; i < backends.size(); ++i) check_own_addresses(reading, i);
  for (std::size_t i = 0; i < backends.size(); ++i) check_backend_security(reading, i);
  for (std::size_t i = 0; i < backends.size(); ++i) check_source_addresses(reading, i);
  for (std::size_t i = 0; i < backends.size(); ++i) check_warm(reading, i);
}

}  // namespace postern::conf

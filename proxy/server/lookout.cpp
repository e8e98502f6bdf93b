// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/lookout.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "proxy/confinement/standing.hpp"

namespace postern::server {
namespace {

std::vector<Overview::Listener> listeners_of(const ServiceRecord& record) {
  std::vector<Overview::Listener> all;
  for (const Listening& one : record.listening()) {
    auto known = std::ranges::find(all, one.listener, &Overview::Listener::name);
    if (known == all.end()) {
      known = all.insert(all.end(), {.name = one.listener, .tls = one.tls, .addresses = {}});
    }
    known->addresses.push_back(one.address.text());
  }
  return all;
}

Overview::Address address_of(const upstream::AddressState& state, const std::string& backend,
                             const BackendNews& news, std::chrono::milliseconds loop_now,
                             Overview::TimePoint now) {
  Overview::Address told{.address = state.text(), .connections = state.connections()};
  if (const auto since = state.down_since()) {
    told.up = false;
    told.since = now - (loop_now - *since);
    told.why = news.why(backend, state.text());
  }
  return told;
}

void add(SessionSums& sum, const SessionSums& more) {
  for (const auto& [listener, states] : more.by_listener) {
    SessionSums::ByState& into = sum.by_listener[listener];
    for (std::size_t i = 0; i < states.size(); ++i) into[i] += states[i];
  }
  for (const auto& [place, count] : more.by_place) sum.by_place[place] += count;
}

}  // namespace

Overview Lookout::look() const {
  Overview told;
  told.version = POSTERN_VERSION;
  told.process = getpid();
  told.now = std::chrono::system_clock::now();
  told.started = started_;
  told.configuration = sources_.configuration;
  told.control = sources_.control.path();
  told.draining = sources_.draining;
  told.reload = sources_.record.last();
  for (const std::string_view key : sources_.record.waits_for_restart(sources_.startup)) {
    told.restart_keys.emplace_back(key);
  }
  told.sandbox = sources_.sandbox;
  told.cluster = sources_.cluster.standing();
  told.standing = confinement::own_standing().value_or(confinement::Standing{});
  told.workers = sources_.worker_count;
  told.sessions = sources_.admission.count();
  told.listeners = listeners_of(sources_.record);
  told.bans = sources_.guard.bans(std::chrono::steady_clock::now()).size();
  told.log_lines_lost = sources_.log.lost();
  for (const auto& [file, certificate] : sources_.certificates.served_files()) {
    told.certificates.push_back(
        {.file = file, .names = certificate->names(), .not_after = certificate->not_after()});
  }
  add_limits(told);
  add_backends(told);
  return told;
}

void Lookout::add_limits(Overview& told) const {
  const conf::Limits& limits = sources_.record.settings().limits;
  const std::uint32_t most = sources_.admission.most(limits.max_connections);
  const bool own = limits.max_connections != 0 && most == limits.max_connections;
  told.limits.push_back({.name = "limits.max_connections",
                         .now = told.sessions,
                         .most = most,
                         .who = own ? "" : "as descriptors and memory allow"});
  told.limits.push_back({.name = "limits.max_connections_per_user",
                         .now = sources_.users.busiest(),
                         .most = limits.max_connections_per_user});
  const Guard::BanRoom bans = sources_.guard.ban_room();
  told.limits.push_back({.name = "bans", .now = bans.taken, .most = bans.most});
}

void Lookout::add_backends(Overview& told) const {
  for (const upstream::BackendPlan& plan : sources_.record.snapshot().backends) {
    const upstream::Places& places = *plan.state->places;
    Overview::Backend backend{.name = plan.name,
                              .addresses = {},
                              .connections = places.taken(),
                              .most = places.most(),
                              .waiting = static_cast<std::uint32_t>(places.waiting())};
    for (const auto& state : plan.state->addresses.addresses()) {
      backend.addresses.push_back(
          address_of(*state, plan.name, sources_.backends, sources_.loop.now(), told.now));
    }
    for (const conf::Endpoint& endpoint : plan.address) {
      const std::string text = to_string(endpoint);
      if (!backend.addresses.empty() || !conf::is_address(endpoint)) continue;
      backend.addresses.push_back({.address = text});  // nobody has needed it yet
    }
    if (backend.most != 0) {
      told.limits.push_back({.name = "backend.max_connections",
                             .now = backend.connections,
                             .most = backend.most,
                             .who = plan.name});
    }
    told.backends.push_back(std::move(backend));
  }
}

bool Lookout::survey(std::function<void(Overview)> done) const {
  const policy::GuessLimits& places = sources_.record.settings().limits.auth_failures;
  return sources_.workers.ask<SessionSums>(
      [v4 = places.ipv4_prefix, v6 = places.ipv6_prefix](session::Table& table) {
        return count_sessions(table, v4, v6);
      },
      [this, done = std::move(done)](const Answers& answers) {
        Overview told = look();
        add_answers(told, answers);
        done(std::move(told));
      });
}

void Lookout::add_answers(Overview& told, const Answers& answers) const {
  SessionSums sum;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i]) {
      add(sum, *answers[i]);
    } else {
      told.silent_workers.push_back(i);
    }
  }
  for (Overview::Listener& listener : told.listeners) {
    const auto found = sum.by_listener.find(listener.name);
    if (found == sum.by_listener.end()) continue;
    listener.sessions = found->second;
    sum.by_listener.erase(found);
  }
  // Of listeners that a reload has taken away; their sessions are there still.
  for (const auto& [name, states] : sum.by_listener) {
    told.listeners.push_back({.name = name, .addresses = {}, .sessions = states});
  }
  add_busiest(told, sum);
}

// One place that has most of all sessions is many clients behind one address.
void Lookout::add_busiest(Overview& told, const SessionSums& sums) const {
  const auto busiest =
      std::ranges::max_element(sums.by_place, {}, [](const auto& one) { return one.second; });
  if (busiest == sums.by_place.end()) return;
  const auto& [place, count] = *busiest;
  const conf::Limits& limits = sources_.record.settings().limits;
  told.limits.push_back({.name = "limits.max_connections_per_ip",
                         .now = count,
                         .most = limits.max_connections_per_ip,
                         .who = place.text()});
  if (count < kMany || count * 2 <= told.sessions) return;
  told.crowded_place = place.text();
  told.hints.push_back(
      fmt::format("{} has {} of {} sessions: a balancer that does not tell its clients' addresses "
                  "(`listener.proxy_protocol`), or a NAT (`limits.auth_failures.exempt`)?",
                  place.text(), count, told.sessions));
}

}  // namespace postern::server

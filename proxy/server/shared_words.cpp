// SPDX-License-Identifier: Apache-2.0
#include "proxy/server/shared_words.hpp"

#include <algorithm>
#include <chrono>

#include "policy/account_name.hpp"
#include "policy/guess_areas.hpp"
#include "policy/word.hpp"
#include "proxy/cluster/layout.hpp"

namespace postern::server {
namespace {

using cluster::Kind;

constexpr const char* kAskedOften = "3";  // as policy::GuessGuard has it

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), policy::lower);
  return lower;
}

std::string_view trimmed(std::string_view name) noexcept {
  const std::size_t begin = name.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return name.substr(begin, name.find_last_not_of(' ') - begin + 1);
}

template <typename Span>
std::string in_milliseconds(Span span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}

std::string flags_of(const session::Logins::Trace& login, std::uint8_t shared) {
  std::string flags;
  if (login.shared.area_count != 0) flags += 'c';
  if ((shared & kKnownThere) != 0) flags += 'k';
  if ((shared & kProvenSecret) != 0) flags += 'p';
  if (!login.has_password) flags += 'o';
  if (login.shared.account != 0) flags += 'a';
  if (login.shared.name != 0) flags += 'n';
  return flags;
}

}  // namespace

std::uint64_t account_number(const pop3::Login& login, const cluster::ClusterKeys& keys) {
  return keys.number_of({"account", policy::account_of(login.user), login.password}) | 1U;
}

// A name is the same in any case of letters, with blanks around it or not. Where the backend alone
// tells secrets apart, each login is another guess.
session::Logins::Shared shared_of(const session::Logins::Subject& subject, std::string_view user,
                                  const policy::GuessLimits& limits,
                                  const cluster::ClusterKeys& keys) {
  const auto areas = policy::areas_around(subject.address, limits.ipv4_prefix, limits.ipv6_prefix);
  const std::string place = areas.networks.front().text();
  const std::string name = lowered(user);
  const std::string told = lowered(trimmed(subject.told));
  session::Logins::Shared shared;
  shared.pair = keys.number_of({"pair", name, place}) | 1U;
  if (!told.empty()) shared.name = keys.number_of({"name", told}) | 1U;
  if (subject.login.password.empty()) {
    shared.guess = tls::short_form(tls::KeyedHash()({"drawn"}));
  } else {
    shared.account = account_number(subject.login, keys);
    shared.guess = keys.number_of({"guess", name, subject.login.password, place});
  }
  const auto holds = [&](const policy::Network& one) { return one.contains(subject.address); };
  if (limits.window.count() == 0 || std::ranges::any_of(limits.exempt, holds)) return shared;
  for (std::size_t i = 0; i < areas.count; ++i) {
    shared.areas.at(i) = keys.number_of({"area", areas.networks.at(i).text()});
  }
  shared.area_count = static_cast<std::uint8_t>(areas.count);
  return shared;
}

cluster::Words keys_of(const session::Logins::Shared& shared) {
  cluster::Words keys = {cluster::kLives,
                         key_of(Kind::kSessions, shared.account),
                         key_of(Kind::kSessions, shared.name),
                         key_of(Kind::kLock, shared.pair),
                         key_of(Kind::kPair, shared.pair),
                         key_of(Kind::kRefused, shared.pair),
                         key_of(Kind::kExposed, shared.account)};
  for (std::uint8_t i = 0; i < shared.area_count; ++i) {
    for (const Kind kind : {Kind::kWrong, Kind::kAsked, Kind::kStrangers, Kind::kAskedStrangers}) {
      keys.push_back(key_of(kind, shared.areas.at(i)));
    }
  }
  return keys;
}

cluster::Words arguments_of(const session::Logins::Trace& login, std::uint8_t shared,
                            const std::string& id, const conf::Limits& limits) {
  const policy::GuessLimits& guesses = limits.auth_failures;
  const bool sprays = guesses.per_ip != 0 && guesses.spray_window.count() != 0;
  return {id,
          flags_of(login, shared),
          std::to_string(limits.max_connections_per_user),
          cluster::text_of(login.shared.guess),
          cluster::text_of(login.shared.pair),
          in_milliseconds(guesses.window),
          std::to_string(guesses.per_ip),
          std::to_string(guesses.per_user_network),
          std::to_string(sprays ? guesses.spray_users : 0),
          in_milliseconds(guesses.spray_window),
          in_milliseconds(guesses.ban),
          in_milliseconds(guesses.remember),
          kAskedOften};
}

}  // namespace postern::server

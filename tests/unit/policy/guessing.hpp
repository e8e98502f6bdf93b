// SPDX-License-Identifier: Apache-2.0
// A guard with a clock that only moves when told, and short words for what clients do.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "policy/guess_guard.hpp"

namespace postern::policy {

inline IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
inline Network net(std::string_view text) { return Network::parse(text).value(); }

/// As good as a keyed digest for tests.
inline std::uint64_t digest_of(std::string_view user, std::string_view password) {
  SipHash hash({1, 2});
  for (const char c : user) hash.add(static_cast<std::uint8_t>(c));
  hash.add(std::uint64_t{user.size()});
  for (const char c : password) hash.add(static_cast<std::uint8_t>(c));
  return hash.finish();
}

/// What a backend says of a wrong password, in these tests.
inline constexpr Said kSaid = 7;

struct GuardedDoor {
  explicit GuardedDoor(GuessLimits limits = {}, const GuardCapacity& capacity = {})
      : guard(std::move(limits), capacity, HashKey{3, 4}) {}

  /// A login that the backend is being asked about, until one of the next three says how it went.
  GateRuling try_login(std::string_view from, std::string_view user, std::string_view password,
                       SecretKind secret = SecretKind::kUnproven) {
    const LoginTry login{ip(from), user, digest_of(user, password), secret};
    const GateRuling ruling = guard.before_login(login, now);
    if (!ruling.refuses()) asked.emplace(login.digest, ruling.charge);
    return ruling;
  }
  FailureRuling wrong(std::string_view from, std::string_view user, std::string_view password,
                      SecretKind secret = SecretKind::kUnproven) {
    const LoginTry login{ip(from), user, digest_of(user, password), secret};
    return guard.after_failure(login, take_charge(login.digest), kSaid, now);
  }
  void right(std::string_view from, std::string_view user, std::string_view password) {
    const LoginTry login{ip(from), user, digest_of(user, password)};
    guard.after_success(login, take_charge(login.digest), now);
  }
  void unanswered(std::string_view from, std::string_view user, std::string_view password) {
    const LoginTry login{ip(from), user, digest_of(user, password)};
    guard.after_no_answer(login, take_charge(login.digest), now);
  }

  /// A login with a wrong password, all the way, and as if the gate were always open.
  FailureRuling fail(std::string_view from, std::string_view user, std::string_view password,
                     SecretKind secret = SecretKind::kUnproven) {
    try_login(from, user, password, secret);
    return wrong(from, user, password, secret);
  }
  /// Many different wrong passwords, as long as the guard lets them through. Says how many came
  /// through.
  int guess(std::string_view from, std::string_view user, int times) {
    int through = 0;
    for (int i = 0; i < times; ++i) {
      const std::string password = "guess" + std::to_string(i);
      if (try_login(from, user, password).refuses()) continue;
      wrong(from, user, password);
      ++through;
    }
    return through;
  }
  /// What a login would be told. It costs nothing.
  Gate gate(std::string_view from, std::string_view user, std::string_view password) {
    const GateRuling ruling = try_login(from, user, password);
    if (!ruling.refuses()) unanswered(from, user, password);
    return ruling.gate;
  }
  /// A login with the right password; says what the gate was.
  Gate log_in(std::string_view from, std::string_view user) {
    const GateRuling ruling = try_login(from, user, "right");
    if (!ruling.refuses()) right(from, user, "right");
    return ruling.gate;
  }
  Gate accept(std::string_view from) { return guard.at_accept(ip(from), now).gate; }
  void wait(std::chrono::milliseconds time) { now += time; }

  Charge take_charge(std::uint64_t digest) {
    const auto found = asked.find(digest);
    if (found == asked.end()) return {};
    const Charge charge = found->second;
    asked.erase(found);
    return charge;
  }

  GuessGuard guard;
  TimePoint now{std::chrono::hours(1000)};
  std::multimap<std::uint64_t, Charge> asked;
};

}  // namespace postern::policy

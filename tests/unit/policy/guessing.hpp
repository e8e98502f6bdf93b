// A guard with a clock that only moves when told, and short words for what clients do.
#pragma once

#include <cstdint>
#include <functional>
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

struct GuardedDoor {
  explicit GuardedDoor(GuessLimits limits = {}, const GuardCapacity& capacity = {})
      : guard(std::move(limits), capacity, HashKey{3, 4}) {}

  /// A login with a wrong password, all the way.
  FailureRuling fail(std::string_view from, std::string_view user, std::string_view password) {
    guard.before_login(ip(from), user, digest_of(user, password), now);
    return guard.after_failure(ip(from), user, digest_of(user, password), now);
  }
  /// Many different wrong passwords, as long as the guard lets them through. Says how many came
  /// through.
  int guess(std::string_view from, std::string_view user, int times) {
    int through = 0;
    for (int i = 0; i < times; ++i) {
      if (gate(from, user, "guess" + std::to_string(i)) != Gate::kOpen) continue;
      fail(from, user, "guess" + std::to_string(i));
      ++through;
    }
    return through;
  }
  Gate gate(std::string_view from, std::string_view user, std::string_view password) {
    return try_login(from, user, password).gate;
  }
  GateRuling try_login(std::string_view from, std::string_view user, std::string_view password) {
    return guard.before_login(ip(from), user, digest_of(user, password), now);
  }
  /// A login with the right password; says what the gate was.
  Gate log_in(std::string_view from, std::string_view user) {
    const GateRuling ruling = try_login(from, user, "right");
    if (!ruling.refuses()) {
      guard.after_success(ip(from), user, digest_of(user, "right"), now);
    }
    return ruling.gate;
  }
  Gate accept(std::string_view from) { return guard.at_accept(ip(from), now).gate; }
  void wait(std::chrono::milliseconds time) { now += time; }

  GuessGuard guard;
  TimePoint now{std::chrono::hours(1000)};
};

}  // namespace postern::policy

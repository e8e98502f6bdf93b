// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/explain/explain_case.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace postern::explain {
namespace {

using policy::Link;
using policy::Mechanism;

// What holds for somebody.
struct Holding {
  std::string_view level;
  std::string level_rule;
  Link floor;
  std::string floor_rule;
  bool reports;
};

Holding holding(const Case& one, bool exempt) {
  Holding held{one.level, "policy.login", kFloor, "tls.min_version", one.way.reports};
  if (!one.door.level.empty()) {
    held.level = one.door.level;
    held.level_rule = "listener.login";
  }
  if (one.door.floor != Link::kPlaintext) {
    held.floor = one.door.floor;
    held.floor_rule = "listener.min_version";
  }
  if (!exempt) return held;
  if (!one.exempt.level.empty()) {
    held.level = one.exempt.level;
    held.level_rule = "policy.exception[0].login";
  }
  if (one.exempt.floor != Link::kPlaintext) {
    held.floor = one.exempt.floor;
    held.floor_rule = "policy.exception[0].min_version";
  }
  if (one.exempt.mode != Exempt::kNothing) held.reports = one.exempt.mode == Exempt::kReports;
  return held;
}

bool shows_secret(Mechanism mechanism) {
  return mechanism == Mechanism::kUser || mechanism == Mechanism::kPlain ||
         mechanism == Mechanism::kLogin || mechanism == Mechanism::kXoauth2 ||
         mechanism == Mechanism::kOauthBearer;
}

Expected judged(const Case& one, const Holding& held) {
  const bool wants_tls = held.level == "tls-required" ||
                         (held.level == "tls-for-plaintext" && shows_secret(one.mechanism));
  Expected found;
  found.rule = held.level_rule;
  if (one.link == Link::kPlaintext && wants_tls) {
    found.reason = "cleartext_auth_disabled";
    found.reply = kAdvice;
  } else if (one.link != Link::kPlaintext && one.link < held.floor) {
    found.reason = "tls_version_too_old";
    found.rule = held.floor_rule;
    found.reply = "-ERR [SYS/PERM] TLS " + std::string(name_of(one.link)) +
                  " is no longer accepted: TLS is required: ask the help desk.";
  } else if (!is_offered(one.mechanism)) {
    found.reason = "invalid_mech";
    found.rule = "policy.mechanisms";
    found.reply = one.mechanism == Mechanism::kUser   ? "-ERR use AUTH to log in"
                  : one.mechanism == Mechanism::kApop ? "-ERR unknown command"
                                                      : "-ERR unknown or forbidden mechanism";
  } else {
    return found;
  }
  found.decision = held.reports ? "would_deny" : "deny";
  found.event = held.reports ? "policy_would_deny" : "policy_denied";
  if (held.reports) found.reply = "+OK logged in";
  return found;
}

int weight(const Expected& found) {
  return found.decision == "deny" ? 2 : found.decision == "would_deny" ? 1 : 0;
}

bool is_for_door(const Case& one) {
  const Exempt& exempt = one.exempt;
  const bool listener = exempt.only_listener.empty() || exempt.only_listener == one.door.name;
  return !exempt.toml.empty() && exempt.fits && listener;
}

enum class Known { kUser, kNobodyMostForbidden, kNobodyMostAllowed };

Expected judged(const Case& one, Known known) {
  if (!is_for_door(one)) return judged(one, holding(one, false));
  const std::string_view only = one.exempt.only_user;
  if (only.empty()) return judged(one, holding(one, true));
  if (known == Known::kUser) return judged(one, holding(one, only == one.user));
  const Expected with = judged(one, holding(one, true));
  const Expected without = judged(one, holding(one, false));
  const bool heavier = weight(without) > weight(with);
  const bool lighter = weight(without) < weight(with);
  return (known == Known::kNobodyMostForbidden ? heavier : lighter) ? without : with;
}

// How much is known at each step at which a login is judged.
std::vector<Known> steps_of(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::kUser:
    case Mechanism::kApop:
    case Mechanism::kExternal:  // the certificate tells
      return {Known::kUser};
    case Mechanism::kPlain:  // the first message holds the secret
    case Mechanism::kXoauth2:
    case Mechanism::kOauthBearer:
      return {Known::kNobodyMostForbidden, Known::kUser};
    case Mechanism::kNtlm:  // its messages do not tell us who it is
    case Mechanism::kGssapi:
      return {Known::kNobodyMostAllowed, Known::kNobodyMostForbidden};
    case Mechanism::kLogin:
    case Mechanism::kCramMd5:
    case Mechanism::kScramSha1:
    case Mechanism::kScramSha256:
    case Mechanism::kScramSha512:
      return {Known::kNobodyMostAllowed, Known::kUser};
  }
  std::unreachable();
}

bool is_ours(Mechanism mechanism) {
  return mechanism == Mechanism::kUser || mechanism == Mechanism::kPlain ||
         mechanism == Mechanism::kLogin;
}

std::vector<std::string> spoken(const Case& one) {
  const std::string user(one.user.empty() ? "<user>" : one.user);
  // What is let through although nobody names its user is named as it is.
  if (is_ours(one.mechanism)) return {"USER " + user, "PASS <password>"};
  if (one.mechanism == Mechanism::kApop) return {"APOP " + user + " <digest>"};
  return {"AUTH " + std::string(name_of(one.mechanism)), "<response>"};
}

// What the handshake itself is too old for; in any mode, and before anybody is known.
std::optional<Expected> handshake(const Case& one) {
  Expected failed;
  failed.decision = "deny";
  failed.reply.clear();
  failed.event = "tls_failed";
  if (one.link == Link::kPlaintext) {
    if (!one.door.implicit) return std::nullopt;
    failed.reason = "tls_handshake_failed";
    failed.rule = "listener.tls";
    return failed;
  }
  const Holding base = holding(one, false);
  const Holding own = holding(one, is_for_door(one));
  const Link strict = own.reports ? std::min(own.floor, base.floor) : own.floor;
  const Link floor = one.exempt.only_user.empty() ? strict : std::min(strict, base.floor);
  if (one.link >= floor) return std::nullopt;
  failed.reason = "tls_version_too_old";
  failed.rule = judged(one, Known::kNobodyMostAllowed).rule;
  return failed;
}

}  // namespace

bool is_offered(Mechanism mechanism) {
  return mechanism != Mechanism::kLogin && mechanism != Mechanism::kNtlm &&
         mechanism != Mechanism::kScramSha1;
}

Expected expected_of(const Case& one) {
  if (auto failed = handshake(one)) return *failed;
  Expected found;
  const std::vector<Known> steps = steps_of(one.mechanism);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    found = judged(one, steps[i]);
    if (found.decision != "deny") continue;
    // The backend was asked for a challenge before it was known who answers.
    if (i > 0 && !is_ours(one.mechanism)) found.backend = {spoken(one).front()};
    return found;
  }
  found.backend = spoken(one);
  return found;
}

}  // namespace postern::explain

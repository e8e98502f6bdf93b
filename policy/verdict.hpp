// SPDX-License-Identifier: Apache-2.0
// What the policy is asked, and what it answers. Values: they copy, compare and hold no resource.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/ip_address.hpp"
#include "policy/link.hpp"
#include "policy/mechanism.hpp"

namespace postern::policy {

/// The wall clock, to which configured dates refer.
using Moment = std::chrono::sys_seconds;

/// Whether a client has shown a certificate that was found good and names a user.
enum class ClientCert : std::uint8_t { kNone, kNamesUser };

/// A session's lot is one of so many.
inline constexpr std::uint8_t kLots = 100;

/// Everything a decision may depend on.
struct Facts {
  Link link = Link::kPlaintext;
  Mechanism mechanism = Mechanism::kUser;
  ClientCert cert = ClientCert::kNone;
  std::uint8_t lot = kLots - 1;  // below kLots, drawn once a session; the last one draws nothing
  IpAddress peer;
  std::optional<std::string_view> user;  // empty while nobody has said it
  Moment now{};

  bool operator==(const Facts&) const = default;
};

/// Why a login that lacks something is refused.
enum class Force : std::uint8_t {
  kFull,      // it is enforced, for everybody
  kBrownout,  // it is only reported, and this one was drawn
};

enum class Decision : std::uint8_t {
  kAllow,
  kWouldDeny,  // denied but for the report-only mode: it is said, and the login goes on
  kDeny,
};

/// What a login lacks.
enum class Ground : std::uint8_t {
  kNone,
  kCleartext,  // TLS
  kOldTls,     // a newer version of it
  kMechanism,  // a mechanism that is on the list
};

struct Verdict {
  Decision decision = Decision::kDeny;
  Ground ground = Ground::kCleartext;
  std::string_view rule;            // the configuration key that decided; owned by the rules
  Link floor = Link::kTls12;        // the oldest TLS version that would do
  Link link = Link::kPlaintext;     // the one that there is
  std::string_view mode_rule = {};  // unless allowed, the key that says whether it is enforced
  Force force = Force::kFull;       // of a refusal

  /// Whether the login goes on.
  bool allowed() const noexcept { return decision != Decision::kDeny; }
  bool operator==(const Verdict&) const = default;
};

/// Whether it is the link that a login is refused for, whatever else it is.
constexpr bool is_for_link(const Verdict& verdict) noexcept {
  return verdict.decision == Decision::kDeny &&
         (verdict.ground == Ground::kCleartext || verdict.ground == Ground::kOldTls);
}

/// The name in logs: "allow", "would_deny", "deny".
std::string_view name_of(Decision decision) noexcept;

/// The log's `reason`: "cleartext_auth_disabled", "tls_version_too_old", "invalid_mech"; "" for
/// none.
std::string_view name_of(Ground ground) noexcept;

}  // namespace postern::policy

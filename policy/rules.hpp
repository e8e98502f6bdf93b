// SPDX-License-Identifier: Apache-2.0
// The rules that hold for one listener. A pure function of the facts: no I/O, no clock, no
// allocation, the same answer for `explain` as for a real client.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/brownout.hpp"
#include "policy/enforcement.hpp"
#include "policy/exception.hpp"
#include "policy/level.hpp"
#include "policy/mechanism.hpp"
#include "policy/verdict.hpp"

namespace postern::policy {

/// What holds where no exception says otherwise.
struct BaseRule {
  Level login = Level::kTlsRequired;
  std::string_view login_rule = "policy.login";  // or "listener.login"; static
  Link floor = Link::kTls10;
  std::string_view floor_rule = "tls.min_version";  // or another key's that raises it; static
  Enforcement enforcement = Enforcement::always();
  std::string_view mode_rule = "policy.mode";  // or that of a date; static
  Brownout brownout = {};  // while that only reports; not for exceptions with a mode of their own
  /// In the order in which they are offered.
  std::vector<Mechanism> mechanisms = {Mechanism::kUser, Mechanism::kPlain, Mechanism::kLogin};
};

/// How to judge a login of which the user is not known yet, where exceptions depend on the user.
enum class Doubt : std::uint8_t {
  kDenies,  // as the user for whom most is forbidden
  kAllows,  // as the user for whom most is allowed
};

class Rules {
 public:
  Rules() = default;
  explicit Rules(BaseRule base, std::vector<Exception> exceptions = {})
      : base_(std::move(base)), exceptions_(std::move(exceptions)) {}

  /// Whether a login with these facts may go on. The first exception that is meant decides. Asked
  /// before a credential is taken, and again once it is known who logs in.
  Verdict evaluate(const Facts& facts, Doubt doubt = Doubt::kDenies) const noexcept;

  /// The oldest TLS version with which anybody from there may log in: what a handshake accepts,
  /// unless it is to be refused in words (`tls.old_version`).
  Link floor_for(const IpAddress& peer, Moment now) const noexcept;
  /// The key that hides STLS from whoever is there, which is found out before anybody has said a
  /// name; nothing where it is listed.
  std::optional<std::string_view> hides_stls(const IpAddress& peer, Moment now) const noexcept;

  /// The oldest where no exception says otherwise.
  Link base_floor() const noexcept { return base_.floor; }
  /// The oldest that any client may ever use.
  Link lowest_floor() const noexcept;

  bool accepts(Mechanism mechanism) const noexcept;
  const Brownout& brownout() const noexcept { return base_.brownout; }
  const std::vector<Mechanism>& mechanisms() const noexcept { return base_.mechanisms; }

 private:
  Verdict judge(const Facts& facts, const Exception* exception) const noexcept;
  Verdict object(const Facts& facts, const Exception* exception) const noexcept;

  BaseRule base_;
  std::vector<Exception> exceptions_;
};

}  // namespace postern::policy

// SPDX-License-Identifier: Apache-2.0
// The policy of one random session: decided word by word, handed to the product as its rules, and
// judged here by a few lines of its own. Whatever it is, alice may not show a password in clear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/rules.hpp"
#include "proxy/pop3/backend_terms.hpp"
#include "proxy/pop3/client_terms.hpp"

namespace postern::session_test {

/// Answers a number below `bound` (which is at least 1).
using Decide = std::function<std::size_t(std::size_t bound)>;

/// What the policy makes of a login, from the best for the client to the worst.
enum class Outcome : std::uint8_t { kFree, kReported, kForbidden };

class GauntletPolicy {
 public:
  explicit GauntletPolicy(const Decide& decide);

  /// The terms that say the same.
  void write(pop3::ClientTerms& terms, pop3::BackendTerms& backend) const;
  /// Who is there, and when.
  policy::Facts client() const;

  Outcome for_user(std::string_view user, policy::Mechanism mechanism, policy::Link link) const;
  /// For whom it is worst, and for whom it is best.
  Outcome for_anybody(policy::Mechanism mechanism, policy::Link link) const;
  Outcome for_somebody(policy::Mechanism mechanism, policy::Link link) const;
  /// Whether a mechanism that only the backend can judge may be begun before a name is known.
  bool may_begin(policy::Mechanism mechanism, policy::Link link) const;

  bool lists(policy::Mechanism mechanism) const;
  bool disconnects() const noexcept { return disconnects_; }
  bool denies_exposed() const noexcept { return denies_exposed_; }
  policy::BackendAuth upstream_auth() const noexcept { return upstream_auth_; }
  /// Whether the backend is told where a client comes from.
  bool introduces() const noexcept { return disconnects_; }

 private:
  enum class Start : std::uint8_t { kAlways, kEarlier, kNow, kLater, kNever };
  enum class End : std::uint8_t { kNever, kLater, kNow, kEarlier };
  enum class Place : std::uint8_t { kAnywhere, kHere, kHereAndElsewhere, kElsewhere };
  enum class Whom : std::uint8_t { kAll, kBob, kShoutedBob, kNamesLikeBob, kAlice, kCarol };

  struct Rule {
    std::optional<policy::Level> login;
    std::optional<policy::Link> floor;
    std::optional<Start> enforced;
    Place place = Place::kAnywhere;
    Whom whom = Whom::kAll;
    End end = End::kNever;
  };

  static Rule decided_exception(const Decide& decide);
  static bool is_meant(const Rule& rule) noexcept;
  static bool names(const Rule& rule, std::string_view user) noexcept;
  static policy::Exception written(const Rule& rule);
  void decide_mechanisms(const Decide& decide);
  void forbid_alice(const Decide& decide);
  Outcome under(const Rule& rule, policy::Mechanism mechanism, policy::Link link) const;
  const Rule& rule_for(std::string_view user) const;
  std::vector<Outcome> all_outcomes(policy::Mechanism mechanism, policy::Link link) const;

  Rule base_;  // says everything
  std::vector<Rule> exceptions_;
  std::vector<policy::Mechanism> mechanisms_;
  bool disconnects_ = false;
  bool denies_exposed_ = false;
  policy::BackendAuth upstream_auth_ = policy::BackendAuth::kUserPass;
};

}  // namespace postern::session_test

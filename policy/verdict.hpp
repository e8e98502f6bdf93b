// What the policy is asked, and what it answers. Values: they copy, compare and hold no resource.
#pragma once

#include <string_view>

#include "policy/mechanism.hpp"

namespace postern::policy {

enum class Link { kPlaintext, kTls };

/// Everything a decision may depend on.
struct Facts {
  Link link = Link::kPlaintext;
  Mechanism mechanism = Mechanism::kUser;

  bool operator==(const Facts&) const = default;
};

enum class Decision { kAllow, kDeny };

struct Verdict {
  Decision decision = Decision::kDeny;
  std::string_view rule;  // the configuration key that decided; static or owned by the rules

  bool allowed() const noexcept { return decision == Decision::kAllow; }
  bool operator==(const Verdict&) const = default;
};

/// The name in logs, "allow" or "deny".
std::string_view name_of(Decision decision) noexcept;

}  // namespace postern::policy

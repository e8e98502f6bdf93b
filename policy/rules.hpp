// The rules that hold for one listener. A pure function of the facts: no I/O, no clock, no
// allocation, the same answer for `explain` as for a real client.
#pragma once

#include "policy/level.hpp"
#include "policy/verdict.hpp"

namespace postern::policy {

class Rules {
 public:
  /// `source` is the key that set the level: "policy.login" or "listener.login".
  /// It must outlive the rules and every verdict.
  constexpr explicit Rules(Level level, std::string_view source = "policy.login") noexcept
      : level_(level), source_(source) {}

  /// Whether a login with these facts may go on. Asked before any credential is taken.
  Verdict evaluate(const Facts& facts) const noexcept;

  Level level() const noexcept { return level_; }

 private:
  Level level_;
  std::string_view source_;
};

}  // namespace postern::policy

// SPDX-License-Identifier: Apache-2.0
// From when on a rule is enforced; until then it only reports. Both ways to write it in the
// configuration (`mode` with `report_only_until`, and `enforce_from`) come down to one moment.
#pragma once

#include "policy/mode.hpp"
#include "policy/verdict.hpp"

namespace postern::policy {

class Enforcement {
 public:
  static constexpr Enforcement always() noexcept { return Enforcement(Moment::min()); }
  static constexpr Enforcement never() noexcept { return Enforcement(Moment::max()); }
  static constexpr Enforcement from(Moment start) noexcept { return Enforcement(start); }

  constexpr Mode at(Moment now) const noexcept {
    return now >= start_ && start_ != Moment::max() ? Mode::kEnforce : Mode::kReportOnly;
  }
  /// The first enforced moment; Moment::max() when there is none.
  constexpr Moment start() const noexcept { return start_; }

  bool operator==(const Enforcement&) const = default;

 private:
  constexpr explicit Enforcement(Moment start) noexcept : start_(start) {}

  Moment start_;
};

}  // namespace postern::policy

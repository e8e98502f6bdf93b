// SPDX-License-Identifier: Apache-2.0
#include "policy/address_health.hpp"

namespace postern::policy {

AddressHealth::Change AddressHealth::note_failure(milliseconds now, const HealthLimits& limits,
                                                  std::uint32_t draw) noexcept {
  note_doubt(now, draw);
  successes_ = 0;
  ++failures_;
  const bool fell = !down_ && limits.fall != 0 && failures_ >= limits.fall;
  if (!fell) return Change::kNone;
  down_ = true;
  down_since_ = now;
  return Change::kDown;
}

// Those that were under way together have one reason to fail, and are one step.
void AddressHealth::note_doubt(milliseconds now, std::uint32_t draw) noexcept {
  if (now < doubted_until_) return;
  doubted_until_ = now + back_off_.next(draw);
}

AddressHealth::Change AddressHealth::note_success(const HealthLimits& limits) noexcept {
  failures_ = 0;
  doubted_until_ = milliseconds{0};
  back_off_.forget();
  if (window_ != 0) window_ = window_ >= kWideEnough ? 0 : window_ * 2;
  if (!down_ || ++successes_ < limits.rise) return Change::kNone;
  down_ = false;
  successes_ = 0;
  window_ = 1;
  return Change::kUp;
}

Trust AddressHealth::trust(milliseconds now, std::uint32_t dialing) const noexcept {
  if (down_) return Trust::kDown;
  const bool crowded = window_ != 0 && dialing >= window_;
  return crowded || now < doubted_until_ ? Trust::kSuspect : Trust::kGood;
}

}  // namespace postern::policy

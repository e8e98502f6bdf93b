// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/address_state.hpp"

#include <algorithm>

namespace postern::upstream {
namespace {

using std::chrono::milliseconds;

// RFC 8305 section 8 recommends the first, and bounds what is learned from experience by the other.
constexpr milliseconds kHeadStart{250};
constexpr milliseconds kMostHeadStart{2'000};

}  // namespace

std::optional<milliseconds> AddressState::note_greeting(milliseconds now, milliseconds took,
                                                        const policy::HealthLimits& limits) {
  const auto ms =
      static_cast<std::uint32_t>(std::clamp<milliseconds::rep>(took.count(), 1, 60'000));
  const std::uint32_t before = usual_.load(kRelaxed);
  usual_.store(before == 0 ? ms : (before * 7 + ms) / 8, kRelaxed);
  const std::lock_guard lock(mutex_);
  const bool is_back = health_.note_success(limits) == policy::AddressHealth::Change::kUp;
  return is_back ? std::optional(now - health_.down_since()) : std::nullopt;
}

std::optional<std::uint32_t> AddressState::note_failure(milliseconds now,
                                                        const policy::HealthLimits& limits) {
  const std::lock_guard lock(mutex_);
  const auto change = health_.note_failure(now, limits, static_cast<std::uint32_t>(chance_()));
  const bool fell = change == policy::AddressHealth::Change::kDown;
  return fell ? std::optional(health_.failures()) : std::nullopt;
}

bool AddressState::is_down() const {
  const std::lock_guard lock(mutex_);
  return health_.is_down();
}

std::optional<milliseconds> AddressState::down_since() const {
  const std::lock_guard lock(mutex_);
  return health_.is_down() ? std::optional(health_.down_since()) : std::nullopt;
}

milliseconds AddressState::retry_at() const {
  const std::lock_guard lock(mutex_);
  return health_.retry_at();
}

void AddressState::note_doubt(milliseconds now) {
  const std::lock_guard lock(mutex_);
  health_.note_doubt(now, static_cast<std::uint32_t>(chance_()));
}

policy::Trust AddressState::trust(milliseconds now) const {
  const std::lock_guard lock(mutex_);
  return health_.trust(now, dialing_.load(kRelaxed));
}

milliseconds AddressState::head_start() const noexcept {
  return std::clamp(milliseconds{2 * usual_.load(kRelaxed)}, kHeadStart, kMostHeadStart);
}

}  // namespace postern::upstream

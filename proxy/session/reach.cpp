// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/reach.hpp"

#include <array>
#include <utility>

namespace postern::session {

void Reach::begin(Phase phase, milliseconds now) noexcept {
  phase_ = phase;
  since_ = now;
}

void Reach::begin_login(milliseconds now) noexcept {
  since_ = now;
  failures_.clear();
}

void Reach::fail(std::string_view address, std::string_view why) {
  constexpr std::size_t kMost = 512;  // a name may have many addresses
  if (failures_.size() >= kMost) return;
  if (!failures_.empty()) failures_ += "; ";
  failures_.append(address).append(": ").append(why);
}

Reach::Phase Reach::phase_of(upstream::DialPhase phase) noexcept {
  switch (phase) {
    case upstream::DialPhase::kResolve:
      return Phase::kResolve;
    case upstream::DialPhase::kConnect:
      return Phase::kConnect;
    case upstream::DialPhase::kTls:
      return Phase::kTls;
    case upstream::DialPhase::kGreeting:
      return Phase::kGreeting;
    case upstream::DialPhase::kStls:
      return Phase::kStls;
  }
  std::unreachable();
}

std::string_view Reach::name_of(Phase phase) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"resolve",  "connect", "tls",
                                                      "greeting", "stls",    "login"};
  return kNames[static_cast<std::size_t>(phase)];
}

}  // namespace postern::session

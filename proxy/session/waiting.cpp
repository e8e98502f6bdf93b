// SPDX-License-Identifier: Apache-2.0
#include "proxy/session/waiting.hpp"

#include <algorithm>
#include <utility>

namespace postern::session {
namespace {

// The sooner of two limits, of which 0 is none.
milliseconds sooner(milliseconds a, milliseconds b) noexcept {
  if (a.count() == 0) return b;
  return b.count() == 0 ? a : std::min(a, b);
}

}  // namespace

void Waiting::begin(milliseconds now) noexcept {
  wait_ = Overdue::kCommand;
  since_ = now;
  last_ = {};
}

milliseconds Waiting::limit(const conf::Timeouts& timeouts) const noexcept {
  switch (wait_) {
    case Overdue::kCommand:
      return timeouts.idle;
    case Overdue::kReply:
      return timeouts.backend_reply;
    case Overdue::kTaking:
    case Overdue::kBody:
      return timeouts.stall;
  }
  std::unreachable();
}

std::optional<Waiting::Overdue> Waiting::judge(const conf::Timeouts& timeouts,
                                               milliseconds now) const noexcept {
  const milliseconds most = limit(timeouts);
  if (most.count() == 0 || now - since_ < most) return std::nullopt;
  return wait_;
}

// What is waited for may change before that, without anybody looking at the clock.
milliseconds Waiting::next(const conf::Timeouts& timeouts, milliseconds now) const noexcept {
  const milliseconds most = limit(timeouts);
  const milliseconds left =
      most.count() == 0 ? milliseconds{0} : std::max(most - (now - since_), milliseconds{1});
  return sooner(left, sooner(timeouts.idle, sooner(timeouts.stall, timeouts.backend_reply)));
}

}  // namespace postern::session

#include "proxy/session/waiting.hpp"

#include <algorithm>

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

// As long as a side does not take what is kept for it, the other one is not listened to, and cannot
// be blamed.
Waiting::Overdue Waiting::wait_in(const Sight& sight) noexcept {
  if (sight.pending != 0) return Overdue::kTaking;
  switch (sight.owed) {
    case pop3::Owed::kNothing:
      return Overdue::kCommand;
    case pop3::Owed::kReply:
      return Overdue::kReply;
    case pop3::Owed::kBody:
      return Overdue::kBody;
  }
  __builtin_unreachable();
}

void Waiting::look(const Sight& sight, milliseconds now) noexcept {
  const Overdue wait = wait_in(sight);
  const bool heard = sight.heard != last_.heard;
  bool moved = wait != wait_;
  switch (wait) {
    case Overdue::kCommand:
      moved |= heard || sight.asked != last_.asked;
      break;
    case Overdue::kTaking:
      moved |= sight.pending < last_.pending;
      break;
    case Overdue::kReply:  // more commands do not make it wait longer
    case Overdue::kBody:
      moved |= heard;
      break;
  }
  if (moved) since_ = now;
  wait_ = wait;
  last_ = sight;
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
  __builtin_unreachable();
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

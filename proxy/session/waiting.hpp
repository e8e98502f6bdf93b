// SPDX-License-Identifier: Apache-2.0
// Whom a logged-in session waits for, and how long it goes on doing so. Single bytes move no
// deadline: what counts is a whole command, a whole status line, a piece of a body, or that less is
// left to be taken. Pure; the time is handed in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "conf/settings.hpp"
#include "proxy/pop3/relay.hpp"

namespace postern::session {

using std::chrono::milliseconds;

class Waiting {
 public:
  /// What a session looks like after an event.
  struct Sight {
    pop3::Owed owed = pop3::Owed::kNothing;  // by the backend
    std::uint32_t asked = 0;                 // grows with each command of the client
    std::uint32_t heard = 0;                 // grows with what the backend says, where it counts
    std::size_t pending = 0;                 // bytes that a side has not taken
  };

  enum class Overdue : std::uint8_t {
    kCommand,  // the client is idle
    kTaking,   // a side takes nothing of what it is sent
    kReply,    // the backend has not begun an answer
    kBody,     // it has stopped in the middle of one
  };

  /// From now on, with nothing asked.
  void begin(milliseconds now) noexcept;

  /// After each event; defined here because every command passes several.
  void look(const Sight& sight, milliseconds now) noexcept;

  /// When something moved last.
  milliseconds since() const noexcept { return since_; }

  /// What has not come in time.
  std::optional<Overdue> judge(const conf::Timeouts& timeouts, milliseconds now) const noexcept;

  /// When to judge again; 0: never.
  milliseconds next(const conf::Timeouts& timeouts, milliseconds now) const noexcept;

 private:
  static Overdue wait_in(const Sight& sight) noexcept;
  milliseconds limit(const conf::Timeouts& timeouts) const noexcept;

  Overdue wait_ = Overdue::kCommand;
  milliseconds since_{0};
  Sight last_;
};

// As long as a side does not take what is kept for it, the other one is not listened to, and cannot
// be blamed.
inline Waiting::Overdue Waiting::wait_in(const Sight& sight) noexcept {
  if (sight.pending != 0) return Overdue::kTaking;
  switch (sight.owed) {
    case pop3::Owed::kNothing:
      return Overdue::kCommand;
    case pop3::Owed::kReply:
      return Overdue::kReply;
    case pop3::Owed::kBody:
      return Overdue::kBody;
  }
  std::unreachable();
}

inline void Waiting::look(const Sight& sight, milliseconds now) noexcept {
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

}  // namespace postern::session

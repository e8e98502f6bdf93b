// Whom a logged-in session waits for, and how long it goes on doing so. Single bytes move no
// deadline: what counts is a whole command, a whole status line, a piece of a body, or that less is
// left to be taken. Pure; the time is handed in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

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

  /// After each event. Cheap.
  void look(const Sight& sight, milliseconds now) noexcept;

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

}  // namespace postern::session

// SPDX-License-Identifier: Apache-2.0
// Whether a backend that wants to be told where clients come from has been, over the connection
// that is there.
#pragma once

#include <cstdint>

#include "policy/backend.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/reply_line.hpp"

namespace postern::pop3 {

class IntroductionStep {
 public:
  /// Whether it wants that next.
  bool is_due(policy::ClientAddress way) const noexcept {
    return told_ == Told::kNot && policy::is_command(way);
  }
  /// The same, when this is what it greets with: a refusal, or no greeting, is the login's affair.
  bool is_due_behind(const Line& greeting, policy::ClientAddress way) const noexcept {
    return is_due(way) && is_reply(greeting) && greeting.text.starts_with("+OK");
  }
  bool is_asked() const noexcept { return told_ == Told::kAsked; }
  void ask() noexcept { told_ = Told::kAsked; }
  /// Returns whether this is an answer at all. A backend that does not want to know is told who
  /// logs in all the same.
  bool take_answer(const Line& line) noexcept {
    if (!is_reply(line)) return false;
    told_ = Told::kDone;
    return true;
  }
  /// Another connection.
  void begin_anew() noexcept { told_ = Told::kNot; }

 private:
  enum class Told : std::uint8_t { kNot, kAsked, kDone };

  static bool is_reply(const Line& line) noexcept {
    return line.form == LineForm::kGood && is_status_line(line.text);
  }

  Told told_ = Told::kNot;
};

}  // namespace postern::pop3

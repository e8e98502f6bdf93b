// SPDX-License-Identifier: Apache-2.0
// One line of what client, gateway and backend say, for an administrator who watches. It is made
// here of what was understood, and nobody else can make one: a name, a message's number, a word of
// our own. What may hold a secret comes in as a number of bytes, or as asterisks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/pop3/answer.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/event.hpp"
#include "proxy/pop3/line_splitter.hpp"

namespace postern::pop3 {

/// Who says it, and to whom.
enum class TraceSide : std::uint8_t { kClient, kToClient, kToBackend, kBackend };

/// "C:", "S:", "B>" and "B<".
std::string_view mark_of(TraceSide side) noexcept;

/// What a client's line was taken for.
enum class Hearing : std::uint8_t { kCommand, kResponse };

class TraceLine {
 public:
  /// The client's line, before the login or after it. Of a response, and of what is no command,
  /// only its length.
  static TraceLine heard(const Line& line, Hearing hearing);
  /// Our reply before the login. What the backend says in it is counted.
  static TraceLine said(const SendDownstream& reply);
  /// Our answer instead of the backend's, after it.
  static TraceLine said(Answer answer);
  /// Likewise, to an error that has this response code, which is static.
  static TraceLine said_with_code(std::string_view code);
  /// What the backend is told before the login.
  static TraceLine sent(const SendUpstream& message);
  /// It is told where the client comes from.
  static TraceLine introduced();
  /// What it says before the login: whether it is well, and how much it was.
  static TraceLine replied(const Line& line);
  /// Its status line in reply to this command, after it.
  static TraceLine replied(const Line& line, Verb asked);
  /// What came behind it, the end that is no part of a message included.
  static TraceLine body(std::uint64_t bytes);

  TraceSide side() const noexcept { return side_; }
  /// Printable ASCII, and no more of it than fits a few lines of a screen.
  const std::string& text() const noexcept { return text_; }

 private:
  TraceLine(TraceSide side, std::string text) noexcept : side_(side), text_(std::move(text)) {}

  TraceSide side_;
  std::string text_;
};

}  // namespace postern::pop3

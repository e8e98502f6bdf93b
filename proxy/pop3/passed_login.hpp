// SPDX-License-Identifier: Apache-2.0
// Carries a login that only the backend can judge: APOP in one command, or a SASL exchange (RFC
// 5034) whose messages pass as they are, checked for their form and bounded in number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/mechanism.hpp"
#include "proxy/pop3/line_splitter.hpp"
#include "proxy/pop3/login_step.hpp"
#include "proxy/pop3/secret.hpp"

namespace postern::pop3 {

class PassedLogin {
 public:
  explicit PassedLogin(policy::Mechanism mechanism) noexcept : mechanism_(mechanism) {}

  /// The client's next message: a line of base64, or for APOP the command. Sent when it is due.
  void offer(std::string_view line) {
    offered_ = Secret(line);
    has_offer_ = true;
  }

  /// The name that the user has there, empty for the same; a digest that APOP sends has none in it,
  /// and the message of EXTERNAL is nothing else. Inside others the name stays as it is. Returns
  /// whether it fits into a line of `line_bound`
  /// bytes.
  bool call(std::string_view name, std::size_t line_bound);

  /// The connection has greeted, before this login began.
  LoginStep begin();
  /// The backend's next line. kPrompt: the client has to answer `text`.
  LoginStep on_line(const Line& line, const ErrorContext& context = {});
  /// What was offered in answer to a prompt, with CRLF.
  LoginStep answer();

  policy::Mechanism mechanism() const noexcept { return mechanism_; }
  /// Whether the backend has begun the exchange.
  bool was_prompted() const noexcept { return state_ == State::kExchanging; }
  /// Whether it can be spoken over this connection only: what the client answers is the backend's
  /// challenge, or the timestamp in its greeting.
  bool needs_this_connection() const noexcept {
    return was_prompted() || mechanism_ == policy::Mechanism::kApop;
  }
  /// Whether nothing of the client has gone to the backend yet.
  bool first_message() const noexcept { return !said_something_; }

 private:
  enum class State : std::uint8_t { kGreeting, kAsked, kExchanging };

  LoginStep on_prompt(std::string_view text, std::string_view whole);
  bool is_prompt_of_ntlm(std::string_view line) const noexcept;

  policy::Mechanism mechanism_;
  State state_ = State::kGreeting;
  bool has_offer_ = false;
  bool said_something_ = false;
  unsigned rounds_ = 0;
  Secret offered_;
  std::string prompt_;
};

}  // namespace postern::pop3

// SPDX-License-Identifier: Apache-2.0
// What is kept of a client's talk, mostly before its login, for the log: evidence, and never a
// secret. It outlives the conversation that it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/habits.hpp"
#include "policy/mechanism.hpp"
#include "proxy/pop3/command.hpp"
#include "proxy/pop3/foreign.hpp"

namespace postern::pop3 {

class Conversation;

struct ClientRecord {
  std::string user;  // outside data
  std::optional<policy::Mechanism> mechanism;
  std::optional<Verb> last_verb;  // STLS included; a QUIT only where it is the only one of its link
  policy::Habits habits;          // beyond STLS and the login, too
  Stranger stranger = Stranger::kNone;
  bool secret_exposed = false;
  std::uint32_t attempts = 0;
  std::uint32_t bad_commands = 0;  // no commands, or none that are allowed; over the last link

  /// Takes over how far it has come.
  void note(const Conversation& conversation);
};

}  // namespace postern::pop3

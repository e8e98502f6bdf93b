// SPDX-License-Identifier: Apache-2.0
// What leaves a dialogue, towards either side: put together in room that is lent, sent in one
// piece, and held back by whoever takes no more.
#pragma once

#include <string>
#include <string_view>

#include "proxy/pop3/command_tally.hpp"
#include "proxy/pop3/gather.hpp"
#include "proxy/pop3/shell.hpp"
#include "proxy/pop3/trace_line.hpp"

namespace postern::pop3 {

/// Room for bytes that have to be put together before they are sent. Lent by the worker and shared
/// by all its dialogues; empty between calls.
struct Spare {
  std::string downstream;
  std::string upstream;
  const CommandTally* commands = nullptr;  // where those after the login are counted; or null
  bool traced = false;                     // whether anybody watches some of the dialogues
};

class Outlet {
 public:
  /// Both must outlive the outlet.
  Outlet(Shell& shell, Spare& spare) noexcept : shell_(shell), spare_(spare) {}

  Shell& shell() const noexcept { return shell_; }
  void count(Verb verb, CommandResult result) const noexcept {
    if (spare_.commands != nullptr) spare_.commands->count(verb, result);
  }
  /// Whether what is said is to be told.
  bool traced() const noexcept { return spare_.traced; }
  void trace(const TraceLine& line) const { shell_.traced(line); }

  /// To be appended to, and sent by flush().
  std::string& downstream() noexcept { return spare_.downstream; }
  std::string& upstream() noexcept { return spare_.upstream; }
  void flush();
  /// Sends what has grown large: a client that asks much and reads nothing must not grow memory.
  void flush_what_is_much();

  /// Sends what was gathered in downstream()'s room.
  void send(const Gather& downstream);

  /// The client reads nothing any more: what goes to it is thrown away.
  void lose_client() noexcept;

  /// Whether a side was full when something was sent, and did not say since that it takes more.
  bool downstream_blocked() const noexcept { return downstream_blocked_; }
  bool upstream_blocked() const noexcept { return upstream_blocked_; }
  void unblock_downstream() noexcept { downstream_blocked_ = false; }
  void unblock_upstream() noexcept { upstream_blocked_ = false; }

 private:
  void send_downstream(std::string_view bytes);

  Shell& shell_;
  Spare& spare_;
  bool client_lost_ = false;
  bool downstream_blocked_ = false;
  bool upstream_blocked_ = false;
};

}  // namespace postern::pop3

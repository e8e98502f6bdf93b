// SPDX-License-Identifier: Apache-2.0
// What a worker counts of its sessions, for metrics: where each listener's sessions are and how
// they ended. What all of them have in common is looked up once, and not by each session.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "proxy/admin/counters.hpp"
#include "proxy/pop3/close_reason.hpp"
#include "proxy/pop3/command_tally.hpp"
#include "proxy/session/session_state.hpp"
#include "proxy/transport/wire_tally.hpp"

namespace postern::session {

/// One listener's sessions.
struct ListenerTally {
  std::string name;
  admin::Counter* connections = nullptr;
  std::array<admin::Counter*, kStateCount> in_state = {};
  std::array<admin::Counter*, 3> ended_by = {};  // by EndedBy
};

class Tallies {
 public:
  /// The counters are those of the worker's thread, and outlive it.
  explicit Tallies(admin::Counters& counters);
  Tallies(const Tallies&) = delete;
  Tallies& operator=(const Tallies&) = delete;

  admin::Counters& counters() noexcept { return counters_; }
  /// Lasts as long as this.
  ListenerTally& of(std::string_view listener);
  /// Of clients.
  const transport::WireTally& wire() const noexcept { return wire_; }
  const pop3::CommandTally& commands() const noexcept { return commands_; }

 private:
  admin::Counters& counters_;
  transport::WireTally wire_;
  pop3::CommandTally commands_;
  std::map<std::string, ListenerTally, std::less<>> listeners_;  // as many as were ever configured
};

}  // namespace postern::session

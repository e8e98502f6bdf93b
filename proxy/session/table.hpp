// SPDX-License-Identifier: Apache-2.0
// The sessions of one worker, and the only place that destroys them: after the callbacks of a turn
// have returned, so that nobody pulls an object from under its caller.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/callback.hpp"
#include "proxy/net/loop.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::session {

class Session;

class Table {
 public:
  /// `reaped` is called whenever sessions have been destroyed. `worker` makes session ids unique
  /// among the workers.
  Table(net::Loop& loop, unsigned worker, net::Callback reaped);
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  Session& add(std::unique_ptr<Session> session);
  /// The session is destroyed at the end of the turn, or later if its last words do not leave
  /// then. Safe to call twice.
  void retire(Session& session);

  /// Destroys a closed connection at the end of the turn: its own callback may be running.
  void bury(std::unique_ptr<transport::Transport> connection);

  /// Tells every session that no new login may begin.
  void drain();
  /// Each session, in no order; it may be told to end meanwhile.
  void visit(const std::function<void(Session&)>& visitor);
  /// Ends every session at once.
  void kill();

  std::size_t size() const noexcept { return sessions_.size(); }
  std::string next_id();

 private:
  void reap();

  std::uint64_t next_number_;
  net::Callback reaped_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<Session*> retired_;
  std::vector<std::unique_ptr<transport::Transport>> buried_;
  net::TurnEnd turn_end_;
};

}  // namespace postern::session

// SPDX-License-Identifier: Apache-2.0
// What is asked over the control socket: each request becomes a command of the supervisor's, and
// what became of that the reply. Replies are made at once, or when the workers have answered.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/network.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/server/control_replies.hpp"
#include "proxy/server/control_request.hpp"
#include "proxy/server/session_list.hpp"
#include "proxy/server/trace_desk.hpp"

namespace postern::server {

class Supervisor;

class ControlDesk final : private admin::ControlSocket::Owner, private ControlReplies {
 public:
  /// All must outlive it. No socket is open.
  ControlDesk(net::Loop& loop, admin::Log& log, Supervisor& supervisor);

  using ControlReplies::door;

 private:
  using Handler = void (ControlDesk::*)(const Asker&, ControlRequest&);
  struct Verb;

  void on_request(std::uint64_t peer, const net::LocalPeer& who, std::string text) override;
  void on_stranger(const net::LocalPeer& who) override;
  void on_listening(std::uint64_t peer) override { traces_.on_listening(peer); }
  void on_left(std::uint64_t peer) override { traces_.on_left(peer); }

  void status(const Asker& asker, ControlRequest& request);
  void sessions(const Asker& asker, ControlRequest& request);
  void bans(const Asker& asker, ControlRequest& request);
  void reload(const Asker& asker, ControlRequest& request);
  void drain(const Asker& asker, ControlRequest& request);
  void stop(const Asker& asker, ControlRequest& request);
  void upgrade(const Asker& asker, ControlRequest& request);
  void trace(const Asker& asker, ControlRequest& request) { traces_.begin(asker, request); }

  void list(const Asker& asker, const SessionFilter& filter, std::size_t most);
  /// Ends them, and replies with who they were and what else is to be told.
  void kick(const Asker& asker, const SessionFilter& filter,
            const std::shared_ptr<nlohmann::json>& reply);
  void list_bans(const Asker& asker);
  void add_bans(const Asker& asker, ControlRequest& request);
  void remove_bans(const Asker& asker, ControlRequest& request);
  std::optional<std::vector<policy::Network>> networks_in(const Asker& asker,
                                                          ControlRequest& request);

  admin::Log& log_;
  Supervisor& supervisor_;
  TraceDesk traces_;
};

}  // namespace postern::server

// SPDX-License-Identifier: Apache-2.0
// How requests over the control socket are answered: what was done or why not, as JSON, and a line
// of the log that somebody has asked.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "proxy/admin/log.hpp"
#include "proxy/net/local_socket.hpp"
#include "proxy/server/control_door.hpp"
#include "proxy/server/control_request.hpp"

namespace postern::server {

/// Who asks. A copy outlives the request.
struct Asker {
  std::uint64_t peer;
  net::LocalPeer who;
};

class ControlReplies {
 public:
  /// All must outlive it. No socket is open.
  ControlReplies(net::Loop& loop, admin::Log& log, admin::ControlSocket::Owner& owner)
      : log_(log), door_(loop, log, owner) {}
  ControlReplies(const ControlReplies&) = delete;
  ControlReplies& operator=(const ControlReplies&) = delete;

  ControlDoor& door() noexcept { return door_; }
  const ControlDoor& door() const noexcept { return door_; }

  /// Whether the request has nothing that is not understood; if it has, that is the reply.
  bool understood(const Asker& asker, const ControlRequest& request);
  /// For the log.
  void note(const Asker& asker, std::string_view what);
  void succeed(const Asker& asker, nlohmann::json reply);
  void fail(const Asker& asker, std::string_view why);
  void fail_busy(const Asker& asker);
  void fail(const Asker& asker, std::string_view why, nlohmann::json reply);

 private:
  admin::Log& log_;
  ControlDoor door_;
};

/// As it travels: bytes that are no UTF-8 are replaced.
std::string text_of(const nlohmann::json& reply);

}  // namespace postern::server

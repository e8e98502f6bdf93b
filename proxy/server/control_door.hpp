// SPDX-License-Identifier: Apache-2.0
// The control socket as a configuration wants it: opened before anything is changed, put in its
// place with the rest, and left alone where it stays.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "conf/reader.hpp"
#include "proxy/admin/control_socket.hpp"
#include "proxy/admin/log.hpp"
#include "proxy/net/local_socket.hpp"
#include "proxy/net/loop.hpp"

namespace postern::server {

class ControlDoor {
 public:
  /// All must outlive it. Nothing is open.
  ControlDoor(net::Loop& loop, admin::Log& log, admin::ControlSocket::Owner& owner)
      : log_(log), socket_(loop, owner) {}

  /// What a configuration wants of it, so that taking it on cannot fail.
  struct Ready {
    std::string path;                       // empty: nowhere
    std::optional<net::LocalSocket> fresh;  // there; none: it is open already, or cannot be
    conf::Diagnostics warnings;             // the default cannot be had, and is done without
  };

  /// On failure, which only a path that is written in the file brings about, the old one stays.
  [[nodiscard]] std::expected<Ready, conf::Diagnostics> prepare(
      const conf::Document& document) const;
  void use(Ready ready);

  /// For another process that takes over: nobody more is taken, and the path is free.
  void close() { socket_.close(); }
  /// After that, if nobody has taken over: it is open again where it was. Why not, in words.
  [[nodiscard]] std::expected<void, std::string> open();

  /// Where it is open; empty: nowhere.
  const std::string& path() const noexcept { return socket_.path(); }
  void answer(std::uint64_t peer, const std::string& reply) { socket_.answer(peer, reply); }
  /// As admin::ControlSocket does.
  bool tell(std::uint64_t peer, std::string_view frames) { return socket_.tell(peer, frames); }

 private:
  admin::Log& log_;
  std::string wanted_;  // by the configuration in use
  admin::ControlSocket socket_;
};

}  // namespace postern::server

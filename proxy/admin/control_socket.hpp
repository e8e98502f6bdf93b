// SPDX-License-Identifier: Apache-2.0
// Where operators' tools speak to the running process: who may, how many at a time, and which of
// them a reply is for. What they ask is somebody else's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/admin/control_peer.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/local_listener.hpp"
#include "proxy/net/local_socket.hpp"
#include "proxy/net/loop.hpp"

namespace postern::admin {

class ControlSocket final : private net::LocalListener::Owner, private ControlPeer::Owner {
 public:
  /// Who may speak at a time.
  static constexpr std::size_t kMostPeers = 16;

  class Owner {
   public:
    virtual ~Owner() = default;
    /// A request of `peer`: answer() is called once for it, from inside this call or later.
    virtual void on_request(std::uint64_t peer, const net::LocalPeer& who, std::string request) = 0;
    /// Who was told a part of a reply may be told more.
    virtual void on_listening(std::uint64_t /*peer*/) {}
    /// Has left, or was hung up on; nothing that it is told arrives any more.
    virtual void on_left(std::uint64_t /*peer*/) {}
    /// Somebody who may not speak was sent away.
    virtual void on_stranger(const net::LocalPeer& who) = 0;
  };

  /// Both must outlive it. It is closed.
  ControlSocket(net::Loop& loop, Owner& owner);
  ~ControlSocket() override;
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  /// Puts the socket in its place, and another one away. Who speaks already goes on.
  [[nodiscard]] std::expected<void, std::string> open(net::LocalSocket socket);
  /// Takes nobody more, and the socket away. Who speaks already goes on.
  void close();

  /// Where it is open; empty: nowhere.
  const std::string& path() const noexcept;

  /// For a peer that has left, nothing happens.
  void answer(std::uint64_t peer, const std::string& json);
  /// Frames of a reply that goes on until answer(). Returns whether it may be told more at once;
  /// else on_listening() follows, or it has left.
  bool tell(std::uint64_t peer, std::string_view frames);

  /// Whether somebody may speak to a process of the user `own` at a socket of this group: root, the
  /// user itself and the members of the group.
  static bool may_speak(const net::LocalPeer& who, uid_t own, gid_t group) noexcept;

 private:
  void on_local_accept(net::Descriptor connection) override;
  void on_asked(ControlPeer& peer, std::string request) override;
  void on_listening(ControlPeer& peer) override { owner_.on_listening(peer.number()); }
  void on_over(ControlPeer& peer) override;
  void bury();

  net::Loop& loop_;
  Owner& owner_;
  std::uint64_t next_ = 0;
  std::vector<std::unique_ptr<ControlPeer>> peers_;
  net::TurnEnd turn_end_;
  std::unique_ptr<net::LocalListener> listener_;  // while it is open
};

}  // namespace postern::admin

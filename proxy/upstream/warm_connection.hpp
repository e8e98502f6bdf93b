// SPDX-License-Identifier: Apache-2.0
// A connection to a backend that was made in advance: it has greeted, is secured, and waits for a
// login. It is let go when its server leaves or says something unasked, when it is old, and when
// others wait for its place.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "proxy/net/callback.hpp"
#include "proxy/transport/transport.hpp"
#include "proxy/upstream/dialed.hpp"

namespace postern::upstream {

class WarmConnection final : private transport::Transport::Owner {
 public:
  enum class State : std::uint8_t {
    kReady,
    kTaken,     // by a login
    kEnded,     // by its server
    kOutlived,  // it is as old as it may become
    kWanted,    // its place is somebody's who waited
  };

  /// Takes it over, for so long at most. `changed` is called when it is not ready any more, unless
  /// it was taken; it must not destroy this.
  WarmConnection(net::Loop& loop, Dialed dialed, std::chrono::milliseconds lasting,
                 net::Callback changed);

  State state() const noexcept { return state_; }
  std::chrono::milliseconds age() const noexcept { return loop_.now() - begun_; }
  const std::string& address() const noexcept { return address_; }

  /// Whether a login may have it, as far as anybody can know now: its server may leave the moment
  /// after.
  bool is_good() const;
  /// From now on it is for a login, and nobody else's place; nobody is told of changes.
  void reserve();
  /// The connection, once; only while it is good. The greeting lives as long as this.
  Dialed hand_out();

 private:
  // transport::Transport::Owner
  void on_plaintext(transport::Transport& connection, std::span<char> bytes) override;
  void on_secured(transport::Transport& connection) override;
  void on_end(transport::Transport& connection, transport::TransportEnd end) override;
  void on_full(transport::Transport& connection) override;
  void on_drained(transport::Transport& connection) override;
  void on_connected(transport::Transport& connection, int error) override;

  void let_go(State why);

  net::Loop& loop_;
  std::chrono::milliseconds begun_;
  State state_ = State::kReady;
  std::string address_;
  std::string greeting_;
  net::Callback changed_;
  Hold hold_;
  SparePlace spare_;
  Place place_;  // once it is reserved
  net::Timer lasting_;
  std::unique_ptr<transport::Transport> connection_;
};

}  // namespace postern::upstream

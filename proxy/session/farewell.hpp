// SPDX-License-Identifier: Apache-2.0
// The end of a session: its last words to the client, and how long they have to arrive. It asks the
// transport whether they have left, and says when the session may be destroyed.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "proxy/net/callback.hpp"
#include "proxy/pop3/close_reason.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::session {

class Farewell {
 public:
  /// How long a client may take to read our goodbye and say its own.
  static constexpr std::chrono::milliseconds kLingering{2'000};

  struct Patience {
    std::chrono::milliseconds stall = kLingering;  // with a client that takes nothing; 0: for ever
    std::chrono::milliseconds look = kLingering;   // how often it is asked whether it took some
  };

  /// `over` is called when nobody waits for anything any more, perhaps more than once. Loop and
  /// transport outlive the farewell.
  Farewell(net::Loop& loop, transport::Transport& client, Patience patience, net::Callback over);
  Farewell(const Farewell&) = delete;
  Farewell& operator=(const Farewell&) = delete;

  /// Says goodbye as the reason asks for, after all that was sent.
  void say(pop3::CloseReason reason);
  /// After `over`, when the turn has ended: whether it is over indeed. If not, it is waited on, and
  /// `over` follows again.
  bool is_over();
  /// No further waiting, whatever has not arrived.
  void cut_short() noexcept { parting_ = false; }

  /// What the transport tells of the client.
  void on_end(transport::TransportEnd end);
  void on_drained();

 private:
  bool client_has_left() const noexcept { return quit_ || client_.peer_has_left(); }
  void linger();
  void look();

  net::Loop& loop_;
  transport::Transport& client_;
  Patience patience_;
  net::Callback over_;
  bool quit_ = false;     // the client has said so, and waits for nothing else
  bool parting_ = false;  // nobody waits, and the last words are not yet sent
  std::chrono::milliseconds last_progress_{0};
  std::size_t last_pending_ = 0;       // bytes that were not taken at the last look
  std::unique_ptr<net::Timer> timer_;  // once it has to wait
};

}  // namespace postern::session

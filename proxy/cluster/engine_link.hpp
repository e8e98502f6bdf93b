// SPDX-License-Identifier: Apache-2.0
// One connection to an engine: reached, secured where it has to be, and introduced. Then commands
// go out and replies come in, in the same order; which belongs to which is its owner's business.
#pragma once

#include <memory>
#include <string>

#include "proxy/cluster/engine_command.hpp"
#include "proxy/cluster/engine_introduction.hpp"
#include "proxy/cluster/engine_settings.hpp"
#include "proxy/cluster/reply_reader.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/transport/transport.hpp"

namespace postern::cluster {

class EngineLink final : private transport::Transport::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// It is a master, and waits for commands.
    virtual void on_ready(EngineLink& link) = 0;
    /// May ask for drop(), and must not destroy the link.
    virtual void on_reply(EngineLink& link, Reply reply) = 0;
    /// The end: the master is elsewhere. The link may be destroyed now.
    virtual void on_elsewhere(EngineLink& link, const EngineAddress& master) = 0;
    /// The end. The link may be destroyed now.
    virtual void on_lost(EngineLink& link, const std::string& why) = 0;
  };

  /// All of it outlives the link.
  struct World {
    net::Loop& loop;
    transport::Buffers& buffers;
  };

  /// Begins at once; nothing is told from inside. `host` is how the address was called, which its
  /// certificate has to name. The settings outlive the link.
  EngineLink(const World& world, Owner& owner, const EngineSettings& settings,
             const net::Address& address, std::string host);
  EngineLink(const EngineLink&) = delete;
  EngineLink& operator=(const EngineLink&) = delete;

  /// Once it is ready.
  void say(const Words& words);
  /// How much of what was said the engine has not taken, in bytes.
  std::size_t unsent() const noexcept { return connection_.pending_bytes(); }
  /// Comes to its end, which is told on another turn.
  void drop(std::string why);

  /// "IP:PORT".
  const std::string& address() const noexcept { return address_; }

 private:
  enum class State : std::uint8_t { kConnecting, kSecuring, kIntroducing, kReady, kOver };

  void on_plaintext(transport::Transport& connection, std::span<char> bytes) override;
  void on_secured(transport::Transport& connection) override;
  void on_end(transport::Transport& connection, transport::TransportEnd end) override;
  void on_full(transport::Transport& connection) override;
  void on_drained(transport::Transport& connection) override;
  void on_connected(transport::Transport& connection, int error) override;

  void introduce();
  void hear(Reply reply);
  void on_timer();
  void end();

  Owner& owner_;
  const EngineSettings& settings_;
  std::string address_;
  std::string host_;
  State state_ = State::kConnecting;
  bool elsewhere_ = false;
  std::string why_;
  EngineIntroduction introduction_;
  ReplyReader reader_;
  net::Timer timer_;
  transport::Transport connection_;
};

}  // namespace postern::cluster

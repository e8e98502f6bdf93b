// SPDX-License-Identifier: Apache-2.0
// Reaches a backend: one address after the other, until one takes the connection and greets as a
// POP3 server does. An address that swallows packets, refuses, closes, says nothing, or says that
// it does not serve costs its own time and no other's. Nothing is said to any of them, so no
// credential leaves before one is chosen, and none leaves twice.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conf/endpoint.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/transport/transport.hpp"
#include "proxy/upstream/candidates.hpp"
#include "proxy/upstream/greeting.hpp"

namespace postern::upstream {

/// How far it has come with one address.
enum class DialPhase : std::uint8_t { kResolve, kConnect, kGreeting };

/// Why an address is of no use.
struct DialFailure {
  std::string address;  // "IP:PORT", or the name that has none, "mail.lan:110"
  DialPhase phase = DialPhase::kResolve;
  int error = 0;  // a negative libuv error; 0: what it said is no greeting
  std::string text = {};
  Greeting::Kind said = Greeting::Kind::kNone;  // kRefusal: `greeting` holds it
  std::string greeting = {};                    // as it came, with its line end
};

class Dialer final : private transport::Transport::Owner {
 public:
  /// What is evidence only must not destroy the dialer.
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Evidence: this is tried now, or has come to the next phase.
    virtual void on_dialing(DialPhase phase, const std::string& address) = 0;
    /// Evidence: it is over with this one.
    virtual void on_address_failed(const DialFailure& failure) = 0;
    /// The end: a connection that has greeted, to be taken over, and what it has said so far. The
    /// dialer may be destroyed now.
    virtual void on_dialed(std::unique_ptr<transport::Transport> connection,
                           std::string_view greeting) = 0;
    /// The end: no address is left, and this was the last. The dialer may be destroyed now.
    virtual void on_dial_failed(const DialFailure& last) = 0;
  };

  /// All of it outlives the dialer.
  struct World {
    net::Loop& loop;
    transport::Buffers& buffers;
    net::Resolver& resolver;
  };

  /// Begins at once. `addresses` must outlive it; each has `patience` to connect and to greet, 0 is
  /// without an end. The constructor tells evidence and no end. When the dialer is destroyed first,
  /// nothing more is told, and its connection is closed.
  Dialer(const World& world, Owner& owner, const std::vector<conf::Endpoint>& addresses,
         std::chrono::milliseconds patience);

 private:
  // transport::Transport::Owner
  void on_plaintext(transport::Transport& connection, std::span<char> bytes) override;
  void on_secured(transport::Transport& connection) override;
  void on_end(transport::Transport& connection, transport::TransportEnd end) override;
  void on_full(transport::Transport& connection) override;
  void on_drained(transport::Transport& connection) override;
  void on_connected(transport::Transport& connection, int error) override;

  void try_next();
  void on_looked_up();
  void on_timer();
  void connect(const net::Address& address);
  void enter(DialPhase phase);
  void fail(int error);
  void fail(DialFailure failure);

  World world_;
  Owner& owner_;
  std::chrono::milliseconds patience_;
  DialPhase phase_ = DialPhase::kResolve;
  bool resting_ = false;  // the address has failed; the timer brings the next
  std::string address_;   // that is being tried, or looked up
  Greeting greeting_;
  DialFailure last_;
  net::Timer timer_;
  std::unique_ptr<transport::Transport> connection_;
  Candidates candidates_;
};

}  // namespace postern::upstream

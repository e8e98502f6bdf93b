// SPDX-License-Identifier: Apache-2.0
// Reaches one address of a backend: it takes the connection, is secured as its link asks for, and
// greets as a POP3 server does, or costs its time. Nothing but whose connection it is and STLS is
// said to it, so whoever tries several sends a credential to one of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/net/address.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/resolver.hpp"
#include "proxy/transport/transport.hpp"
#include "proxy/upstream/greeting.hpp"
#include "proxy/upstream/news.hpp"
#include "proxy/upstream/securing.hpp"
#include "proxy/upstream/source_addresses.hpp"

namespace postern::upstream {

/// How far it has come with an address; before there is one, kQueue is for a place among the
/// connections, and kResolve of names. kTls is a handshake: before the greeting, or behind kStls,
/// which is the question and its answer.
enum class DialPhase : std::uint8_t { kQueue, kResolve, kConnect, kTls, kGreeting, kStls };

/// As the log calls it: "resolve", "connect", "tls", "greeting", "stls".
std::string_view name_of(DialPhase phase) noexcept;

/// Why an address is of no use.
struct DialFailure {
  std::string address;  // "IP:PORT", or the name that has none, "mail.lan:110"; or empty
  DialPhase phase = DialPhase::kResolve;
  int error = 0;  // a negative libuv error; 0: what it said, or showed, does not do
  std::string text = {};
  Greeting::Kind said = Greeting::Kind::kNone;  // kRefusal: `greeting` holds it
  std::string greeting = {};                    // as it came, with its line end
  std::chrono::milliseconds took{0};            // from the first packet on
};

class Dialer final : private transport::Transport::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Evidence: it has come to this phase. Must not destroy the dialer.
    virtual void on_phase(Dialer& dialer, DialPhase phase) = 0;
    /// The end: a connection that has greeted and is secured, to be taken over, and its greeting;
    /// one that came before TLS is nobody's word any more, and "+OK" stands for it. The dialer may
    /// be destroyed now.
    virtual void on_dialed(Dialer& dialer, std::unique_ptr<transport::Transport> connection,
                           std::string_view greeting) = 0;
    /// The end: the connection is closed. The dialer may be destroyed now.
    virtual void on_dial_failed(Dialer& dialer, const DialFailure& failure) = 0;
  };

  /// All of it outlives the dialer.
  struct World {
    net::Loop& loop;
    transport::Buffers& buffers;
    net::Resolver& resolver;
    News& news;
  };

  /// What is dialled, and how.
  struct Target {
    net::Address address;
    const std::string& host;             // that the address was configured as
    const BackendLink& link;             // outlives the dialer
    std::chrono::milliseconds patience;  // for all of it; 0 is without an end
    const SourceAddresses& sources;      // where it is called from; need not outlive the call
    std::string announcement = {};       // said first, as it stands
  };

  /// Begins at once. The constructor tells evidence and no end. When the dialer is destroyed first,
  /// nothing more is told, and its connection is closed.
  Dialer(const World& world, Owner& owner, const Target& target);

  /// "IP:PORT".
  const std::string& address() const noexcept { return address_; }
  DialPhase phase() const noexcept { return phase_; }
  /// Since the first packet.
  std::chrono::milliseconds taken() const noexcept { return world_.loop.now() - begun_; }

 private:
  // transport::Transport::Owner
  void on_plaintext(transport::Transport& connection, std::span<char> bytes) override;
  void on_secured(transport::Transport& connection) override;
  void on_end(transport::Transport& connection, transport::TransportEnd end) override;
  void on_full(transport::Transport& connection) override;
  void on_drained(transport::Transport& connection) override;
  void on_connected(transport::Transport& connection, int error) override;

  void call(const Target& target);
  void on_timer();
  void enter(DialPhase phase);
  void hear_greeting(std::string_view bytes);
  void hear_stls(std::string_view bytes);
  void shake_hands();
  void hand_over(std::string_view greeting);
  void fail(int error);
  void fail(std::string text);
  void fail(DialFailure failure);

  World world_;
  Owner& owner_;
  std::string address_;
  std::string announcement_;
  std::chrono::milliseconds begun_;
  DialPhase phase_ = DialPhase::kConnect;
  // What the timer brings.
  enum class Due : std::uint8_t {
    kTimeOut,
    kFailure,   // that is told now, and nothing more is heard of the connection
    kHandOver,  // for it is secured and owes nothing
  };

  Due due_ = Due::kTimeOut;
  Greeting greeting_;
  Securing securing_;
  DialFailure failure_;
  net::Timer timer_;
  std::unique_ptr<transport::Transport> connection_;
};

}  // namespace postern::upstream

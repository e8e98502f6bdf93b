// SPDX-License-Identifier: Apache-2.0
// One mail client: connects, goes through a script, compares what it is answered.
#pragma once

#include <cstdint>
#include <string>

#include "load/channel.hpp"
#include "load/script.hpp"
#include "wire/mailbox.hpp"
#include "wire/poller.hpp"

namespace postern::bench {

class Client final : public Watched {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The script is through. The client may be given another, or be connected anew.
    virtual void on_done(Client& client) = 0;
    virtual void on_failed(Client& client, const std::string& why) = 0;
  };

  /// What all clients share.
  struct World {
    Poller& poller;
    TlsClient& tls;
    const Mailbox& mailbox;
    std::uint64_t bytes = 0;  // of replies that were compared
  };

  enum class Pace {
    kEager,
    kSlow,  // reads only when told to, a little
  };

  Client(World& world, Owner& owner, Pace pace = Pace::kEager);

  /// Begins a new connection, from 127.0.0.`source`, and the script. What was open is closed.
  void connect(std::uint16_t port, std::uint8_t source, bool resume, const Script& script);
  /// Begins a script, which must live as long as it runs, on the open connection.
  void run(const Script& script);
  void close() { channel_.close(); }
  /// Lets a slow client read a few KiB.
  void sip();

  bool resumed() const noexcept { return channel_.resumed(); }

 private:
  using Kind = Step::Kind;

  void on_ready(std::uint32_t events) override;
  const Step& step() const { return (*script_)[position_]; }
  bool sipping() const noexcept;  // reads by the clock, not when there is something
  void begin();
  void advance();
  void shake_hands();
  void drink();
  void take(std::string_view bytes);
  std::string_view take_line(std::string_view bytes);
  std::string_view take_body(std::string_view bytes);
  void on_end();
  void fail(const std::string& why);

  World& world_;
  Owner& owner_;
  Pace pace_;
  Channel channel_;
  const Script* script_ = nullptr;  // null: nothing is expected
  std::size_t position_ = 0;
  std::size_t offset_ = 0;     // in the body of a message
  std::uint64_t session_ = 0;  // counts connections and scripts, to notice a change inside a call
  bool connecting_ = false;
  bool resume_ = false;
  bool answered_ = false;  // the line of this step has come; a body or an end follows
  std::string line_;       // a reply of which only a part has come
};

}  // namespace postern::bench

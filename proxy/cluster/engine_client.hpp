// SPDX-License-Identifier: Apache-2.0
// The engine that machines share what they know on, as one loop sees it: commands go out at once,
// all over one connection, and each is answered in time or not at all. When the engine is away it
// is looked for again and again; nobody ever waits for that.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "proxy/cluster/engine_command.hpp"
#include "proxy/cluster/engine_link.hpp"
#include "proxy/cluster/engine_search.hpp"
#include "proxy/cluster/engine_settings.hpp"
#include "proxy/cluster/reply.hpp"
#include "proxy/net/callback.hpp"
#include "proxy/net/resolver.hpp"

namespace postern::cluster {

class EngineClient final : private EngineLink::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_up(EngineClient& engine) = 0;
    /// Once, until it is up again; also when it could not be found at first.
    virtual void on_down(EngineClient& engine, const std::string& why) = 0;
    /// Of the channel that is listened to.
    virtual void on_news(EngineClient& engine, std::string_view payload) = 0;
  };

  /// All of it outlives the engine.
  struct World {
    net::Loop& loop;
    transport::Buffers& buffers;
    net::Resolver& resolver;
  };

  /// Null when no answer came in time, or the engine is away; lent for the call.
  using Done = std::move_only_function<void(const Reply* reply)>;
  using Ticket = std::uint64_t;

  /// `channel` is listened to over a connection of its own, as long as there is an engine; empty:
  /// none is.
  EngineClient(const World& world, Owner& owner, std::string channel = {});
  ~EngineClient() override;

  /// From now on; null: there is no engine, and nothing is told. Not from inside a call of its
  /// owner or of a Done.
  void use(std::shared_ptr<const EngineSettings> settings);

  bool is_up() const noexcept { return state_ == State::kUp; }
  /// "IP:PORT" of the one that is in use; else empty.
  std::string peer() const;

  /// `done` is called once, never from inside, and at the latest after that time.
  Ticket ask(const Words& words, std::chrono::milliseconds within, Done done);
  /// As if it were away.
  Ticket refuse(Done done);
  /// Its `done` is not called any more.
  void forget(Ticket ticket) noexcept;

 private:
  enum class State : std::uint8_t {
    kNone,     // no engine
    kWaiting,  // before it is looked for again
    kSearching,
    kDialing,
    kListening,  // the channel is being asked for
    kUp,
  };
  struct Asked {
    Ticket ticket;
    std::chrono::milliseconds sent;
    std::chrono::milliseconds due;
    Done done;  // null: nobody waits
  };

  void on_ready(EngineLink& link) override;
  void on_reply(EngineLink& link, Reply reply) override;
  void on_elsewhere(EngineLink& link, const EngineAddress& master) override;
  void on_lost(EngineLink& link, const std::string& why) override;

  std::unique_ptr<EngineLink> dial();
  void search();
  void wait();
  void come_up();
  void lose(const std::string& why);
  void let_go();
  void answer(const Reply& reply);
  void hear_news(EngineLink& link, const Reply& reply);
  void ask_how_it_is();
  void on_pulse();
  void watch(std::chrono::milliseconds due);
  void on_deadline();
  void on_turn_end();

  World world_;
  Owner& owner_;
  std::string channel_;
  std::shared_ptr<const EngineSettings> settings_;
  State state_ = State::kNone;
  bool told_down_ = false;
  unsigned failures_ = 0;  // in a row
  std::minstd_rand random_;
  std::string why_;  // the last thing that went wrong
  Ticket last_ticket_ = 0;
  std::chrono::milliseconds heard_{0};
  std::chrono::milliseconds ear_heard_{0};
  std::chrono::milliseconds watched_{0};  // the deadline that the timer is set to; 0: none
  std::deque<Asked> asked_;               // of the connection, in its order
  std::deque<Asked> turned_away_;         // to be told so at the end of the turn
  EngineSearch::Place place_;
  std::unique_ptr<EngineSearch> search_;
  std::unique_ptr<EngineLink> link_;
  std::unique_ptr<EngineLink> ear_;  // for the channel
  net::Timer retry_;
  net::Timer pulse_;
  net::Timer deadline_;
  net::TurnEnd turn_end_;
};

}  // namespace postern::cluster

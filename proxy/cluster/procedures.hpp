// SPDX-License-Identifier: Apache-2.0
// An engine that knows our functions: loaded before anybody is told that it is up, and again when
// it has lost them.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/cluster/engine_client.hpp"
#include "proxy/cluster/scripts.hpp"

namespace postern::cluster {

class Procedures final : private EngineClient::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_up(Procedures& procedures) = 0;
    /// Once, until it is up again; also when it could not be found, or used, at first.
    virtual void on_down(Procedures& procedures, const std::string& why) = 0;
    /// Of the channel that is listened to.
    virtual void on_news(Procedures& procedures, std::string_view payload) = 0;
  };
  using Done = EngineClient::Done;
  using Ticket = EngineClient::Ticket;

  Procedures(const EngineClient::World& world, Owner& owner, std::string channel = {});

  /// See EngineClient.
  void use(std::shared_ptr<const EngineSettings> settings);
  std::string peer() const { return engine_.peer(); }
  void forget(Ticket ticket) noexcept { engine_.forget(ticket); }

  bool is_up() const noexcept { return state_ == State::kUp; }

  /// Null when no answer came in time, or it is away, or it answers with an error; never from
  /// inside.
  Ticket call(Script script, const Words& keys, const Words& arguments,
              std::chrono::milliseconds within, Done done = nullptr);
  /// A command of its own, likewise.
  Ticket ask(const Words& words, std::chrono::milliseconds within, Done done = nullptr);

 private:
  enum class State : std::uint8_t { kAway, kLoading, kUp };

  void on_up(EngineClient& engine) override;
  void on_down(EngineClient& engine, const std::string& why) override;
  void on_news(EngineClient& engine, std::string_view payload) override;

  void load();
  void load_texts();
  void on_loaded();
  void fail(const std::string& why);
  Done checked(Done done);

  Owner& owner_;
  Scripts scripts_;
  ScriptWay way_ = ScriptWay::kFunctions;
  State state_ = State::kAway;
  bool told_up_ = false;
  bool told_down_ = false;
  std::size_t missing_ = 0;  // texts that are not loaded yet
  net::Timer again_;
  EngineClient engine_;
};

}  // namespace postern::cluster

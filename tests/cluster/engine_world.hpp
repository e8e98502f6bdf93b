// SPDX-License-Identifier: Apache-2.0
// A loop with an engine on it, and what it told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proxy/cluster/engine_client.hpp"
#include "tests/loop/wire.hpp"

namespace postern::cluster {

constexpr std::chrono::milliseconds kInTime{5'000};

/// What became of a command.
struct Outcome {
  bool over = false;
  std::optional<Reply> reply;
};

struct EngineWorld final : private EngineClient::Owner {
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop};
  std::vector<std::string> told;  // "up", "down: WHY"
  std::vector<std::string> news;
  std::function<void()> beside = [] {};  // done in each turn
  EngineClient engine;

  explicit EngineWorld(std::string channel = {})
      : engine({loop, *buffers, resolver}, *this, std::move(channel)) {}

  static std::shared_ptr<EngineSettings> settings(std::vector<EngineAddress> addresses) {
    auto settings = std::make_shared<EngineSettings>();
    settings->addresses = std::move(addresses);
    return settings;
  }
  void use(std::vector<EngineAddress> addresses) { engine.use(settings(std::move(addresses))); }

  void turn(const std::function<bool()>& until) {
    net::turn_until(loop, [&] {
      beside();
      return until();
    });
  }
  void come_up() {
    turn([this] { return engine.is_up(); });
  }
  std::size_t times_down() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(told, [](const auto& one) { return one.starts_with("down"); }));
  }

  EngineClient::Ticket ask(Words words, Outcome& outcome,
                           std::chrono::milliseconds within = kInTime) {
    return engine.ask(std::move(words), within, [&outcome](const Reply* reply) {
      CHECK_FALSE(outcome.over);
      outcome.over = true;
      if (reply != nullptr) outcome.reply = *reply;
    });
  }
  /// The answer, or none.
  std::optional<Reply> answer(Words words, std::chrono::milliseconds within = kInTime) {
    Outcome outcome;
    ask(std::move(words), outcome, within);
    CHECK_FALSE(outcome.over);
    turn([&] { return outcome.over; });
    return outcome.reply;
  }

 private:
  void on_up(EngineClient&) override { told.emplace_back("up"); }
  void on_down(EngineClient&, const std::string& why) override { told.push_back("down: " + why); }
  void on_news(EngineClient&, std::string_view payload) override { news.emplace_back(payload); }
};

}  // namespace postern::cluster

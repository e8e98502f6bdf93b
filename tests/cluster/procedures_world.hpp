// SPDX-License-Identifier: Apache-2.0
// A loop with an engine that knows our functions on it, and what it told.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/cluster/procedures.hpp"
#include "tests/cluster/engine_world.hpp"
#include "tests/cluster/redis.hpp"

namespace postern::cluster {

struct ProceduresWorld : private Procedures::Owner {
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop};
  std::vector<std::string> told;  // "up", "down: WHY"
  std::vector<std::string> news;
  Procedures procedures;

  explicit ProceduresWorld(std::string channel = {})
      : procedures({loop, *buffers, resolver}, *this, std::move(channel)) {}

  void use(std::shared_ptr<EngineSettings> settings) { procedures.use(std::move(settings)); }
  void come_up(const testing::Redis& redis) {
    use(EngineWorld::settings({redis.address()}));
    turn([this] { return procedures.is_up(); });
  }
  void turn(const std::function<bool()>& until) { net::turn_until(loop, until); }

  /// The answer, or none.
  std::optional<Reply> call(Script script, const Words& keys, const Words& arguments) {
    Outcome outcome;
    procedures.call(script, keys, arguments, kInTime, [&outcome](const Reply* reply) {
      outcome.over = true;
      if (reply != nullptr) outcome.reply = *reply;
    });
    CHECK_FALSE(outcome.over);
    turn([&] { return outcome.over; });
    return outcome.reply;
  }

 private:
  void on_up(Procedures&) override { told.emplace_back("up"); }
  void on_down(Procedures&, const std::string& why) override { told.push_back("down: " + why); }
  void on_news(Procedures&, std::string_view payload) override { news.emplace_back(payload); }
};

}  // namespace postern::cluster

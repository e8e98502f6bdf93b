// SPDX-License-Identifier: Apache-2.0
// What the keeper of logins hears of a login, whether it rules at once, late or never.
#include "proxy/session/login_attempt.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace postern::session {
namespace {

using policy::Gate;
using policy::GateRuling;

// Rules when it is told to, and writes down what it hears.
class SlowLogins final : public Logins {
 public:
  Trace trace_of(const Subject&) const override { return {}; }
  void ask(const Trace&, policy::TimePoint, Asker& asker) override {
    if (at_once) return asker.on_ruling(ruling);
    asker_ = &asker;
  }
  std::optional<UserTicket> enter(const Trace&, std::string_view, std::uint32_t) override {
    return std::nullopt;
  }
  void withdraw(Asker& asker) noexcept override {
    heard.emplace_back(asker_ == &asker ? "withdrawn" : "withdrawn by a stranger");
    asker_ = nullptr;
  }
  policy::FailureRuling after_failure(const Trace&, const policy::Charge&, policy::Said,
                                      policy::TimePoint) override {
    heard.emplace_back("failure");
    return {};
  }
  void after_success(const Trace&, const policy::Charge&, policy::TimePoint) override {
    heard.emplace_back("success");
  }
  void after_no_answer(const Trace&, const policy::Charge&, policy::TimePoint) override {
    heard.emplace_back("no answer");
  }
  void remember_exposed(const policy::Network&, const pop3::Login&, policy::TimePoint) override {}
  bool was_exposed(const Trace&) const override { return false; }

  void rule() { std::exchange(asker_, nullptr)->on_ruling(ruling); }

  bool at_once = false;
  GateRuling ruling;
  std::vector<std::string> heard;

 private:
  Asker* asker_ = nullptr;
};

struct World {
  std::unique_ptr<LoginAttempt> attempt() {
    return std::make_unique<LoginAttempt>(
        logins,
        Logins::Subject{
            *policy::IpAddress::parse("192.0.2.1"), {"alice", "secret"}, "PLAIN", "alice"},
        [this] { ++told; });
  }

  SlowLogins logins;
  int told = 0;
};

using Heard = std::vector<std::string>;

}  // namespace

TEST_CASE("a ruling that comes at once is taken when ask() has returned") {
  World world;
  world.logins.at_once = true;
  const auto attempt = world.attempt();
  CHECK_FALSE(attempt->take_ruling());
  attempt->ask();
  CHECK(world.told == 0);
  CHECK(attempt->take_ruling() == world.logins.ruling);
  CHECK_FALSE(attempt->take_ruling());
}

TEST_CASE("a ruling that comes late is told") {
  World world;
  world.logins.ruling.gate = Gate::kLocked;
  const auto attempt = world.attempt();
  attempt->ask();
  CHECK_FALSE(attempt->take_ruling());
  world.logins.rule();
  CHECK(world.told == 1);
  CHECK(attempt->take_ruling() == world.logins.ruling);
}

TEST_CASE("whoever does not wait for the ruling any more withdraws") {
  World world;
  world.attempt()->ask();
  CHECK(world.logins.heard == Heard{"withdrawn"});
  CHECK(world.told == 0);
}

TEST_CASE("a login that was let through is settled once") {
  const bool at_once = GENERATE(true, false);
  World world;
  world.logins.at_once = at_once;
  auto attempt = world.attempt();
  attempt->ask();
  if (!at_once) world.logins.rule();
  SECTION("as right") {
    attempt->on_right();
    attempt.reset();
    CHECK(world.logins.heard == Heard{"success"});
  }
  SECTION("as wrong") {
    attempt->on_wrong("AUTH");
    attempt.reset();
    CHECK(world.logins.heard == Heard{"failure"});
  }
  SECTION("as not judged, whether anybody took the ruling or not") {
    attempt.reset();
    CHECK(world.logins.heard == Heard{"no answer"});
  }
}

TEST_CASE("a login that was refused, or never asked about, is not settled") {
  World world;
  world.logins.at_once = true;
  world.logins.ruling.gate = Gate::kBanned;
  world.attempt()->ask();
  world.attempt().reset();
  CHECK(world.logins.heard.empty());
}

TEST_CASE("a judgement that comes before the ruling takes the question back") {
  World world;
  auto attempt = world.attempt();
  attempt->ask();
  attempt->on_wrong("AUTH");
  attempt.reset();
  CHECK(world.logins.heard == Heard{"withdrawn"});
}

}  // namespace postern::session

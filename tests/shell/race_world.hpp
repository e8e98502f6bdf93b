// SPDX-License-Identifier: Apache-2.0
// A backend with several addresses, good and bad, and somebody who wants a connection to it.
#pragma once

#include <catch2/catch.hpp>
#include <list>
#include <optional>

#include "proxy/upstream/race.hpp"
#include "tests/loop/name_server.hpp"
#include "tests/loop/wire.hpp"
#include "tests/shell/fake_backend.hpp"
#include "tests/shell/heard_news.hpp"

namespace postern::upstream {
using std::chrono::milliseconds;
using testing::FakeBackend;
using transport::Transport;
using Kind = FakeBackend::Kind;

constexpr milliseconds kPatience{2'000};
constexpr milliseconds kHeadStart{250};

/// Who wants a connection, and what became of it. It lets the race go as soon as it may.
class Caller final : private Race::Owner, private Transport::Owner {
 public:
  std::vector<std::pair<DialPhase, std::string>> tried;
  std::vector<DialFailure> failures;
  std::unique_ptr<Transport> connection;
  Hold hold;
  std::string greeting;
  std::string heard;
  std::optional<DialFailure> given_up;
  std::unique_ptr<Race> race;

  void dial(const Dialer::World& world, const Race::Course& course) {
    Race::Owner& owner = *this;
    race = std::make_unique<Race>(world, owner, course);
    CHECK_FALSE(over());
  }
  bool over() const noexcept { return connection || given_up; }

 private:
  void on_dialing(DialPhase phase, const std::string& address) override {
    tried.emplace_back(phase, address);
  }
  void on_address_failed(const DialFailure& failure) override { failures.push_back(failure); }
  void on_dialed(Dialed dialed) override {
    REQUIRE_FALSE(over());
    greeting = dialed.greeting;
    connection = std::move(dialed.connection);
    hold = std::move(dialed.hold);
    Transport::Owner& owner = *this;
    connection->hand_over(owner);
    race.reset();
  }
  void on_dial_failed(const DialFailure& last) override {
    REQUIRE_FALSE(over());
    given_up = last;
    race.reset();
  }

  void on_plaintext(Transport&, std::span<char> bytes) override {
    heard.append(bytes.data(), bytes.size());
  }
  void on_secured(Transport&) override {}
  void on_end(Transport&, transport::TransportEnd) override {}
  void on_full(Transport&) override {}
  void on_drained(Transport&) override {}
  void on_connected(Transport&, int) override {}
};

struct World {
  std::list<FakeBackend> backends;
  BackendPlan plan{.name = "mail", .address = {}, .link = {}, .terms = {}, .state = nullptr};
  net::NameServer names;
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop, {.servers = names.address()}};
  HeardNews news;
  Caller caller;

  World() { plan.state = std::make_shared<BackendState>(); }

  FakeBackend& add(Kind kind, std::string greeting = "+OK ready\r\n") {
    FakeBackend& backend = backends.emplace_back(kind, std::move(greeting));
    plan.address.push_back(backend.endpoint());
    return backend;
  }

  void dial(milliseconds patience = kPatience, std::string_view user = {}) {
    caller.dial({loop, *buffers, resolver, news}, {plan, patience, user});
  }

  void turn(const std::function<bool()>& until) {
    net::turn_until(loop, [&] {
      names.serve();
      for (FakeBackend& backend : backends) backend.serve();
      return until();
    });
  }

  /// How long it takes to an end.
  milliseconds dial_to_the_end(milliseconds patience = kPatience, std::string_view user = {}) {
    const milliseconds begun = loop.now();
    dial(patience, user);
    turn([&] { return caller.over(); });
    return loop.now() - begun;
  }
  /// Once more, as somebody else; what is known of the addresses stays.
  milliseconds dial_again(std::string_view user = {}) {
    caller.connection.reset();
    caller.given_up.reset();
    caller.failures.clear();
    caller.tried.clear();
    return dial_to_the_end(kPatience, user);
  }

  AddressState& known(const FakeBackend& backend) {
    return *plan.state->addresses.find(backend.address().text());
  }
  policy::Trust trust(const FakeBackend& backend) { return known(backend).trust(loop.now()); }
};

struct Bad {
  const char* name;
  Kind kind;
  const char* greeting;
  DialPhase phase;
  const char* why;
};

inline const std::array<Bad, 7> kBad{{
    {"swallows packets", Kind::kSwallows, "", DialPhase::kConnect, "timed out"},
    {"is silent", Kind::kServes, "", DialPhase::kGreeting, "timed out"},
    {"never ends its greeting", Kind::kServes, "+OK rea", DialPhase::kGreeting, "timed out"},
    {"has nobody", Kind::kNobody, "", DialPhase::kConnect, "connection refused"},
    {"closes at once", Kind::kCloses, "", DialPhase::kGreeting, "it closed the connection"},
    {"refuses", Kind::kServes, "-ERR busy\r\n", DialPhase::kGreeting, "it refuses to serve"},
    {"is no POP3", Kind::kServes, "220 smtp\r\n", DialPhase::kGreeting,
     "it does not greet as POP3 does"},
}};

inline bool waits(const Bad& bad) { return std::string_view(bad.why) == "timed out"; }

}  // namespace postern::upstream

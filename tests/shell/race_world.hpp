// SPDX-License-Identifier: Apache-2.0
// A backend with several addresses, good and bad, and somebody who wants a connection to it.
#pragma once

#include <catch2/catch.hpp>
#include <list>

#include "proxy/upstream/race.hpp"
#include "tests/loop/name_server.hpp"
#include "tests/loop/wire.hpp"
#include "tests/shell/fake_backend.hpp"
#include "tests/shell/heard_news.hpp"
#include "tests/shell/race_caller.hpp"

namespace postern::upstream {
using std::chrono::milliseconds;
using testing::FakeBackend;
using Kind = FakeBackend::Kind;

constexpr milliseconds kPatience{2'000};
constexpr milliseconds kHeadStart{250};

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

// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/dialer.hpp"

#include <catch2/catch.hpp>

#include "tests/loop/wire.hpp"
#include "tests/shell/fake_backend.hpp"

namespace postern::upstream {
namespace {

using std::chrono::milliseconds;
using testing::FakeBackend;
using Kind = FakeBackend::Kind;

/// One call, and what became of it.
struct Call final : private Dialer::Owner {
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop};
  NoNews news;
  FakeBackend backend;
  std::string host = "127.0.0.1";
  BackendLink link;
  SourceAddresses sources;
  std::vector<DialPhase> phases;
  std::unique_ptr<transport::Transport> connection;
  std::optional<DialFailure> failure;
  std::unique_ptr<Dialer> dialer;

  explicit Call(Kind kind, std::string greeting, milliseconds patience = milliseconds(200))
      : backend(kind, std::move(greeting)) {
    Dialer::Owner& owner = *this;
    dialer =
        std::make_unique<Dialer>(Dialer::World{loop, *buffers, resolver, news}, owner,
                                 Dialer::Target{backend.address(), host, link, patience, sources});
    CHECK_FALSE(over());
  }

  bool over() const noexcept { return connection || failure; }
  void turn_to_the_end() {
    net::turn_until(loop, [this] {
      backend.serve();
      return over();
    });
  }

 private:
  void on_phase(Dialer&, DialPhase phase) override { phases.push_back(phase); }
  void on_dialed(Dialer&, std::unique_ptr<transport::Transport> dialed, std::string_view) override {
    REQUIRE_FALSE(over());
    connection = std::move(dialed);
    dialer.reset();
  }
  void on_dial_failed(Dialer&, const DialFailure& why) override {
    REQUIRE_FALSE(over());
    failure = why;
    dialer.reset();
  }
};

TEST_CASE("a server that greets is handed over") {
  Call call(Kind::kServes, "+OK ready\r\n");
  call.turn_to_the_end();
  CHECK(call.connection);
  CHECK(call.phases == std::vector{DialPhase::kConnect, DialPhase::kGreeting});
}

TEST_CASE("whoever does not greet in time has failed, and is told how long that took") {
  const auto kind = GENERATE(Kind::kServes, Kind::kSwallows);
  Call call(kind, "");
  call.turn_to_the_end();
  REQUIRE(call.failure);
  CHECK(call.failure->text == "timed out");
  CHECK(call.failure->took >= milliseconds(200));
  CHECK(call.failure->phase ==
        (kind == Kind::kServes ? DialPhase::kGreeting : DialPhase::kConnect));
}

TEST_CASE("what refuses is told with its words, and everything else without") {
  const bool refuses = GENERATE(true, false);
  Call call(Kind::kServes, refuses ? "-ERR busy\r\n" : "220 smtp\r\n");
  call.turn_to_the_end();
  REQUIRE(call.failure);
  CHECK(call.failure->error == 0);
  CHECK(call.failure->said == (refuses ? Greeting::Kind::kRefusal : Greeting::Kind::kGarbled));
}

}  // namespace
}  // namespace postern::upstream

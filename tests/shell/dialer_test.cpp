// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/dialer.hpp"

#include <catch2/catch.hpp>
#include <list>
#include <optional>

#include "tests/loop/name_server.hpp"
#include "tests/loop/wire.hpp"
#include "tests/shell/fake_backend.hpp"

namespace postern::upstream {
namespace {

using std::chrono::milliseconds;
using testing::FakeBackend;
using transport::Transport;
using Kind = FakeBackend::Kind;

constexpr milliseconds kPatience{400};

/// Who wants a connection, and what became of it. It lets the dialer go as soon as it may.
class Caller final : private Dialer::Owner, private Transport::Owner {
 public:
  std::vector<std::pair<DialPhase, std::string>> tried;
  std::vector<DialFailure> failures;
  std::unique_ptr<Transport> connection;
  std::string greeting;
  std::string heard;
  std::optional<DialFailure> given_up;
  std::unique_ptr<Dialer> dialer;

  void dial(const Dialer::World& world, const std::vector<conf::Endpoint>& addresses,
            milliseconds patience) {
    Dialer::Owner& owner = *this;
    dialer = std::make_unique<Dialer>(world, owner, addresses, patience);
    CHECK_FALSE(over());
  }
  bool over() const noexcept { return connection || given_up; }

 private:
  void on_dialing(DialPhase phase, const std::string& address) override {
    tried.emplace_back(phase, address);
  }
  void on_address_failed(const DialFailure& failure) override { failures.push_back(failure); }
  void on_dialed(std::unique_ptr<Transport> dialed, std::string_view said) override {
    REQUIRE_FALSE(over());
    connection = std::move(dialed);
    Transport::Owner& owner = *this;
    connection->hand_over(owner);
    dialer.reset();
    greeting = said;
  }
  void on_dial_failed(const DialFailure& last) override {
    REQUIRE_FALSE(over());
    dialer.reset();
    given_up = last;
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
  std::vector<conf::Endpoint> addresses;
  net::NameServer names;
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop, {.servers = names.address()}};
  Caller caller;

  FakeBackend& add(Kind kind, std::string greeting = "+OK ready\r\n") {
    FakeBackend& backend = backends.emplace_back(kind, std::move(greeting));
    addresses.push_back(backend.endpoint());
    return backend;
  }

  void dial(milliseconds patience = kPatience) {
    caller.dial({loop, *buffers, resolver}, addresses, patience);
  }

  void turn(const std::function<bool()>& until) {
    net::turn_until(loop, [&] {
      names.serve();
      for (FakeBackend& backend : backends) backend.serve();
      return until();
    });
  }

  /// How long it takes to an end.
  milliseconds dial_to_the_end() {
    const milliseconds begun = loop.now();
    dial();
    turn([&] { return caller.over(); });
    return loop.now() - begun;
  }
};

struct Bad {
  const char* name;
  Kind kind;
  const char* greeting;
  DialPhase phase;
  const char* why;
};

const std::array<Bad, 7> kBad{{
    {"swallows packets", Kind::kSwallows, "", DialPhase::kConnect, "timed out"},
    {"is silent", Kind::kServes, "", DialPhase::kGreeting, "timed out"},
    {"never ends its greeting", Kind::kServes, "+OK rea", DialPhase::kGreeting, "timed out"},
    {"has nobody", Kind::kNobody, "", DialPhase::kConnect, "connection refused"},
    {"closes at once", Kind::kCloses, "", DialPhase::kGreeting, "it closed the connection"},
    {"refuses", Kind::kServes, "-ERR busy\r\n", DialPhase::kGreeting, "it refuses to serve"},
    {"is no POP3", Kind::kServes, "220 smtp\r\n", DialPhase::kGreeting,
     "it does not greet as POP3 does"},
}};

TEST_CASE("one address that is no good costs its own time, and the next one is taken") {
  const Bad bad = GENERATE(from_range(kBad.begin(), kBad.end()));
  CAPTURE(bad.name);
  World world;
  const FakeBackend& first = world.add(bad.kind, bad.greeting);
  const FakeBackend& second = world.add(Kind::kServes);
  const milliseconds taken = world.dial_to_the_end();
  REQUIRE(world.caller.connection);
  CHECK(world.caller.greeting == "+OK ready\r\n");
  REQUIRE(world.caller.failures.size() == 1);
  const DialFailure& failure = world.caller.failures.front();
  CHECK(failure.address == first.address().text());
  CHECK(failure.phase == bad.phase);
  CHECK(failure.text == bad.why);
  CHECK(world.caller.tried.back() == std::pair(DialPhase::kGreeting, second.address().text()));
  CHECK(first.heard.empty());
  CHECK(second.connections == 1);
  const bool waits = failure.text == "timed out";
  CHECK(taken >= (waits ? kPatience : milliseconds(0)));
  CHECK(taken < kPatience + milliseconds(3'000));
}

TEST_CASE("each address has all of its time") {
  World world;
  for (int i = 0; i < 3; ++i) world.add(Kind::kServes, "");
  world.add(Kind::kServes);
  const milliseconds taken = world.dial_to_the_end();
  REQUIRE(world.caller.connection);
  CHECK(world.caller.failures.size() == 3);
  CHECK(taken >= 3 * kPatience);
}

TEST_CASE("when no address is left, the last one says why") {
  const Bad last = GENERATE(from_range(kBad.begin(), kBad.end()));
  CAPTURE(last.name);
  World world;
  world.add(Kind::kServes, "-ERR [SYS/PERM] never\r\n");
  world.add(last.kind, last.greeting);
  world.dial_to_the_end();
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.failures.size() == 2);
  CHECK(world.caller.given_up->text == last.why);
  const bool refused = world.caller.given_up->said == Greeting::Kind::kRefusal;
  CHECK(refused == (std::string_view(last.why) == "it refuses to serve"));
  if (refused) {
    CHECK(world.caller.given_up->greeting == "-ERR busy\r\n");
  }
}

TEST_CASE("all addresses of a name are tried") {
  World world;
  const FakeBackend& bad = world.backends.emplace_back(Kind::kCloses, "", "127.0.0.2");
  const std::uint16_t port = bad.address().port();
  const FakeBackend& good =
      world.backends.emplace_back(Kind::kServes, "+OK ready\r\n", "127.0.0.3", port);
  world.names.names["mail.test"] = {"127.0.0.2", "127.0.0.3"};
  world.addresses.push_back({"mail.test", port});
  world.dial_to_the_end();
  CHECK(world.caller.connection);
  CHECK(bad.connections == 1);
  CHECK(good.connections == 1);
  REQUIRE(world.caller.tried.size() == 5);
  CHECK(world.caller.tried.front().second == "mail.test:" + std::to_string(port));
}

TEST_CASE("a name that nobody knows is an address that fails") {
  World world;
  world.addresses.push_back({"nowhere.test", 110});
  const bool alone = GENERATE(true, false);
  if (!alone) world.add(Kind::kServes);
  world.dial_to_the_end();
  CHECK(alone == world.caller.given_up.has_value());
  REQUIRE(world.caller.failures.size() == 1);
  CHECK(world.caller.failures.front().address == "nowhere.test:110");
  CHECK(world.caller.failures.front().phase == DialPhase::kResolve);
  CHECK(world.caller.failures.front().error != 0);
}

TEST_CASE("a greeting may come in pieces, and not with an answer to what nobody asked") {
  World world;
  const bool more = GENERATE(false, true);
  FakeBackend& backend = world.add(Kind::kServes, "+OK re");
  world.dial(milliseconds{0});
  world.turn([&] { return backend.connections == 1 && world.caller.tried.size() == 2; });
  backend.say(more ? "ady\r\n+OK\r\n" : "ady\r\n");
  world.turn([&] { return world.caller.over(); });
  CHECK(more == world.caller.given_up.has_value());
  if (more) {
    CHECK(world.caller.given_up->said == Greeting::Kind::kGarbled);
  } else {
    CHECK(world.caller.greeting == "+OK ready\r\n");
  }
}

TEST_CASE("a line without an end is no greeting") {
  World world;
  world.add(Kind::kServes, "+OK " + std::string(65'536, 'x'));
  world.dial_to_the_end();
  REQUIRE(world.caller.given_up);
  CHECK(world.caller.given_up->said == Greeting::Kind::kGarbled);
}

TEST_CASE("what is handed over is the caller's connection from then on") {
  World world;
  FakeBackend& backend = world.add(Kind::kServes);
  world.dial_to_the_end();
  REQUIRE(world.caller.connection);
  world.caller.connection->send("USER alice\r\n");
  world.turn([&] { return backend.heard == "USER alice\r\n"; });
  backend.say("+OK\r\n");
  world.turn([&] { return world.caller.heard == "+OK\r\n"; });
  CHECK(world.caller.greeting == "+OK ready\r\n");
}

TEST_CASE("a dialer that is destroyed tells nothing more, and leaves nothing behind") {
  World world;
  const DialPhase phase = GENERATE(DialPhase::kResolve, DialPhase::kConnect, DialPhase::kGreeting);
  world.names.silent = true;
  if (phase == DialPhase::kResolve) world.addresses.push_back({"mail.test", 110});
  world.add(phase == DialPhase::kConnect ? Kind::kSwallows : Kind::kServes, "");
  world.dial(milliseconds{60'000});
  world.turn([&] { return world.caller.tried.back().first == phase; });
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  const std::size_t tried = world.caller.tried.size();
  world.caller.dialer.reset();
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  CHECK_FALSE(world.caller.over());
  CHECK(world.caller.failures.empty());
  CHECK(world.caller.tried.size() == tried);
}

TEST_CASE("a dialer may be destroyed between two addresses") {
  World world;
  world.add(Kind::kNobody);
  FakeBackend& second = world.add(Kind::kServes);
  world.dial();
  net::turn_until(world.loop, [&] { return !world.caller.failures.empty(); });
  world.caller.dialer.reset();
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  CHECK_FALSE(world.caller.over());
  CHECK(second.heard.empty());
}

}  // namespace
}  // namespace postern::upstream

// SPDX-License-Identifier: Apache-2.0
#include "proxy/upstream/race.hpp"

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
  Caller caller;

  World() { plan.state = std::make_shared<BackendState>(); }

  FakeBackend& add(Kind kind, std::string greeting = "+OK ready\r\n") {
    FakeBackend& backend = backends.emplace_back(kind, std::move(greeting));
    plan.address.push_back(backend.endpoint());
    return backend;
  }

  void dial(milliseconds patience = kPatience, std::string_view user = {}) {
    caller.dial({loop, *buffers, resolver}, {plan, patience, user});
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
    return *plan.state->addresses.find(backend.address());
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

bool waits(const Bad& bad) { return std::string_view(bad.why) == "timed out"; }

TEST_CASE("one address that is no good costs a moment at most, and the next one is taken") {
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
  CHECK(failure.text == (waits(bad) ? "another address was faster" : bad.why));
  CHECK(world.caller.tried.back() == std::pair(DialPhase::kGreeting, second.address().text()));
  CHECK(first.heard.empty());
  CHECK(second.connections == 1);
  CHECK(taken >= (waits(bad) ? kHeadStart : milliseconds(0)));
  CHECK(taken < kPatience);
}

TEST_CASE("what failed is tried last for a while, and not never") {
  const Bad bad = GENERATE(from_range(kBad.begin(), kBad.end()));
  CAPTURE(bad.name);
  World world;
  const FakeBackend& first = world.add(bad.kind, bad.greeting);
  FakeBackend& second = world.add(Kind::kServes);
  world.dial_to_the_end();
  CHECK(world.trust(first) == policy::Trust::kSuspect);
  CHECK(world.trust(second) == policy::Trust::kGood);
  const int before = first.connections;
  const milliseconds taken = world.dial_again();
  CHECK(world.caller.connection);
  CHECK(world.caller.failures.empty());
  CHECK(first.connections == before);
  CHECK(taken < kHeadStart);
  second.stop();
  world.dial_again();
  CHECK(world.caller.given_up);
  CHECK(world.caller.failures.size() == 2);
  CHECK(world.caller.failures.front().address == second.address().text());
}

TEST_CASE("the first to greet wins, and the others are closed before anything was said") {
  World world;
  FakeBackend& slow = world.add(Kind::kServes, "");
  FakeBackend& next = world.add(Kind::kServes, "");
  world.dial();
  world.turn([&] { return next.connections == 1; });
  CHECK(slow.connections == 1);
  slow.say("+OK at last\r\n");
  world.turn([&] { return world.caller.over(); });
  CHECK(world.caller.greeting == "+OK at last\r\n");
  CHECK(world.caller.failures.empty());
  CHECK(world.trust(next) == policy::Trust::kGood);  // it was not given its time
  world.turn([&] { return next.left == 1; });
  CHECK(slow.left == 0);
  CHECK(next.heard.empty());
}

TEST_CASE("a backend that takes its time to greet is waited for") {
  World world;
  FakeBackend& slow = world.add(Kind::kServes);
  const FakeBackend& next = world.add(Kind::kServes);
  world.known(slow).note_greeting(milliseconds(500), {});
  slow.greet_with("");
  world.dial();
  world.turn([&] { return slow.connections == 1; });
  const milliseconds begun = world.loop.now();
  world.turn([&] { return world.loop.now() - begun > 2 * kHeadStart; });
  CHECK(next.connections == 0);
  slow.say("+OK ready\r\n");
  world.turn([&] { return world.caller.over(); });
  CHECK(world.caller.connection);
}

TEST_CASE("each address has all of its time, and a few are tried at once") {
  World world;
  constexpr milliseconds kShort{400};
  for (int i = 0; i < 6; ++i) world.add(Kind::kServes, "");
  const milliseconds taken = world.dial_to_the_end(kShort);
  CHECK(world.caller.given_up);
  REQUIRE(world.caller.failures.size() == 6);
  for (const DialFailure& failure : world.caller.failures) {
    CHECK(failure.text == "timed out");
    CHECK(failure.took >= kShort);
  }
  CHECK(taken < 6 * kShort);
}

TEST_CASE("connections are counted where they are, for as long as they are there") {
  World world;
  FakeBackend& first = world.add(Kind::kServes, "");
  FakeBackend& second = world.add(Kind::kServes);
  world.dial();
  CHECK(world.known(first).connections() == 1);
  world.turn([&] { return world.caller.over(); });
  CHECK(world.known(first).connections() == 0);
  CHECK(world.known(second).connections() == 1);
  world.caller.hold.release();
  CHECK(world.known(second).connections() == 0);
}

TEST_CASE("logins are spread over the addresses as the balance says") {
  World world;
  for (int i = 0; i < 3; ++i) world.add(Kind::kServes);
  const auto balance = GENERATE(policy::Balance::kFirst, policy::Balance::kRoundRobin,
                                policy::Balance::kLeastConnections, policy::Balance::kHashUser);
  CAPTURE(static_cast<int>(balance));
  world.plan.balance = balance;
  std::list<Hold> held;
  for (int i = 0; i < 30; ++i) {
    world.dial_again("user" + std::to_string(i % 3 == 0 ? 0 : i));
    held.push_back(std::move(world.caller.hold));
  }
  std::vector<int> shares;
  for (const FakeBackend& backend : world.backends) shares.push_back(backend.connections);
  switch (balance) {
    case policy::Balance::kFirst:
      CHECK(shares == std::vector{30, 0, 0});
      break;
    case policy::Balance::kRoundRobin:
    case policy::Balance::kLeastConnections:
      CHECK(shares == std::vector{10, 10, 10});
      break;
    case policy::Balance::kHashUser:
      CHECK(*std::ranges::max_element(shares) >= 10);
      CHECK(*std::ranges::min_element(shares) > 0);
      break;
  }
}

TEST_CASE("a name that is not known yet does not hold up a balanced backend for long") {
  World world;
  world.plan.balance = policy::Balance::kRoundRobin;
  world.names.silent = true;
  world.plan.address.push_back({"mail.test", 110});
  world.add(Kind::kServes);
  CHECK(world.dial_to_the_end() < milliseconds(1'000));
  CHECK(world.caller.connection);
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
  world.plan.address.push_back({"mail.test", port});
  world.dial_to_the_end();
  CHECK(world.caller.connection);
  CHECK(bad.connections == 1);
  CHECK(good.connections == 1);
  REQUIRE(world.caller.tried.size() == 5);
  CHECK(world.caller.tried.front().second == "mail.test:" + std::to_string(port));
}

TEST_CASE("a name that nobody knows is an address that fails") {
  World world;
  world.plan.address.push_back({"nowhere.test", 110});
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

TEST_CASE("a race that is destroyed tells nothing more, and leaves nothing behind") {
  World world;
  const DialPhase phase = GENERATE(DialPhase::kResolve, DialPhase::kConnect, DialPhase::kGreeting);
  world.names.silent = true;
  if (phase == DialPhase::kResolve) world.plan.address.push_back({"mail.test", 110});
  world.add(phase == DialPhase::kConnect ? Kind::kSwallows : Kind::kServes, "");
  world.dial(milliseconds{60'000});
  world.turn([&] { return world.caller.tried.back().first == phase; });
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  const std::size_t tried = world.caller.tried.size();
  world.caller.race.reset();
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  CHECK_FALSE(world.caller.over());
  CHECK(world.caller.failures.empty());
  CHECK(world.caller.tried.size() == tried);
}

TEST_CASE("a race may be destroyed between two addresses") {
  World world;
  world.add(Kind::kNobody);
  FakeBackend& second = world.add(Kind::kServes);
  world.dial();
  net::turn_until(world.loop, [&] { return !world.caller.failures.empty(); });
  world.caller.race.reset();
  world.turn([turns = 0]() mutable { return ++turns == 3; });
  CHECK_FALSE(world.caller.over());
  CHECK(second.heard.empty());
}

}  // namespace
}  // namespace postern::upstream

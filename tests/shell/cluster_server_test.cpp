// SPDX-License-Identifier: Apache-2.0
// Two machines on one loop that count together on a real Redis: what a worker asks, and what a
// process tells.
#include <catch2/catch.hpp>

#include "proxy/server/cluster_desk.hpp"
#include "proxy/server/cluster_source.hpp"
#include "proxy/server/login_memory.hpp"
#include "proxy/server/shared_logins.hpp"
#include "tests/cluster/redis.hpp"
#include "tests/loop/wire.hpp"
#include "tests/shell/place.hpp"

namespace postern::server {
namespace {

using policy::Gate;
using policy::GateRuling;
using session::Logins;
using testing::Redis;

policy::IpAddress ip(const char* text) { return *policy::IpAddress::parse(text); }
policy::Network network(const char* text) { return *policy::Network::parse(text); }
policy::TimePoint now() { return std::chrono::steady_clock::now(); }

conf::Limits limits() {
  conf::Limits made;
  made.auth_failures.per_ip = 6;
  made.auth_failures.per_user_network = 4;
  made.auth_failures.remember = std::chrono::milliseconds(0);
  made.max_connections_per_user = 2;
  return made;
}

struct Asker final : Logins::Asker {
  std::optional<GateRuling> ruling;
  void on_ruling(const GateRuling& told) override { ruling = told; }
};

/// One machine: a worker's logins and the process's desk.
struct Machine {
  Machine(net::Loop& loop, transport::Buffers& buffers, net::Resolver& resolver)
      : desk({loop, log, counters, memory.guard()}),
        logins({{loop, buffers, resolver},
                memory.book(),
                memory.guard(),
                desk.membership(),
                log,
                counters}) {}

  void use(const std::shared_ptr<const cluster::ClusterPlan>& plan) {
    desk.use(plan, limits().auth_failures);
    logins.use(plan, limits());
  }

  admin::Log log;
  admin::Counters counters;
  LoginMemory memory{""};
  ClusterDesk desk;
  SharedLogins logins;
};

struct World {
  World() {
    key.bytes.fill(7);
    keys = std::make_shared<const cluster::ClusterKeys>(key);
  }

  std::shared_ptr<const cluster::ClusterPlan> plan(bool needed = false) const {
    auto engine = std::make_shared<cluster::EngineSettings>();
    engine->addresses = {redis.address()};
    auto made = std::make_shared<cluster::ClusterPlan>();
    made->engine = std::move(engine);
    made->keys = keys;
    made->node = "node";
    made->is_needed = needed;
    return made;
  }
  void come_up(bool needed = false) {
    for (Machine* const machine : {&one, &two}) machine->use(plan(needed));
    turn([&] { return one.desk.standing().is_up && two.desk.standing().is_up; });
    for (Machine* const machine : {&one, &two}) {
      turn([&] { return is_asked(*machine); });
    }
  }
  /// Whether the worker's own connection is there, too: what comes before is ruled by itself.
  bool is_asked(Machine& machine) {
    const auto tried = ask(machine, "nobody", "nothing", "192.0.2.9");
    machine.logins.after_no_answer(tried.trace, tried.ruling.charge, now());
    return tried.ruling.charge.shared != 0;
  }
  void turn(const std::function<bool()>& until) { net::turn_until(loop, until); }

  struct Tried {
    Logins::Trace trace;
    GateRuling ruling;
  };
  Tried ask(Machine& machine, const std::string& user, const std::string& password,
            const char* from = "198.51.100.1") {
    const pop3::Login login{user, password};
    Tried tried{machine.logins.trace_of({ip(from), login, "PLAIN", user}), {}};
    Asker asker;
    machine.logins.ask(tried.trace, now(), asker);
    turn([&] { return asker.ruling.has_value(); });
    tried.ruling = *asker.ruling;
    return tried;
  }
  void fail(Machine& machine, const Tried& tried) {
    machine.logins.after_failure(tried.trace, tried.ruling.charge, 1, now());
  }

  Redis redis;
  tls::HashSecret key;
  std::shared_ptr<const cluster::ClusterKeys> keys;
  net::Loop loop;
  std::unique_ptr<transport::Buffers> buffers = std::make_unique<transport::Buffers>();
  net::Resolver resolver{loop};
  Machine one{loop, *buffers, resolver};
  Machine two{loop, *buffers, resolver};
};

TEST_CASE("guesses on two machines count together, and their ban is on both") {
  World world;
  world.come_up();
  for (int i = 0; i < 6; ++i) {
    Machine& machine = i % 2 == 0 ? world.one : world.two;
    const auto tried = world.ask(machine, "user" + std::to_string(i), "guess");
    REQUIRE(tried.ruling.gate == Gate::kOpen);
    world.fail(machine, tried);
  }
  for (Machine* const machine : {&world.one, &world.two}) {
    world.turn([&] { return machine->memory.guard().banned(now()) == 1; });
    CHECK(world.ask(*machine, "ann", "right").ruling.gate == Gate::kBanned);
  }
}

TEST_CASE("one user is locked on both, and where only the backend tells, a place counts") {
  World world;
  world.come_up();
  for (int i = 0; i < 4; ++i) {
    Machine& machine = i % 2 == 0 ? world.one : world.two;
    const auto tried = world.ask(machine, "ann", "guess" + std::to_string(i), "2001:db8::1");
    REQUIRE(tried.ruling.gate == Gate::kOpen);
    world.fail(machine, tried);
  }
  world.turn(
      [&] { return world.ask(world.two, "ann", "x", "2001:db8::1").ruling.gate == Gate::kLocked; });
  const auto opaque = world.ask(world.one, "", "", "203.0.113.5");
  CHECK(opaque.ruling.gate == Gate::kOpen);
  world.fail(world.one, opaque);
}

TEST_CASE("a user has so many sessions on both, and they are given back") {
  World world;
  world.come_up();
  std::vector<session::UserTicket> tickets;
  for (Machine* const machine : {&world.one, &world.two}) {
    const auto tried = world.ask(*machine, "ann", "right");
    REQUIRE(tried.ruling.gate == Gate::kOpen);
    auto ticket = machine->logins.enter(tried.trace, "ann", 2);
    REQUIRE(ticket);
    machine->logins.after_success(tried.trace, tried.ruling.charge, now());
    ticket->log_in();
    tickets.push_back(*std::move(ticket));
  }
  CHECK(world.ask(world.one, "Ann ", "right").ruling.gate == Gate::kFull);
  tickets.pop_back();
  world.turn([&] {
    const auto tried = world.ask(world.one, "ann", "right");
    if (tried.ruling.gate != Gate::kOpen) return false;
    world.one.logins.after_no_answer(tried.trace, tried.ruling.charge, now());
    return true;
  });
}

TEST_CASE("a password that came in clear on one is known on the other") {
  World world;
  world.come_up();
  world.one.logins.remember_exposed(network("198.51.100.1"), {"ann", "right"}, now());
  world.turn([&] { return world.redis.run({"KEYS", "*:x:*"}).contains("x:"); });
  const auto tried = world.ask(world.two, "ann@example.com", "right");
  CHECK(world.two.logins.was_exposed(tried.trace));
}

TEST_CASE("an administrator's ban is on both, comes back to an empty engine, and ends on both") {
  World world;
  world.come_up();
  const policy::Network banned = network("203.0.113.0/24");
  world.one.memory.guard().ban(banned, policy::TimePoint::max(), "by hand", now());
  world.one.desk.share(banned);
  world.turn([&] { return world.two.memory.guard().banned(now()) == 1; });
  CHECK(world.two.memory.guard().bans(now()).front().comment == "by hand");
  REQUIRE(world.redis.run({"FLUSHALL"}) == "OK");
  world.one.use(nullptr);
  CHECK_FALSE(world.one.desk.standing().is_member);
  world.one.use(world.plan());
  world.turn([&] { return world.redis.run({"HLEN", "{postern:1}:b"}) == "1"; });
  world.two.memory.guard().unban(banned);
  world.two.desk.share(banned);
  world.turn([&] { return world.one.memory.guard().banned(now()) == 0; });
}

TEST_CASE("without the engine a machine rules alone, or nobody is let in") {
  const bool needed = GENERATE(false, true);
  World world;
  world.come_up(needed);
  const auto before = world.ask(world.one, "ann", "right");
  world.redis.kill();
  world.turn([&] { return !world.one.desk.standing().is_up; });
  CHECK_FALSE(world.one.desk.standing().why.empty());
  world.one.logins.after_success(before.trace, before.ruling.charge, now());
  const auto tried = world.ask(world.one, "ann", "right");
  CHECK(tried.ruling.gate == (needed ? Gate::kAway : Gate::kOpen));
  if (!needed) {
    CHECK(world.one.logins.enter(tried.trace, "ann", 2));
    world.one.logins.after_no_answer(tried.trace, tried.ruling.charge, now());
  }
  world.one.memory.guard().ban(network("203.0.113.9"), policy::TimePoint::max(), "", now());
  world.one.desk.share(network("203.0.113.9"));
  world.redis.restart();
  world.turn([&] { return world.two.memory.guard().banned(now()) == 1; });
}

TEST_CASE("who leaves while it is asked about costs nobody") {
  World world;
  world.come_up();
  const auto trace = world.one.logins.trace_of({ip("198.51.100.1"), {"ann", "x"}, "PLAIN", "ann"});
  Asker asker;
  world.one.logins.ask(trace, now(), asker);
  CHECK_FALSE(asker.ruling);
  world.one.logins.withdraw(asker);
  world.one.logins.withdraw(asker);
  CHECK(world.ask(world.one, "ann", "y").ruling.gate == Gate::kOpen);
  CHECK_FALSE(asker.ruling);
}

// What the configuration names

conf::Document document_with(const conf::Cluster& settings) {
  conf::Document document;
  document.settings.live.cluster = settings;
  return document;
}

TEST_CASE("what [cluster] names is read, and kept while it is the same") {
  const Place place;
  const auto write = [&](const char* name, std::string_view text) {
    place.write(name, text);
    return place.file(name);
  };
  conf::Cluster settings;
  CHECK_FALSE(load_cluster(document_with(settings), {})->plan);
  settings.redis = {{"10.0.0.21", 6379}};
  settings.username = "gate";
  settings.password_file = write("password", "hidden\nmore\n");
  settings.key_file = write("key", std::string(32, 'k'));
  const auto loaded = load_cluster(document_with(settings), {});
  REQUIRE(loaded);
  REQUIRE(loaded->plan);
  CHECK(loaded->plan->engine->password.reveal() == "hidden");
  CHECK_FALSE(loaded->plan->node.empty());
  CHECK(load_cluster(document_with(settings), *loaded)->plan == loaded->plan);
  settings.node = "mx1";
  CHECK(load_cluster(document_with(settings), *loaded)->plan->node == "mx1");

  const auto why = [&] {
    const auto refused = load_cluster(document_with(settings), {});
    REQUIRE_FALSE(refused);
    return refused.error().front().text;
  };
  settings.key_file = write("short", "k");
  CHECK_THAT(why(), Catch::Contains("it has 1 bytes; 32 random ones are asked for"));
  settings.key_file = write("zeros", std::string(32, '\0'));
  CHECK_THAT(why(), Catch::Contains("nothing but zeros"));
  settings.key_file = place.file("none");
  CHECK_THAT(why(), Catch::StartsWith("`cluster.key_file`: "));
  settings.key_file = write("key", std::string(32, 'k'));
  settings.password_file = write("empty", "\n");
  CHECK_THAT(why(), Catch::Contains("first line is empty"));
  settings.password_file = place.file("none");
  CHECK_THAT(why(), Catch::StartsWith("`cluster.password_file`: "));
  settings.password_file.clear();
  settings.tls = true;
  settings.ca_file = place.file("none");
  CHECK_THAT(why(), Catch::StartsWith("`cluster.ca_file`: "));
}

}  // namespace
}  // namespace postern::server
